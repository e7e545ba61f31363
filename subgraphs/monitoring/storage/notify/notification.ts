import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Notification } from '../../domain/notify/message.ts';

export const NOTIFICATION_STATES = ['PENDING', 'DELIVERED', 'FAILED', 'DEAD'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

export interface StoredNotification {
  readonly id: string;
  readonly position: number;
  readonly project: string;
  readonly receiver: string;
  readonly body: Notification;
  readonly state: NotificationState;
  readonly attempts: number;
  /** How many of its requests have arrived. */
  readonly sent: number;
  readonly firstAt: Date;
  readonly nextAt: Date;
  readonly answer: string | null;
}

const COLUMNS = `id, position::float8 as position, project, receiver, body, state, attempts, sent, first_at as "firstAt",
  next_at as "nextAt", answer`;

export async function insertNotifications(
  em: EntityManager,
  project: string,
  bodies: readonly Notification[],
  at: Date,
): Promise<void> {
  for (const body of bodies) {
    await em.execute(
      `insert into notification (id, project, receiver, group_key, body, state, first_at, next_at)
       values (?, ?, ?, ?, ?::jsonb, 'PENDING', ?, ?)`,
      [body.id, project, body.receiver, body.groupKey, JSON.stringify(body), at, at],
    );
  }
}

/** Where a claimed notification is nobody else's, should its sender die. */
const LEASE_MS = 60_000;

/**
 * Takes what is due, for a minute; of one group to one receiver only the oldest that is pending, so that its end never comes
 * before its beginning.
 */
export async function takeDue(pool: Pool, now: Date, limit: number): Promise<readonly StoredNotification[]> {
  const { rows } = await pool.query<StoredNotification>(
    `update notification n set next_at = $2, attempts = attempts + 1
     where n.id in (
       select due.id from notification due
       where due.state = 'PENDING' and due.next_at <= $1
         and not exists (select from notification ahead
           where ahead.project = due.project and ahead.receiver = due.receiver and ahead.group_key = due.group_key
             and ahead.state = 'PENDING' and ahead.position < due.position)
       order by due.next_at, due.position limit $3 for update of due skip locked)
     returning ${COLUMNS}`,
    [now, new Date(now.getTime() + LEASE_MS), limit],
  );
  return rows;
}

export interface Settled {
  readonly id: string;
  readonly state: NotificationState;
  readonly sent: number;
  readonly nextAt: Date;
  readonly answer: string;
}

export async function settle(pool: Pool, { id, state, sent, nextAt, answer }: Settled): Promise<void> {
  await pool.query('update notification set state = $2, sent = $3, next_at = $4, answer = $5 where id = $1', [
    id,
    state,
    sent,
    nextAt,
    answer.slice(0, 300),
  ]);
}

/** The newest of a receiver, one more than asked for. */
export async function listNotifications(
  pool: Pool,
  { project, receiver }: { readonly project: string; readonly receiver: string },
  { first, after }: PageRequest,
): Promise<readonly StoredNotification[]> {
  const { rows } = await pool.query<StoredNotification>(
    `select ${COLUMNS} from notification where project = $1 and receiver = $2 and ($3::float8 is null or position < $3)
     order by notification.position desc limit $4`,
    [project, receiver, after?.[0] ?? null, first + 1],
  );
  return rows;
}

/** What has not arrived yet, by state, of all projects. */
export async function countUndelivered(
  pool: Pool,
): Promise<readonly { readonly state: NotificationState; readonly count: number }[]> {
  const { rows } = await pool.query<{ state: NotificationState; count: number }>(
    `select state, count(*)::int as count from notification where state <> 'DELIVERED' group by state`,
  );
  return rows;
}

/** For how many days ended ones are shown. */
export const NOTIFICATION_DAYS = 7;

export async function forgetOldNotifications(pool: Pool, now: Date): Promise<void> {
  await pool.query(
    `delete from notification where state <> 'PENDING' and next_at < $1::timestamptz - interval '${NOTIFICATION_DAYS} days'`,
    [now],
  );
}
