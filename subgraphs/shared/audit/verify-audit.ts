import type { Database } from '../database/database.ts';
import { GENESIS, type AuditRecord } from './audit.ts';
import { digestOf } from './canonical-json.ts';

export interface AuditVerdict {
  readonly ok: boolean;
  readonly checked: number;
  /** The first record that is wrong or missing. */
  readonly firstBadSeq: number | null;
  readonly why: string | null;
}

const BATCH = 2_000;

/**
 * Walks one project's chain from its first record to its head and finds the first that was altered, removed, moved or
 * slipped in. Someone who can rewrite every later record *and* the head leaves a whole chain behind: only a checkpoint
 * kept outside shows that.
 */
export async function verifyAudit(db: Database, project: string): Promise<AuditVerdict> {
  let expected = { seq: 1, prevHash: GENESIS };
  const bad = (why: string): AuditVerdict => ({ ok: false, checked: expected.seq - 1, firstBadSeq: expected.seq, why });
  for (;;) {
    const rows = await db.query<{ seq: number; hash: string; record: AuditRecord }>(
      `select seq, hash, record from audit_record where project = $1 and seq >= $2 order by seq limit ${BATCH}`,
      [project, expected.seq],
    );
    for (const { seq, hash, record } of rows) {
      if (seq !== expected.seq) return bad('a record is missing here');
      if (record.seq !== seq || record.project !== project) return bad('the record is not in its own place');
      if (digestOf(record) !== hash) return bad('the record was altered');
      if (record.prevHash !== expected.prevHash) return bad('the record does not follow the one before it');
      expected = { seq: seq + 1, prevHash: hash };
    }
    if (rows.length < BATCH) break;
  }
  const [head] = await db.query<{ seq: number; hash: string }>('select seq, hash from audit_head where project = $1', [
    project,
  ]);
  if ((head?.seq ?? 0) > expected.seq - 1) return bad('records at the end are missing');
  if (head && head.hash !== expected.prevHash) return bad('the head does not name the last record');
  return { ok: true, checked: expected.seq - 1, firstBadSeq: null, why: null };
}
