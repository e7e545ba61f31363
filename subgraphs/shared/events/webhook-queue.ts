import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { outboxFeed, type FeedPage } from './feed.ts';
import type { DeliveryState, WebhookStatus } from './webhook.ts';

/** A delivery that this process has taken for a while; if the process dies, another takes it again. */
export interface TakenDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  /** Including this one. */
  readonly attempts: number;
  readonly firstAt: Date;
}

const LEASE_MS = 60_000;
const KEPT_DAYS = 7;

/** Turns new events into deliveries, for each subscription from where it has read to; cursor and rows commit together. */
export async function enqueueDeliveries(db: Database, now: Date): Promise<void> {
  const webhooks = await db.query<{ id: string; cursor: string }>('select id, cursor from webhook order by cursor');
  const feed = outboxFeed(db);
  for (const { id, cursor } of webhooks) {
    const page = await feed(cursor, 0);
    if (page.events.length > 0) await enqueuePage(db, id, cursor, page, now);
  }
}

async function enqueuePage(db: Database, id: string, cursor: string, page: FeedPage, now: Date): Promise<void> {
  await db.transaction(async (em) => {
    const [held] = await em.execute<{ cursor: string; project: string; kinds: string[]; status: WebhookStatus }[]>(
      'select cursor, project, kinds, status from webhook where id = ? for update',
      [id],
    );
    if (held?.cursor !== cursor) return; // another replica was here
    const wanted = page.events.filter(
      ({ project, kind }) =>
        held.status === 'ACTIVE' && project === held.project && (held.kinds.length === 0 || held.kinds.includes(kind)),
    );
    for (const event of wanted) {
      const delivery = randomUUID();
      await em.execute(
        `insert into webhook_delivery (id, webhook, urn, body, state, first_at, next_at)
         values (?, ?, ?, ?, 'PENDING', ?, ?)`,
        [delivery, id, event.urn, JSON.stringify({ id: delivery, ...event }), now, now],
      );
    }
    await em.execute('update webhook set cursor = ? where id = ?', [page.cursor, id]);
  });
}

/**
 * Takes what is due, at most `limit`, of active subscriptions that are not `busy`. A subject's events go one after the
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
     returning d.id, d.webhook, w.url, w.secret, d.body, d.attempts, d.first_at as "firstAt"`,
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

export async function forgetOldDeliveries(db: Database, now: Date): Promise<void> {
  await db.query(
    `delete from webhook_delivery where state <> 'PENDING' and next_at < $1::timestamptz - interval '${KEPT_DAYS} days'`,
    [now],
  );
}
