import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEvent } from '../../../../schema/event.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { messageOf, type DeliveryState, type WebhookDelivery } from '../../domain/webhook/webhook.ts';
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
  "create index webhook_delivery_turn on webhook_delivery (webhook, urn, position) where state = 'PENDING'",
  'create index webhook_delivery_webhook on webhook_delivery (webhook, first_at)',
  'create index webhook_delivery_place on webhook_delivery (webhook, position)',
];

/** A delivery that this process has taken for a while; if the process dies, another takes it again. */
export interface TakenDelivery {
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
export async function enqueueDeliveries(em: EntityManager, event: AssetEvent, now: Date): Promise<void> {
  const webhooks = await em.execute<{ id: string }[]>(
    `select id from webhook
     where status = 'ACTIVE' and project = ? and (cardinality(kinds) = 0 or ? = any(kinds)) order by position`,
    [event.project, event.kind],
  );
  const message = messageOf(event);
  for (const { id } of webhooks) {
    await em.execute(
      `insert into webhook_delivery (id, webhook, type, urn, revision, body, state, first_at, next_at)
       values (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?)`,
      [randomUUID(), id, message.type, event.urn, event.revision, JSON.stringify(message), now, now],
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
): Promise<TakenDelivery[]> =>
  db.query<TakenDelivery & Record<string, unknown>>(
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

export async function settleDelivery(
  db: Database,
  id: string,
  state: Exclude<DeliveryState, 'PENDING'> | { readonly retryAt: Date },
  answer: string,
): Promise<void> {
  const [name, nextAt] = typeof state === 'string' ? [state, null] : ['PENDING', state.retryAt];
  await db.query('update webhook_delivery set state = $2, next_at = coalesce($3, next_at), answer = $4 where id = $1', [
    id,
    name,
    nextAt,
    answer.slice(0, 300),
  ]);
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
