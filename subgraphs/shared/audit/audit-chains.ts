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

/** One subgraph's audit chains, read in this process or through its door. */
export interface AuditChains {
  /** The heads of all projects. */
  heads(): Promise<readonly ChainHead[]>;
  verdict(project: string): Promise<AuditVerdict>;
  /** The hashes that the records of these numbers have; a record that is not there has none. */
  hashes(project: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** The next page, in order; a page that is not full is the last. */
  records(wish: RecordsWish): Promise<readonly ChainedRecord[]>;
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
});

type Fields<Value> = { -readonly [Name in keyof Value]: Value[Name] };
