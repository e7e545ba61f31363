import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { checkWebhookUrl, makeWebhookSecret, sendWebhook } from '../../../shared/events/webhook-request.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { webhookUrn } from '../../domain/ids.ts';
import { pingOf } from '../../domain/webhook/message.ts';
import { pingRunOf } from '../../domain/openlineage/own-run.ts';
import {
  checkKinds,
  type DeliveryState,
  type Webhook,
  type WebhookDelivery,
  type WebhookFormat,
} from '../../domain/webhook/webhook.ts';
import { checkOverlap, readWebhookChanges, type WebhookChanges } from '../../domain/webhook/webhook-input.ts';
import { dueAgain, listDeliveries, nextTryAt } from '../../storage/webhook/webhook-delivery.ts';
import {
  clearFailure,
  deleteWebhook,
  findWebhooks,
  insertWebhook,
  listWebhooks,
  lockWebhook,
  replaceSecret,
  saveWebhook,
  secretsOf,
} from '../../storage/webhook/webhook.ts';
import { byId } from '../by-id.ts';
import type { RegistryDeps } from '../deps.ts';

const HOUR_MS = 3_600_000;
/** Below what the gateway allows a subgraph, so that a receiver that hangs is told of as one. */
const PING_LIMIT_MS = 5_000;

/** What a ping met. */
export interface Pinged {
  readonly ok: boolean;
  readonly answer: string;
  readonly tookMs: number;
}

export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** Subscriptions to what happens in all subgraphs. Their secrets are told once and kept out of every record. */
export class Webhooks {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async create(
    context: RequestContext,
    { format, ...input }: { readonly url: string; readonly format: WebhookFormat },
  ): Promise<WebhookWithSecret> {
    const { project, subject: createdBy } = context.actor;
    const { kinds = [], description = '' } = this.#changes(input);
    checkKinds(kinds, format);
    const { href: url } = checkWebhookUrl(input.url, this.#deps.webhookHosts);
    const id = randomUUID();
    const secret = makeWebhookSecret();
    const { value: webhook } = await change(
      this.#deps,
      context,
      { action: 'webhook.create', subject: urnOf({ project, id }) },
      async (em, at) => {
        const wanted = { id, project, url, kinds, description, format, status: 'ACTIVE', createdBy, at } as const;
        const made = await insertWebhook(em, { ...wanted, previousSecretUntil: null }, secret);
        return { value: made, after: recordedOf(made), events: [] };
      },
    );
    return { webhook, secret };
  }

  update(context: RequestContext, { id, ...input }: { readonly id: string }): Promise<Webhook> {
    const changes = this.#changes(input);
    return this.#change(context, 'update', id, async (em, before) => {
      checkKinds(changes.kinds ?? [], before.format);
      // Another URL is another receiver: what the one before did says nothing of it.
      const failure = changes.url === undefined || changes.url === before.url ? before.failure : null;
      const value: Webhook = { ...before, ...changes, failure };
      await saveWebhook(em, value);
      return { value, before: recordedOf(before), after: recordedOf(value) };
    });
  }

  async rotateSecret(
    context: RequestContext,
    { id, overlapHours }: { readonly id: string; readonly overlapHours: number },
  ): Promise<WebhookWithSecret> {
    checkOverlap(overlapHours);
    const secret = makeWebhookSecret();
    const webhook = await this.#change(context, 'rotate-secret', id, async (em, before, at) => {
      const previousSecretUntil = new Date(at.getTime() + overlapHours * HOUR_MS);
      await replaceSecret(em, before.id, secret, previousSecretUntil);
      return { value: { ...before, previousSecretUntil }, after: { previousSecretUntil } };
    });
    return { webhook, secret };
  }

  /** Answers the id of what is gone. */
  async delete(context: RequestContext, { id }: { readonly id: string }): Promise<string> {
    const webhook = await this.#change(context, 'delete', id, async (em, before) => {
      await deleteWebhook(em, before.id);
      return { value: before, before: recordedOf(before), after: null };
    });
    return urnOf(webhook);
  }

  /** Makes a delivery due at once, whatever became of it. */
  async redeliver(context: RequestContext, { id }: { readonly id: string }): Promise<WebhookDelivery> {
    const { project } = context.actor;
    // A delivery has no URN: the refusal of an unknown one names no rule and is not recorded.
    const name = { action: 'webhook.redeliver', subject: urnOf({ project, id }) };
    const { value } = await change(this.#deps, context, name, async (em, at) => {
      const due = await dueAgain(em, project, id, at);
      if (!due) throw new DomainError('NOT_FOUND', `id: there is no delivery "${id}"`, { field: 'id' });
      const subject = urnOf({ project, id: due.webhook });
      return { value: due.delivery, subject, after: { delivery: id }, events: [] };
    });
    return value;
  }

  /** Sends a ping now, also to a disabled webhook, and tells what came of it. A receiver that takes it fails no longer. */
  async ping({ actor }: RequestContext, input: { readonly id: string }): Promise<Pinged> {
    const { db, now, webhookHosts, assetUrl } = this.#deps;
    const { name: id } = webhookUrn.parse(actor.project, input.id);
    const [found] = await findWebhooks(db, actor.project, [id]);
    if (!found) throw unknownWebhook(input.id);
    const at = now();
    const start = performance.now();
    const send = async (): Promise<Omit<Pinged, 'tookMs'>> => {
      const { status } = await sendWebhook({
        url: found.url,
        secrets: await secretsOf(db, id, at),
        id: `ping-${randomUUID()}`,
        body: JSON.stringify(
          found.format === 'OPENLINEAGE' ? pingRunOf(at, randomUUID()) : pingOf(urnOf(found), at, assetUrl),
        ),
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
    if (met.ok) await clearFailure(db, id);
    return { ...met, tookMs: Math.round(performance.now() - start) };
  }

  list({ actor }: RequestContext, page: PageRequest): Promise<readonly Webhook[]> {
    return listWebhooks(this.#deps.db, actor.project, page);
  }

  byId({ actor: { project } }: RequestContext, ids: readonly string[]): Promise<(Webhook | null | Error)[]> {
    const find = (keys: readonly { name: string }[]) =>
      findWebhooks(
        this.#deps.db,
        project,
        keys.map(({ name }) => name),
      );
    return byId(webhookUrn, project, ids, find, keyOf);
  }

  nextTryAt({ id }: Webhook): Promise<Date | null> {
    return nextTryAt(this.#deps.db, id);
  }

  deliveries(
    webhook: Webhook,
    page: PageRequest,
    { state }: { readonly state: DeliveryState | null },
  ): Promise<readonly WebhookDelivery[]> {
    return listDeliveries(this.#deps.db, webhook.id, page, state);
  }

  #changes(input: unknown): WebhookChanges {
    const changes = readWebhookChanges(input);
    const { url } = changes;
    return url === undefined ? changes : { ...changes, url: checkWebhookUrl(url, this.#deps.webhookHosts).href };
  }

  async #change(
    context: RequestContext,
    verb: string,
    id: string,
    decide: (
      em: EntityManager,
      before: Webhook,
      at: Date,
    ) => Promise<{ readonly value: Webhook; readonly before?: unknown; readonly after?: unknown }>,
  ): Promise<Webhook> {
    const key = webhookUrn.parse(context.actor.project, id);
    const name = { action: `webhook.${verb}`, subject: webhookUrn.format(key) };
    const { value } = await change(this.#deps, context, name, async (em, at) => {
      const before = await lockWebhook(em, key.project, key.name);
      if (!before) throw unknownWebhook(id);
      return { ...(await decide(em, before, at)), events: [] };
    });
    return value;
  }
}

const keyOf = ({ project, id }: Pick<Webhook, 'project' | 'id'>) => ({ project, name: id });
const urnOf = (webhook: Pick<Webhook, 'project' | 'id'>): string => webhookUrn.format(keyOf(webhook));

/** What the audit record's digests are of. */
const recordedOf = ({ url, kinds, description, format, status }: Webhook) => ({
  url,
  kinds,
  description,
  format,
  status,
});

const unknownWebhook = (id: string): DomainError =>
  new DomainError('NOT_FOUND', `id: there is no webhook ${id}`, { field: 'id' });
