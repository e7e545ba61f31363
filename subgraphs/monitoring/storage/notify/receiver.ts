import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { DomainError } from '../../../../core/errors.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Receiver, ReceiverSecrets } from '../../domain/notify/receiver.ts';

const COLUMNS = `project, name, kind, target, send_resolved as "sendResolved", created_at as "createdAt", created_by as "createdBy"`;

/** Throws CONFLICT where the name is taken. */
export async function insertReceiver(em: EntityManager, receiver: Receiver, secrets: ReceiverSecrets): Promise<void> {
  const { project, name, kind, target, sendResolved, createdAt, createdBy } = receiver;
  const made = await em.execute<unknown[]>(
    `insert into receiver (project, name, kind, target, send_resolved, secrets, created_at, created_by)
     values (?, ?, ?, ?, ?, ?::jsonb, ?, ?) on conflict do nothing returning name`,
    [project, name, kind, target, sendResolved, JSON.stringify(secrets), createdAt, createdBy],
  );
  if (made.length === 0) {
    throw new DomainError('CONFLICT', `name: there is a receiver "${name}" already`, { field: 'name' });
  }
}

/** Takes it away; what was there, or null. */
export async function deleteReceiver(em: EntityManager, project: string, name: string): Promise<Receiver | null> {
  const [row] = await em.execute<Receiver[]>(
    `delete from receiver where project = ? and name = ? returning ${COLUMNS}`,
    [project, name],
  );
  return row ? { ...row, createdAt: new Date(row.createdAt) } : null;
}

export async function findReceivers(
  pool: Pool,
  project: string,
  names: readonly string[],
): Promise<readonly Receiver[]> {
  const { rows } = await pool.query<Receiver>(`select ${COLUMNS} from receiver where project = $1 and name = any($2)`, [
    project,
    names,
  ]);
  return rows;
}

/** By name, one more than asked for. */
export async function listReceivers(
  pool: Pool,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly Receiver[]> {
  const { rows } = await pool.query<Receiver>(
    `select ${COLUMNS} from receiver where project = $1 and ($2::text is null or name > $2) order by name limit $3`,
    [project, after?.[0] ?? null, first + 1],
  );
  return rows;
}

/** How it is reached; null where there is none. */
export async function secretsOf(
  pool: Pool,
  project: string,
  name: string,
): Promise<{ readonly receiver: Receiver; readonly secrets: ReceiverSecrets } | null> {
  const { rows } = await pool.query<Receiver & { secrets: ReceiverSecrets }>(
    `select ${COLUMNS}, secrets from receiver where project = $1 and name = $2`,
    [project, name],
  );
  const [row] = rows;
  if (!row) return null;
  const { secrets, ...receiver } = row;
  return { receiver, secrets };
}
