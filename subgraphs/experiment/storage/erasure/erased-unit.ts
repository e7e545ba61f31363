import { createHmac, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Erasure, UnitName } from '../../domain/erasure/unit-erasure.ts';
import type { RevisionOf } from '../experiment/day-sum.ts';

/** Of an erased unit stays a digest under the project's salt, by which records that come later are known. */
export const erasedUnitSql: readonly string[] = [
  `create table erasure_salt (
     project text primary key,
     salt text not null
   )`,
  // `holder`: the id of the experiment that it is about; empty: all.
  `create table erased_unit (
     project text not null,
     digest text not null,
     holder text not null,
     at timestamptz(3) not null,
     late bigint not null default 0,
     primary key (project, digest, holder)
   )`,
  // How many units of a revision are gone.
  `create table erased_count (
     project text not null,
     experiment text not null,
     revision bigint not null,
     trust text not null,
     units bigint not null,
     primary key (project, experiment, revision, trust)
   )`,
];

export const ALL = '';

/** Until the transaction ends nobody writes of units of the project; who writes of them shares the lock. */
export async function lockErasures(em: EntityManager, project: string, how: 'shared' | 'alone'): Promise<void> {
  const lock = how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await em.execute(`select ${lock}(hashtextextended(?, 0))`, [`erasure ${project}`]);
}

/** The salt of a project; null where nothing was erased there. */
export async function saltOf(em: EntityManager, project: string): Promise<string | null> {
  const [row] = await em.execute<{ salt: string }[]>('select salt from erasure_salt where project = ?', [project]);
  return row?.salt ?? null;
}

export async function makeSalt(em: EntityManager, project: string): Promise<string> {
  const salt = randomBytes(32).toString('hex');
  await em.execute('insert into erasure_salt (project, salt) values (?, ?)', [project, salt]);
  return salt;
}

export const digestOfUnit = (salt: string, { unitField, unit }: UnitName): string =>
  createHmac('sha256', salt)
    .update(JSON.stringify([unitField, unit]))
    .digest('hex');

/** Keeps that it was erased; false where that is known already. */
export async function rememberErasure(
  em: EntityManager,
  project: string,
  digest: string,
  holders: readonly string[],
  at: Date,
): Promise<boolean> {
  const rows: unknown[] = await em.execute(
    `insert into erased_unit (project, digest, holder, at)
     select ?, ?, holder, ? from jsonb_array_elements_text(?::jsonb) as h(holder) order by holder
     on conflict do nothing returning 1`,
    [project, digest, at, JSON.stringify(holders)],
  );
  return rows.length > 0;
}

/** Which of these were erased, as `<digest> <holder>`. */
export async function erasedAmong(
  em: EntityManager,
  project: string,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set();
  const rows = await em.execute<{ digest: string; holder: string }[]>(
    `select digest, holder from erased_unit
     where project = ? and digest in (select jsonb_array_elements_text(?::jsonb))`,
    [project, JSON.stringify(digests)],
  );
  return new Set(rows.map(({ digest, holder }) => `${digest} ${holder}`));
}

/** Counts records that came late, by `<digest> <holder>`. */
export async function countLate(em: EntityManager, project: string, late: ReadonlyMap<string, number>): Promise<void> {
  for (const [key, n] of [...late].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [digest = '', holder = ''] = key.split(' ');
    await em.execute('update erased_unit set late = late + ? where project = ? and digest = ? and holder = ?', [
      n,
      project,
      digest,
      holder,
    ]);
  }
}

/** All that is known of the erasure of one digest, of everything first. */
export async function erasuresOf(em: EntityManager, project: string, digest: string): Promise<readonly Erasure[]> {
  const rows = await em.execute<{ holder: string; at: Date | string; late: string }[]>(
    'select holder, at, late from erased_unit where project = ? and digest = ? order by holder',
    [project, digest],
  );
  return rows.map(({ holder, at, late }) => ({
    digest,
    experiment: holder === ALL ? null : holder,
    at: new Date(at),
    late: Number(late),
  }));
}

/** How many units of a revision were erased. */
export async function erasedUnits(pool: Pool, { project, experiment, revision, trust }: RevisionOf): Promise<number> {
  const { rows } = await pool.query<{ units: string }>(
    'select units from erased_count where project = $1 and experiment = $2 and revision = $3 and trust = $4',
    [project, experiment, revision, trust],
  );
  return Number(rows[0]?.units ?? 0);
}
