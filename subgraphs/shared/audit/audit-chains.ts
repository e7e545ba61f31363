import type { Database } from '../database/database.ts';
import type { AuditRecord } from './audit.ts';
import { verifyAudit, type AuditVerdict } from './verify-audit.ts';

/** Where one project's chain stands. */
export interface ChainHead {
  readonly project: string;
  readonly seq: number;
  readonly hash: string;
}

export interface ChainedRecord {
  readonly seq: number;
  readonly hash: string;
  readonly record: AuditRecord;
}

/** Records of one project, from a place on; `from` and `until` bound their times, the second exclusively. */
export interface RecordsWish {
  readonly project: string;
  readonly after: number;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Which records are wanted, the newest first; null: whatever it is. */
export interface AuditFilter {
  readonly subjects: readonly string[] | null;
  /** The beginning of subjects. */
  readonly subjectPrefix: string | null;
  /** Who acted, or for whom. */
  readonly actor: string | null;
  readonly action: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
}

/** A page of one project's chain. */
export interface NewestPage {
  readonly project: string;
  readonly first: number;
  /** Only records with smaller numbers; null: from the newest on. */
  readonly below: number | null;
}

/** One subgraph's audit chains, read in this process or through its door. */
export interface AuditChains {
  /** The heads of all projects. */
  heads(): Promise<readonly ChainHead[]>;
  verdict(project: string): Promise<AuditVerdict>;
  /** The hashes that the records of these numbers have; a record that is not there has none. */
  hashes(project: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** The next page, in order; a page that is not full is the last. */
  records(wish: RecordsWish): Promise<readonly ChainedRecord[]>;
  /** Newest first. */
  newest(filter: AuditFilter, page: NewestPage): Promise<readonly ChainedRecord[]>;
}

export const RECORDS_PAGE = 1_000;

/** The chains of the subgraph whose database this is. */
export const auditChains = (db: Database): AuditChains => ({
  heads: () => db.query<Fields<ChainHead>>('select project, seq, hash from audit_head where seq > 0 order by project'),
  verdict: (project) => verifyAudit(db, project),
  hashes: async (project, seqs) => {
    const rows = await db.query<{ seq: number; hash: string }>(
      'select seq, hash from audit_record where project = $1 and seq = any($2::int[])',
      [project, [...seqs]],
    );
    return new Map(rows.map(({ seq, hash }) => [seq, hash]));
  },
  records: ({ project, after, from, until }) =>
    db.query<Fields<ChainedRecord>>(
      `select seq, hash, record from audit_record
       where project = $1 and seq > $2
         and ($3::text is null or record->>'at' >= $3) and ($4::text is null or record->>'at' < $4)
       order by seq limit ${RECORDS_PAGE}`,
      [project, after, from ?? null, until ?? null],
    ),
  newest: (filter, page) => newestRecords(db, filter, page),
});

export function newestRecords(
  db: Database,
  { subjects, subjectPrefix, actor, action, from, until }: AuditFilter,
  { project, first, below }: NewestPage,
): Promise<readonly ChainedRecord[]> {
  return db.query<Fields<ChainedRecord>>(
    `select seq, hash, record from audit_record
     where project = $1 and ($2::int is null or seq < $2) and ($3::text[] is null or record->>'subject' = any($3))
       and ($5::text is null or starts_with(record->>'subject', $5))
       and ($6::text is null or record->>'actor' = $6 or record->>'onBehalfOf' = $6)
       and ($7::text is null or record->>'action' = $7)
       and ($8::text is null or record->>'at' >= $8) and ($9::text is null or record->>'at' < $9)
     order by seq desc limit $4`,
    [
      project,
      below,
      subjects && [...subjects],
      first,
      subjectPrefix,
      actor,
      action,
      from?.toISOString() ?? null,
      until?.toISOString() ?? null,
    ],
  );
}

type Fields<Value> = { -readonly [Name in keyof Value]: Value[Name] };
