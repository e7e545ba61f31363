import { DomainError } from '../../../../core/errors.ts';
import type { Checkpoint } from '../../../../schema/checkpoint.ts';
import { sendWebhook } from '../../../shared/events/webhook-request.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { CheckpointLine } from '../../domain/audit/checkpoint-trail.ts';
import { lastSent, lockCheckpoints, lockSending, saveSent } from '../../storage/audit/checkpoint.ts';
import type { RegistryDeps } from '../deps.ts';
import { SUBGRAPHS, type SubgraphName } from '../../../../schema/nouns.ts';

export type KnownCheckpoint = CheckpointLine & { readonly checkpoint: Checkpoint };
type Head = Checkpoint['heads'][number];

type ProjectHead = Head & { readonly project: string };

/** For all that waits: below the time that the gateway gives a subgraph. */
const SEND_LIMIT_MS = 4_000;

export const isKnown = (line: CheckpointLine): line is KnownCheckpoint => line.checkpoint !== undefined;

/** Signs where the audit chains of all subgraphs stand, and writes it where no change of the database reaches. */
export class Checkpoints {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** A checkpoint of every project in which something was recorded since its last one. */
  async createAll(): Promise<void> {
    const { heads } = await this.#heads();
    for (const project of new Set(heads.map((head) => head.project))) {
      await this.#create(project);
      await this.#sendNew(project);
    }
  }

  /** The newest checkpoint of what is recorded now: a new one, unless nothing was recorded since the last. */
  async create({ actor: { project } }: RequestContext): Promise<KnownCheckpoint> {
    const made = await this.#create(project);
    if (!made) throw new DomainError('FAILED_PRECONDITION', 'nothing has been recorded yet that could be checkpointed');
    await this.#sendNew(project);
    return made;
  }

  /** Newest first, below the number of `after`; one more than asked for. */
  async list(
    { actor: { project } }: RequestContext,
    { first, after }: PageRequest,
  ): Promise<readonly KnownCheckpoint[]> {
    const below = Number(after?.[0] ?? Infinity);
    const kept: KnownCheckpoint[] = [];
    for await (const line of this.#deps.checkpoints.files.lines(project)) {
      if (!isKnown(line) || !line.signed || line.checkpoint.number >= below) continue;
      kept.push(line);
      if (kept.length > first + 1) kept.shift();
    }
    return kept.toReversed();
  }

  #create(project: string): Promise<KnownCheckpoint | undefined> {
    const { db, log, now, checkpoints } = this.#deps;
    return db.transaction(async (em) => {
      await lockCheckpoints(em, project);
      const last = await checkpoints.files.newest(project);
      const known = last && isKnown(last) ? last : undefined;
      const { heads, unreachable } = await this.#heads(project);
      if (!heads.some((head) => differs(head, known))) return known;
      for (const head of heads.filter((one) => hasGoneBack(one, known))) {
        log.error(head, 'an audit chain is shorter than its last checkpoint: verifyAudit says where');
      }
      const checkpoint: Checkpoint = {
        kind: 'tiffin-audit-checkpoint',
        format: 1,
        project,
        number: (known?.checkpoint.number ?? 0) + 1,
        at: now().toISOString(),
        heads: heads.map(({ subgraph, seq, hash }) => ({ subgraph, seq, hash })),
        unreachable,
        previous: known?.digest ?? null,
      };
      const line = await checkpoints.files.append(checkpoint);
      return { ...line, checkpoint };
    });
  }

  /** Where the chains stand, of one project or of all. */
  async #heads(
    project?: string,
  ): Promise<{ readonly heads: readonly ProjectHead[]; readonly unreachable: SubgraphName[] }> {
    const { chains, log } = this.#deps;
    const heads: ProjectHead[] = [];
    const unreachable: SubgraphName[] = [];
    for (const subgraph of SUBGRAPHS) {
      try {
        for (const head of await chains[subgraph].heads()) {
          if (project === undefined || head.project === project) heads.push({ ...head, subgraph });
        }
      } catch (error) {
        log.warn({ err: error, subgraph }, 'the audit chains of a subgraph cannot be checkpointed now');
        unreachable.push(subgraph);
      }
    }
    return { heads, unreachable };
  }

  /** Sends what the outside receiver has not made, in order; what fails, or is being sent by another, waits for the next turn. */
  async #sendNew(project: string): Promise<void> {
    const { db, checkpoints } = this.#deps;
    const { url } = checkpoints;
    if (url === undefined) return;
    await db.transaction(async (em) => {
      if (!(await lockSending(em, project))) return;
      const sent = await lastSent(db, project);
      const untilMs = performance.now() + SEND_LIMIT_MS;
      for await (const line of checkpoints.files.lines(project)) {
        if (!isKnown(line) || !line.signed || line.checkpoint.number <= sent) continue;
        const leftMs = Math.floor(untilMs - performance.now());
        if (leftMs <= 0 || !(await this.#send(url, line, leftMs))) return;
        await saveSent(db, project, line.checkpoint.number);
      }
    });
  }

  /** Whether the receiver took it. */
  async #send(url: string, { text, checkpoint }: KnownCheckpoint, timeoutMs: number): Promise<boolean> {
    const { log, now, webhookHosts } = this.#deps;
    const { project, number } = checkpoint;
    try {
      const { status } = await sendWebhook({
        url,
        secrets: [],
        id: `checkpoint-${project}-${number}`,
        body: text,
        at: now(),
        allowedHosts: webhookHosts,
        timeoutMs,
      });
      if (status >= 200 && status < 300) return true;
      throw new Error(`HTTP ${status}`);
    } catch (error) {
      log.warn({ err: error, project, number }, 'a checkpoint was not made outside and is sent again');
      return false;
    }
  }
}

const differs = ({ subgraph, seq, hash }: Head, last: KnownCheckpoint | undefined): boolean => {
  const before = last?.checkpoint.heads.find((one) => one.subgraph === subgraph);
  return before?.seq !== seq || before.hash !== hash;
};

const hasGoneBack = ({ subgraph, seq, hash }: Head, last: KnownCheckpoint | undefined): boolean => {
  const before = last?.checkpoint.heads.find((one) => one.subgraph === subgraph);
  return before !== undefined && (seq < before.seq || (seq === before.seq && hash !== before.hash));
};
