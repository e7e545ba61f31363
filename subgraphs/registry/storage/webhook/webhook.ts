import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Webhook } from '../../domain/webhook/webhook.ts';
import { msOf } from '../ms-of.ts';

export const webhookSql: readonly string[] = [
  `create table webhook (
     id text primary key,
     position bigint generated always as identity,
     project text not null,
     url text not null,
     secret text not null,
     previous_secret text,
     previous_secret_until timestamptz(3),
     kinds text[] not null,
     description text not null,
     format text not null check (format in ('CHANGES', 'OPENLINEAGE')),
     status text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED')),
     created_by text not null,
     at timestamptz(3) not null,
     failing_since timestamptz(3),
     failed_attempts int not null default 0,
     failed_answer text,
     failed_at timestamptz(3)
   )`,
  'create unique index webhook_place on webhook (project, position)',
];

// Times as milliseconds: the ORM's connection gives a timestamp as text, the plain one as a Date.
const COLUMNS = `id, position::float8 as position, project, url, kinds, description, format, status, created_by as "createdBy",
  ${msOf('at')} as "atMs", ${msOf('previous_secret_until')} as "previousSecretUntilMs",
  ${msOf('failing_since')} as "failingSinceMs", failed_attempts as "failedAttempts", failed_answer as "failedAnswer",
  ${msOf('failed_at')} as "failedAtMs"`;

type Columns = Omit<{ -readonly [Name in keyof Webhook]: Webhook[Name] }, 'at' | 'previousSecretUntil' | 'failure'> & {
  atMs: number;
  previousSecretUntilMs: number | null;
  failingSinceMs: number | null;
  failedAttempts: number;
  failedAnswer: string | null;
  failedAtMs: number | null;
};

const toWebhook = (columns: Columns): Webhook => {
  const { atMs, previousSecretUntilMs, failingSinceMs, failedAttempts, failedAnswer, failedAtMs, ...row } = columns;
  return {
    ...row,
    at: new Date(atMs),
    previousSecretUntil: previousSecretUntilMs === null ? null : new Date(previousSecretUntilMs),
    failure:
      failingSinceMs === null
        ? null
        : {
            since: new Date(failingSinceMs),
            attempts: failedAttempts,
            answer: failedAnswer ?? '',
            lastAt: new Date(failedAtMs ?? failingSinceMs),
          },
  };
};

/** Adds a webhook; it gets the place after the newest one. */
export async function insertWebhook(
  em: EntityManager,
  { id, project, url, kinds, description, format, status, createdBy, at }: Omit<Webhook, 'position' | 'failure'>,
  secret: string,
): Promise<Webhook> {
  const [row] = await em.execute<Columns[]>(
    `insert into webhook (id, project, url, secret, kinds, description, format, status, created_by, at)
     values (?, ?, ?, ?, array(select json_array_elements_text(?::json)), ?, ?, ?, ?, ?) returning ${COLUMNS}`,
    [id, project, url, secret, JSON.stringify(kinds), description, format, status, createdBy, at],
  );
  if (!row) throw new Error('the webhook was not stored');
  return toWebhook(row);
}

/** Reads a webhook and holds its row until the transaction ends. */
export async function lockWebhook(em: EntityManager, project: string, id: string): Promise<Webhook | undefined> {
  const [row] = await em.execute<Columns[]>(`select ${COLUMNS} from webhook where project = ? and id = ? for update`, [
    project,
    id,
  ]);
  return row && toWebhook(row);
}

/** Those that send to a URL, the oldest first; their rows are held until the transaction ends. */
export async function lockWebhooksTo(em: EntityManager, project: string, url: string): Promise<Webhook[]> {
  const rows = await em.execute<Columns[]>(
    `select ${COLUMNS} from webhook where project = ? and url = ? order by webhook.position for update`,
    [project, url],
  );
  return rows.map(toWebhook);
}

export async function saveWebhook(em: EntityManager, webhook: Webhook): Promise<void> {
  const { id, url, kinds, description, status, failure } = webhook;
  await em.execute(
    `update webhook set url = ?, kinds = array(select json_array_elements_text(?::json)), description = ?, status = ?,
       failing_since = ?, failed_attempts = ?, failed_answer = ?, failed_at = ?
     where id = ?`,
    [
      url,
      JSON.stringify(kinds),
      description,
      status,
      failure?.since ?? null,
      failure?.attempts ?? 0,
      failure?.answer ?? null,
      failure?.lastAt ?? null,
      id,
    ],
  );
}

export async function countFailing(db: Database): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from webhook where status = 'ACTIVE' and failing_since is not null`,
  );
  return row?.count ?? 0;
}

/** Takes the mark from a receiver that works again. */
export async function clearFailure(db: Database, id: string): Promise<void> {
  await db.query(
    `update webhook set failing_since = null, failed_attempts = 0, failed_answer = null, failed_at = null
     where id = $1 and failing_since is not null`,
    [id],
  );
}

/** Puts another secret in place; the one before it signs on until `overlapUntil`. */
export async function replaceSecret(em: EntityManager, id: string, secret: string, overlapUntil: Date): Promise<void> {
  await em.execute('update webhook set previous_secret = secret, previous_secret_until = ?, secret = ? where id = ?', [
    overlapUntil,
    secret,
    id,
  ]);
}

/** Ends a webhook with all that was still to be delivered. */
export async function deleteWebhook(em: EntityManager, id: string): Promise<void> {
  await em.execute('delete from webhook where id = ?', [id]);
}

/** The oldest first, behind the place of `after`; one more than asked for. */
export async function listWebhooks(db: Database, project: string, { first, after }: PageRequest): Promise<Webhook[]> {
  const rows = await db.query<Columns>(
    `select ${COLUMNS} from webhook where project = $1 and position > $2 order by webhook.position limit $3`,
    [project, after?.[0] ?? 0, first + 1],
  );
  return rows.map(toWebhook);
}

export async function findWebhooks(db: Database, project: string, ids: readonly string[]): Promise<Webhook[]> {
  const rows = await db.query<Columns>(`select ${COLUMNS} from webhook where project = $1 and id = any($2)`, [
    project,
    [...ids],
  ]);
  return rows.map(toWebhook);
}

/** What a message to a webhook is signed with, newest first. */
export async function secretsOf(db: Database, id: string, now: Date): Promise<readonly string[]> {
  const rows = await db.query<{ secrets: string[] }>(`select ${LIVE_SECRETS} as secrets from webhook w where id = $2`, [
    now,
    id,
  ]);
  return rows[0]?.secrets ?? [];
}

/** The secrets of a webhook `w` that sign at $1. */
export const LIVE_SECRETS = `array_remove(array[w.secret, case when w.previous_secret_until > $1 then w.previous_secret end], null)`;
