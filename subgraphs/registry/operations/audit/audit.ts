import { DomainError } from '../../../../core/errors.ts';
import {
  RECORDS_PAGE,
  type AuditFilter,
  type ChainedRecord,
  type NewestPage,
} from '../../../shared/audit/audit-chains.ts';
import { URN_KINDS } from '../../../../core/urn.ts';
import { urnsMeant } from '../../../../core/urn-grammar.ts';
import type { KeyRing } from '../../../shared/auth/key-ring.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { judgeChain, type ChainJudgement, type Witness } from '../../domain/audit/audit-judgement.ts';
import { judgeTrail, type CheckpointLine, type TrailVerdict } from '../../domain/audit/checkpoint-trail.ts';
import { mergedRecords, type PlacedRecord } from '../../domain/audit/merged-records.ts';
import { isKnown } from './checkpoints.ts';
import type { RegistryDeps } from '../deps.ts';
import { SUBGRAPHS, type SubgraphName } from '../../../../schema/nouns.ts';

export type StoredAudit = PlacedRecord<ChainedRecord, SubgraphName>;

export interface SubgraphJudgement extends ChainJudgement {
  readonly subgraph: SubgraphName;
  /** UNREACHABLE says nothing of the chain, neither good nor bad. */
  readonly state: 'WHOLE' | 'BROKEN' | 'UNREACHABLE';
}

export interface AuditJudgement {
  /** Only if every chain was walked and is whole, and so is the trail of checkpoints. */
  readonly ok: boolean;
  readonly chains: readonly SubgraphJudgement[];
  readonly trail: TrailVerdict;
}

export interface AuditRecordsInput extends Omit<AuditFilter, 'subjects'> {
  /** An id, whole or short. */
  readonly subject: string | null;
  /** Whose chains, as one list. */
  readonly subgraphs: readonly SubgraphName[];
}

export interface ExportAuditInput {
  readonly subgraphs: readonly SubgraphName[];
  /** Records of this moment and later. */
  readonly from?: string | undefined;
  /** Records before this moment. */
  readonly until?: string | undefined;
}

export type ExportedRecord = ChainedRecord & { readonly subgraph: SubgraphName };

/** What was done in the project, by whom, and the proof that the records are whole. */
export class Audit {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** A short id means what is called so, of whichever kind. Throws SUBGRAPH_UNAVAILABLE for a chain that cannot be read. */
  async records(
    { actor: { project } }: RequestContext,
    { subject, subgraphs, ...filter }: AuditRecordsInput,
    { first, after }: PageRequest,
  ): Promise<readonly StoredAudit[]> {
    if (subgraphs.length === 0) {
      throw new DomainError('INVALID_INPUT', 'subgraphs: is empty; name one or more', {
        field: 'subgraphs',
        allowed: SUBGRAPHS,
      });
    }
    const subjects = subject === null ? null : urnsMeant(project, subject, URN_KINDS, 'subject');
    const read = async (subgraph: SubgraphName, at: number) => {
      if (!subgraphs.includes(subgraph)) return { subgraph, records: [] };
      const page = { project, first: first + 1, below: after === null ? null : Number(after[at]) };
      return { subgraph, records: await this.#newest(subgraph, { ...filter, subjects }, page) };
    };
    return mergedRecords(await Promise.all(SUBGRAPHS.map(read)), first + 1);
  }

  async #newest(subgraph: SubgraphName, filter: AuditFilter, page: NewestPage): Promise<readonly ChainedRecord[]> {
    try {
      return await this.#deps.chains[subgraph].newest(filter, page);
    } catch (error) {
      this.#deps.log.warn({ err: error, subgraph }, 'an audit chain could not be read');
      throw new DomainError(
        'SUBGRAPH_UNAVAILABLE',
        `subgraphs: ${subgraph} does not answer; leave it out to read the others`,
        { field: 'subgraphs', subgraph, allowed: SUBGRAPHS.filter((one) => one !== subgraph) },
      );
    }
  }

  /** Who can act without a person at the keyboard, and for whom. */
  machineKeys({ actor }: RequestContext): ReturnType<KeyRing['list']> {
    return this.#deps.keys.list(actor.project);
  }

  /** Walks the chains of all subgraphs and holds them against every checkpoint that was kept outside. */
  async verify({ actor: { project } }: RequestContext): Promise<AuditJudgement> {
    // Before the chains: what is checkpointed meanwhile must be in them.
    const lines: CheckpointLine[] = [];
    for await (const line of this.#deps.checkpoints.files.lines(project)) lines.push({ ...line, text: '' });
    const trail = judgeTrail(lines);
    const chains: SubgraphJudgement[] = [];
    for (const subgraph of SUBGRAPHS) chains.push(await this.#judge(project, subgraph, lines));
    return { ok: trail.ok && chains.every(({ state }) => state === 'WHOLE'), chains, trail };
  }

  /** All records of the chosen chains between two moments, in order, page by page. */
  async *pages(
    { actor: { project } }: RequestContext,
    { subgraphs, from, until }: ExportAuditInput,
  ): AsyncGenerator<readonly ExportedRecord[]> {
    for (const subgraph of subgraphs) {
      for (let after = 0; ;) {
        const page = await this.#deps.chains[subgraph].records({ project, after, from, until });
        yield page.map((one) => ({ subgraph, ...one }));
        if (page.length < RECORDS_PAGE) break;
        after = page.at(-1)?.seq ?? after;
      }
    }
  }

  async #judge(project: string, subgraph: SubgraphName, lines: readonly CheckpointLine[]): Promise<SubgraphJudgement> {
    const chain = this.#deps.chains[subgraph];
    const witnesses = witnessesOf(subgraph, lines);
    try {
      const walk = await chain.verdict(project);
      const seqs = [...new Set(witnesses.map(({ seq }) => seq))];
      const judgement = judgeChain(walk, witnesses, await chain.hashes(project, seqs));
      return { subgraph, state: judgement.ok ? 'WHOLE' : 'BROKEN', ...judgement };
    } catch (error) {
      this.#deps.log.warn({ err: error, subgraph }, 'an audit chain could not be walked');
      return { ...unreachable, subgraph };
    }
  }
}

const unreachable = {
  state: 'UNREACHABLE',
  ok: false,
  checked: 0,
  firstBadSeq: null,
  lastBadSeq: null,
  why: 'the subgraph does not answer: nothing is known of its chain',
  shownBy: null,
  checkpointedTo: 0,
} as const;

/** What signed checkpoints said of one subgraph's chain. */
const witnessesOf = (subgraph: SubgraphName, lines: readonly CheckpointLine[]): readonly Witness[] =>
  lines
    .filter(isKnown)
    .filter(({ signed }) => signed)
    .flatMap(({ checkpoint: { number, at, heads } }) =>
      heads.filter((head) => head.subgraph === subgraph).map(({ seq, hash }) => ({ seq, hash, number, at })),
    );
