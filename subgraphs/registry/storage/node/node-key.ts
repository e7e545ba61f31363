import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { NodeKey } from '../../domain/node/node-key.ts';
import { msOf } from '../ms-of.ts';

export const nodeKeySql: readonly string[] = [
  `create table node_key (
     sha256 text primary key,
     position bigint generated always as identity,
     project text not null,
     node text not null,
     number int not null,
     enrolled_at timestamptz(3) not null,
     enrolled_by text not null,
     expires_at timestamptz(3),
     revoked_at timestamptz(3),
     revoked_by text,
     unique (project, node, number)
   )`,
  'create unique index node_key_place on node_key (project, position)',
];

// Times as milliseconds: the ORM's connection gives a timestamp as text, the plain one as a Date.
const COLUMNS = `position::float8 as position, project, node, number, sha256, ${msOf('enrolled_at')} as "enrolledAtMs",
  enrolled_by as "enrolledBy", ${msOf('expires_at')} as "expiresAtMs", ${msOf('revoked_at')} as "revokedAtMs",
  revoked_by as "revokedBy"`;

interface Columns extends Omit<NodeKey, 'enrolledAt' | 'expiresAt' | 'revokedAt'> {
  readonly position: number;
  readonly enrolledAtMs: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** A key with its place in lists. */
export type StoredNodeKey = NodeKey & { readonly position: number };

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const toNodeKey = ({ enrolledAtMs, expiresAtMs, revokedAtMs, ...rest }: Columns): StoredNodeKey => ({
  ...rest,
  enrolledAt: new Date(enrolledAtMs),
  expiresAt: dateOf(expiresAtMs),
  revokedAt: dateOf(revokedAtMs),
});

/** All keys that a node ever had, held until the transaction ends, the oldest first. */
export async function lockNodeKeys(em: EntityManager, project: string, node: string): Promise<StoredNodeKey[]> {
  // The first key of a node has no row to hold: its enrolments take turns by the name.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`node-key ${project} ${node}`]);
  const rows = await em.execute<Columns[]>(
    `select ${COLUMNS} from node_key where project = ? and node = ? order by number for update`,
    [project, node],
  );
  return rows.map(toNodeKey);
}

export async function insertNodeKey(
  em: EntityManager,
  { project, node, number, sha256, enrolledAt, enrolledBy }: NodeKey,
): Promise<void> {
  await em.execute(
    'insert into node_key (sha256, project, node, number, enrolled_at, enrolled_by) values (?, ?, ?, ?, ?, ?)',
    [sha256, project, node, number, enrolledAt, enrolledBy],
  );
}

/** Lets the keys of a node before the given number end at a moment, unless they end before. */
export async function endNodeKeys(
  em: EntityManager,
  { project, node, before, at }: Pick<NodeKey, 'project' | 'node'> & { readonly before: number; readonly at: Date },
): Promise<void> {
  await em.execute(
    `update node_key set expires_at = ? where project = ? and node = ? and number < ? and revoked_at is null
       and (expires_at is null or expires_at > ?)`,
    [at, project, node, before, at],
  );
}

export async function revokeNodeKeys(
  em: EntityManager,
  { project, node, at, by }: Pick<NodeKey, 'project' | 'node'> & { readonly at: Date; readonly by: string },
): Promise<void> {
  await em.execute(
    `update node_key set revoked_at = ?, revoked_by = ? where project = ? and node = ? and revoked_at is null
       and (expires_at is null or expires_at > ?)`,
    [at, by, project, node, at],
  );
}

/** The keys of all projects that are good at a moment. */
export async function goodNodeKeys(db: Database, at: Date): Promise<StoredNodeKey[]> {
  const rows = await db.query<Columns>(
    `select ${COLUMNS} from node_key where revoked_at is null and (expires_at is null or expires_at > $1)
     order by node_key.position`,
    [at],
  );
  return rows.map(toNodeKey);
}

/** The newest first, behind the place of `after`; one more than asked for. */
export async function listNodeKeys(
  db: Database,
  { project, node }: { readonly project: string; readonly node: string | null },
  { first, after }: PageRequest,
): Promise<StoredNodeKey[]> {
  const rows = await db.query<Columns>(
    `select ${COLUMNS} from node_key where project = $1 and ($2::text is null or node = $2)
       and ($3::bigint is null or position < $3) order by node_key.position desc limit $4`,
    [project, node, after?.[0] ?? null, first + 1],
  );
  return rows.map(toNodeKey);
}
