import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../../schema/event.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { messageOf, type AssetUrl } from '../../domain/webhook/message.ts';
import { ownRunOf } from '../../domain/openlineage/own-run.ts';
import type { DeliveryState, WebhookDelivery, WebhookFormat } from '../../domain/webhook/webhook.ts';
import { msOf } from '../ms-of.ts';
import { LIVE_SECRETS } from './webhook.ts';

export const webhookDeliverySql: readonly string[] = [
  `create table webhook_delivery (
     id text primary key,
     position bigint generated always as identity,
     webhook text not null references webhook on delete cascade,
     urn text not null,
     type text not null,
     revision int not null,
     body text not null,
     state text not null check (state in ('PENDING', 'DELIVERED', 'FAILED', 'DEAD')),
     attempts int not null default 0,
     first_at timestamptz(3) not null,
     next_at timestamptz(3) not null,
     answer text
   )`,
  "create index webhook_delivery_due on webhook_delivery (next_at) where state = 'PENDING'",
  "create index webhook_delivery_given_up on webhook_delivery (state) where state in ('FAILED', 'DEAD')",
  "create index webhook_delivery_turn on webhook_delivery (webhook, urn, position) where state = 'PENDING'",
  'create index webhook_delivery_webhook on webhook_delivery (webhook, first_at)',
  'create index webhook_delivery_place on webhook_delivery (webhook, position)',
];

/** A delivery that this process has taken for a while; if the process dies, another takes it again. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly body: string;
  /** Including this one. */
  readonly attempts: number;
  readonly firstAt: Date;
}

const LEASE_MS = 60_000;
const KEPT_DAYS = 7;

/** Turns one event into a delivery for each active webhook of its project that asked for its kind. */
export async function enqueueDeliveries(
  em: EntityManager,
  event: AssetEvent,
  { now, assetUrl }: { readonly now: Date; readonly assetUrl: AssetUrl },
): Promise<void> {
  const webhooks = await em.execute<{ id: string; format: WebhookFormat }[]>(
    `select id, format from webhook
     where status = 'ACTIVE' and project = ? and (cardinality(kinds) = 0 or ? = any(kinds)) order by position`,
    [event.project, event.kind],
  );
  const message = messageOf(event, assetUrl);
  for (const { id, format } of webhooks) {
    const delivery = randomUUID();
    const sent = format === 'OPENLINEAGE' ? ownRunOf(event, delivery) : message;
    if (!sent) continue;
    await em.execute(
      `insert into webhook_delivery (id, webhook, type, urn, revision, body, state, first_at, next_at)
       values (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?)`,
      [delivery, id, message.type, event.urn, event.revision, JSON.stringify(sent), now, now],
    );
  }
  if (webhooks.length > 0) await wakeSenders(em);
}

/** Senders wait for the signal of their own schema's outbox. */
async function wakeSenders(em: EntityManager): Promise<void> {
  await em.execute(`select pg_notify('outbox_' || current_schema(), '')::text`);
}

/**
 * Takes what is due, at most `limit`, of active webhooks that are not `busy`. A subject's events go one after the
 * other, in order: none is taken before the one ahead of it has been delivered or given up.
 */
export const takeDueDeliveries = (
  db: Database,
  now: Date,
  limit: number,
  busy: readonly string[],
): Promise<ClaimedDelivery[]> =>
  db.query<ClaimedDelivery & Record<string, unknown>>(
    `update webhook_delivery d set attempts = attempts + 1, next_at = $2
     from webhook w
     where w.id = d.webhook and d.id in (
       select due.id from webhook_delivery due join webhook of on of.id = due.webhook and of.status = 'ACTIVE'
       where due.state = 'PENDING' and due.next_at <= $1 and due.webhook <> all($4)
         and not exists (
           select from webhook_delivery ahead
           where ahead.webhook = due.webhook and ahead.urn = due.urn and ahead.position < due.position
             and ahead.state = 'PENDING')
       order by due.next_at, due.position limit $3 for update of due skip locked)
     returning d.id, d.webhook, w.url, ${LIVE_SECRETS} as secrets, d.body, d.attempts, d.first_at as "firstAt"`,
    [now, new Date(now.getTime() + LEASE_MS), limit, busy],
  );

/** What an attempt came to. */
export interface Attempt {
  readonly id: string;
  readonly state: Exclude<DeliveryState, 'PENDING'> | { readonly retryAt: Date };
  readonly answer: string;
  readonly at: Date;
}

/** Keeps what an attempt came to, and marks a receiver that fails or takes the mark away. */
export async function settleDelivery(db: Database, { id, state, answer, at }: Attempt): Promise<void> {
  const [name, nextAt] = typeof state === 'string' ? [state, null] : ['PENDING', state.retryAt];
  // The webhook's row is locked first, as by those who end it with all its deliveries.
  await db.query(
    `with held as (
       select id from webhook where id = (select webhook from webhook_delivery where id = $1) for no key update),
     settled as (
       update webhook_delivery d set state = $2, next_at = coalesce($3, next_at), answer = $4
       from held where d.id = $1 and d.webhook = held.id returning d.webhook)
     update webhook w set
       failing_since = case when $5 then null else coalesce(w.failing_since, $6) end,
       failed_attempts = case when $5 then 0 else w.failed_attempts + 1 end,
       failed_answer = case when $5 then null else $4 end,
       failed_at = case when $5 then null else $6::timestamptz end
     from settled where w.id = settled.webhook and (not $5 or w.failing_since is not null)`,
    [id, name, nextAt, answer.slice(0, 300), name === 'DELIVERED', at],
  );
}

/** When a webhook is tried next; null where nothing is pending. */
export async function nextTryAt(db: Database, webhook: string): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select min(next_at) as at from webhook_delivery where webhook = $1 and state = 'PENDING'`,
    [webhook],
  );
  return row?.at ?? null;
}

/** What has not arrived: pending, or given up and not yet forgotten. */
export async function countUndelivered(
  db: Database,
): Promise<readonly { readonly state: Exclude<DeliveryState, 'DELIVERED'>; readonly count: number }[]> {
  return db.query(
    `select state, (select count(*)::int from webhook_delivery d where d.state = states.state) as count
     from (values ('PENDING'), ('FAILED'), ('DEAD')) as states (state)`,
  );
}

/** Since when the oldest of what is pending, to active webhooks, waits. */
export async function oldestPending(db: Database): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select min(d.first_at) as at from webhook_delivery d join webhook w on w.id = d.webhook
     where d.state = 'PENDING' and w.status = 'ACTIVE'`,
  );
  return row?.at ?? null;
}

const COLUMNS = `d.id, d.position::float8 as position, d.type, d.urn, d.revision, d.state, d.attempts,
  ${msOf('d.first_at')} as "firstAtMs", ${msOf('d.next_at')} as "nextAtMs", d.answer`;

type Columns = Omit<{ -readonly [Name in keyof WebhookDelivery]: WebhookDelivery[Name] }, 'firstAt' | 'nextAt'> & {
  firstAtMs: number;
  nextAtMs: number;
};

const toDelivery = ({ firstAtMs, nextAtMs, ...row }: Columns): WebhookDelivery => ({
  ...row,
  firstAt: new Date(firstAtMs),
  nextAt: new Date(nextAtMs),
});

/** The newest deliveries of a webhook, of one state or of all, below the place of `after`; one more than asked for. */
export async function listDeliveries(
  db: Database,
  webhook: string,
  { first, after }: PageRequest,
  state: DeliveryState | null = null,
): Promise<WebhookDelivery[]> {
  const rows = await db.query<Columns>(
    `select ${COLUMNS} from webhook_delivery d
     where webhook = $1 and ($3::text is null or state = $3) and ($4::float8 is null or position < $4)
     order by d.position desc limit $2`,
    [webhook, first + 1, state, after?.[0] ?? null],
  );
  return rows.map(toDelivery);
}

/**
 * Makes a delivery of the project due at once, with a day of trying ahead of it, whatever became of it before.
 * Undefined when there is none.
 */
export async function dueAgain(
  em: EntityManager,
  project: string,
  id: string,
  now: Date,
): Promise<{ readonly delivery: WebhookDelivery; readonly webhook: string } | undefined> {
  const [row] = await em.execute<(Columns & { webhook: string })[]>(
    `update webhook_delivery d set state = 'PENDING', next_at = ?, first_at = ?
     from webhook w where w.id = d.webhook and w.project = ? and d.id = ?
     returning ${COLUMNS}, d.webhook`,
    [now, now, project, id],
  );
  if (!row) return undefined;
  await wakeSenders(em);
  const { webhook, ...delivery } = row;
  return { delivery: toDelivery(delivery), webhook };
}

export async function forgetOldDeliveries(db: Database, now: Date): Promise<void> {
  await db.query(
    `delete from webhook_delivery where state <> 'PENDING' and next_at < $1::timestamptz - interval '${KEPT_DAYS} days'`,
    [now],
  );
}
