import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { checkWebhookUrl, makeWebhookSecret, sendWebhook } from '../../../shared/events/webhook-request.ts';
import { validated } from '../../../../schema/validated.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { parseWebhookId, webhookUrn } from '../../domain/ids.ts';
import {
  checkKinds,
  pingOf,
  WEBHOOK_STATUSES,
  type DeliveryState,
  type Webhook,
  type WebhookDelivery,
} from '../../domain/webhook/webhook.ts';
import { dueAgain, listDeliveries } from '../../storage/webhook/webhook-delivery.ts';
import {
  deleteWebhook,
  findWebhooks,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  replaceSecret,
  saveWebhook,
  secretsOf,
} from '../../storage/webhook/webhook.ts';
import { record, requireProject } from '../change.ts';
import type { RegistryDeps, Request } from '../deps.ts';

const Settings = z.object({
  url: z.string().max(2_000).nullish(),
  kinds: z.array(z.string()).max(50).nullish(),
  description: z.string().max(1_000).nullish(),
  status: z.enum(WEBHOOK_STATUSES).nullish(),
});

const HOUR_MS = 3_600_000;
const LONGEST_OVERLAP_HOURS = 7 * 24;
/** Below what the gateway allows a subgraph, so that a receiver that hangs is told of as one. */
const PING_LIMIT_MS = 5_000;

/** What a ping met. */
export interface Pinged {
  readonly ok: boolean;
  readonly answer: string;
  readonly tookMs: number;
}

/** Subscriptions to what happens in all subgraphs. Their secrets are told once and kept out of every record. */
export class Webhooks {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async create(request: Request, input: unknown): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    const { actor } = request;
    const settings = this.#checked(input);
    const id = randomUUID();
    const at = this.#deps.now();
    const secret = makeWebhookSecret();
    const wanted = {
      id,
      project: actor.project,
      url: settings.url ?? '',
      kinds: settings.kinds ?? [],
      description: settings.description ?? '',
      status: 'ACTIVE',
      createdBy: actor.subject,
      at,
      previousSecretUntil: null,
    } as const;
    const webhook = await this.#deps.db.transaction(async (em) => {
      const made = await insertWebhook(em, wanted, secret);
      await this.#record(em, request, 'created', made, { after: recordedOf(made) });
      return made;
    });
    return { webhook, secret };
  }

  update(request: Request, id: string, input: unknown): Promise<Webhook> {
    const { url, kinds, description, status } = this.#checked(input);
    return this.#change(request, id, async (em, before) => {
      const after: Webhook = {
        ...before,
        url: url ?? before.url,
        kinds: kinds ?? before.kinds,
        description: description ?? before.description,
        status: status ?? before.status,
      };
      await saveWebhook(em, after);
      const both = { before: recordedOf(before), after: recordedOf(after) };
      await this.#record(em, request, 'updated', after, both);
      return after;
    });
  }

  async rotate(request: Request, id: string, overlapHours: number): Promise<{ webhook: Webhook; secret: string }> {
    if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > LONGEST_OVERLAP_HOURS) {
      throw new DomainError(
        'INVALID_INPUT',
        `an overlap has 0 to ${LONGEST_OVERLAP_HOURS} hours, not ${overlapHours}`,
        {
          field: 'overlapHours',
          allowed: { min: 0, max: LONGEST_OVERLAP_HOURS },
        },
      );
    }
    const secret = makeWebhookSecret();
    const webhook = await this.#change(request, id, async (em, before) => {
      const previousSecretUntil = new Date(this.#deps.now().getTime() + overlapHours * HOUR_MS);
      await replaceSecret(em, before.id, secret, previousSecretUntil);
      await this.#record(em, request, 'secret-rotated', before, {});
      return { ...before, previousSecretUntil };
    });
    return { webhook, secret };
  }

  async delete(request: Request, id: string): Promise<void> {
    await this.#change(request, id, async (em, before) => {
      await deleteWebhook(em, before.id);
      await this.#record(em, request, 'deleted', before, { before: recordedOf(before) });
      return before;
    });
  }

  /** Makes a delivery due at once, whatever became of it. */
  redeliver(request: Request, id: string): Promise<WebhookDelivery> {
    return this.#deps.db.transaction(async (em) => {
      const { project } = request.actor;
      const due = await dueAgain(em, project, id, this.#deps.now());
      if (!due) throw new DomainError('NOT_FOUND', `there is no delivery "${id}"`, { field: 'id' });
      await this.#record(em, request, 'redelivered', { project, id: due.webhook }, { after: { delivery: id } });
      return due.delivery;
    });
  }

  /** Sends a ping now, also to a disabled webhook, and tells what came of it. */
  async ping(request: Request, id: string): Promise<Pinged> {
    const { db, now, webhookHosts } = this.#deps;
    const { project, webhook } = parseWebhookId(id, 'id');
    requireProject(request, project, 'id');
    const [found] = await findWebhooks(db, project, [webhook]);
    if (!found) throw unknownWebhook(id);
    const at = now();
    const start = performance.now();
    const send = async (): Promise<Omit<Pinged, 'tookMs'>> => {
      const { status } = await sendWebhook({
        url: found.url,
        secrets: await secretsOf(db, webhook, at),
        id: `ping-${randomUUID()}`,
        body: JSON.stringify(pingOf(id, at)),
        at,
        allowedHosts: webhookHosts,
        timeoutMs: PING_LIMIT_MS,
      });
      return { ok: status >= 200 && status < 300, answer: `HTTP ${status}` };
    };
    const met = await send().catch((error: unknown) => ({
      ok: false,
      answer: error instanceof Error ? error.message : String(error),
    }));
    return { ...met, tookMs: Math.round(performance.now() - start) };
  }

  list({ actor }: Request, page: PageRequest): Promise<readonly Webhook[]> {
    return listWebhooks(this.#deps.db, actor.project, page);
  }

  async byId({ actor }: Request, ids: readonly string[]): Promise<(Webhook | null)[]> {
    const keys = ids.map((id) => parseWebhookId(id, 'id'));
    const own = keys.filter(({ project }) => project === actor.project).map(({ webhook }) => webhook);
    const found = new Map((await findWebhooks(this.#deps.db, actor.project, own)).map((one) => [one.id, one]));
    return keys.map(({ project, webhook }) => (project === actor.project ? (found.get(webhook) ?? null) : null));
  }

  deliveries(webhook: Webhook, page: PageRequest, state: DeliveryState | null) {
    return listDeliveries(this.#deps.db, webhook.id, page, state);
  }

  #checked(input: unknown): z.infer<typeof Settings> {
    const settings = validated(Settings, input);
    const { url, kinds } = settings;
    if (kinds) checkKinds(kinds);
    const href = typeof url === 'string' ? checkWebhookUrl(url, this.#deps.webhookHosts).href : url;
    return { ...settings, url: href, kinds: kinds && [...new Set(kinds)] };
  }

  #change<Result>(
    request: Request,
    id: string,
    work: (em: EntityManager, before: Webhook) => Promise<Result>,
  ): Promise<Result> {
    const { project, webhook } = parseWebhookId(id, 'id');
    requireProject(request, project, 'id');
    return this.#deps.db.transaction(async (em) => {
      const before = await lockWebhook(em, project, webhook);
      if (!before) throw unknownWebhook(id);
      return work(em, before);
    });
  }

  async #record(
    em: EntityManager,
    request: Request,
    verb: string,
    { project, id }: Pick<Webhook, 'project' | 'id'>,
    what: { readonly before?: unknown; readonly after?: unknown },
  ): Promise<void> {
    const subject = webhookUrn(project, id);
    await record(em, request, { action: `webhook.${verb}`, subject, at: this.#deps.now(), ...what }, []);
  }
}

/** What the audit record's digests are of. */
const recordedOf = ({ url, kinds, description, status }: Webhook) => ({ url, kinds, description, status });

const unknownWebhook = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `there is no webhook ${id}`, { field: 'id' });
