import type { Pool } from 'pg';
import type { PageRequest } from '../../../shared/paging.ts';
import type { ArchivedFile, ArchiveKind, DayCounts } from '../../domain/retention/archive.ts';
import { inTransaction } from '../../../shared/database/in-transaction.ts';

interface Row {
  readonly project: string;
  readonly day: string;
  readonly kind: ArchiveKind;
  readonly part: number;
  readonly sha256: string;
  readonly rows: string;
  readonly size_bytes: string;
  readonly archived_at: Date;
}

const COLUMNS = `project, to_char(day, 'YYYY-MM-DD') as day, kind, part, sha256, rows::text as rows, size_bytes::text as size_bytes, archived_at`;

const fileOf = ({ rows, size_bytes, archived_at, ...row }: Row): ArchivedFile => ({
  ...row,
  rows: Number(rows),
  sizeBytes: Number(size_bytes),
  archivedAt: archived_at,
});

/** What a day was when it was archived. */
export interface ArchivedDay {
  readonly counts: DayCounts;
  /** What `writesOfDay` said before it was counted. */
  readonly writes: number;
}

/** Notes what a day was archived as, in place of what it was before. */
export function saveArchivedDay(
  pool: Pool,
  day: string,
  { counts, writes }: ArchivedDay,
  files: readonly ArchivedFile[],
  at: Date,
): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `insert into archived_day (day, counts, writes, archived_at) values ($1, $2, $3, $4)
       on conflict (day) do update
       set counts = excluded.counts, writes = excluded.writes, archived_at = excluded.archived_at`,
      [day, counts, writes, at],
    );
    await client.query('delete from archived_file where day = $1', [day]);
    await client.query(
      `insert into archived_file (project, day, kind, part, sha256, rows, size_bytes, archived_at)
       select project, $1, kind, part, sha256, rows, size_bytes, $2
       from unnest($3::text[], $4::text[], $5::int[], $6::text[], $7::bigint[], $8::bigint[])
         as t(project, kind, part, sha256, rows, size_bytes)`,
      [
        day,
        at,
        files.map(({ project }) => project),
        files.map(({ kind }) => kind),
        files.map(({ part }) => part),
        files.map(({ sha256 }) => sha256),
        files.map(({ rows }) => rows),
        files.map(({ sizeBytes }) => sizeBytes),
      ],
    );
  });
}

/** Null before it was archived. */
export async function findArchivedDay(pool: Pool, day: string): Promise<ArchivedDay | null> {
  const { rows } = await pool.query<{ counts: DayCounts; writes: string }>(
    'select counts, writes::text as writes from archived_day where day = $1',
    [day],
  );
  return rows[0] ? { counts: rows[0].counts, writes: Number(rows[0].writes) } : null;
}

/** Notes that a day was looked at and has the rows that were archived. */
export async function noteWrites(pool: Pool, day: string, writes: number): Promise<void> {
  await pool.query('update archived_day set writes = $2 where day = $1', [day, writes]);
}

/** Digests of all that is archived. */
export async function archivedDigests(pool: Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ sha256: string }>('select distinct sha256 from archived_file');
  return new Set(rows.map(({ sha256 }) => sha256));
}

/** Files of a project, the newest day first. */
export async function listArchivedFiles(
  pool: Pool,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly ArchivedFile[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from archived_file f where project = $1
       and ($3::text is null or (to_char(f.day, 'YYYY-MM-DD'), f.kind || ':' || lpad(f.part::text, 6, '0')) < ($3, $4))
     order by f.day desc, f.kind || ':' || lpad(f.part::text, 6, '0') desc limit $2`,
    [project, first + 1, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows.map(fileOf);
}

export async function findArchivedFile(pool: Pool, project: string, sha256: string): Promise<ArchivedFile | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from archived_file where project = $1 and sha256 = $2 limit 1`,
    [project, sha256],
  );
  return rows[0] ? fileOf(rows[0]) : null;
}
