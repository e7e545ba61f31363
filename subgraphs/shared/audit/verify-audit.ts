import type { PoolClient } from 'pg';
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

export interface AuditRange {
  /** First record to check (1 by default); the hash that it says it follows is then taken on trust. */
  readonly from?: number;
  /** Last record to check; without it the chain is walked to its head. */
  readonly to?: number;
}

const BATCH = 2_000;

/**
 * Walks one project's chain to its head, in one snapshot, and finds the first record that was altered, removed, moved or
 * slipped in. Someone who can rewrite every later record *and* the head, or remove a whole chain with its head, leaves
 * nothing to see: only a checkpoint kept outside shows that.
 */
export async function verifyAudit(db: Database, project: string, range: AuditRange = {}): Promise<AuditVerdict> {
  const client = await db.pool.connect();
  try {
    // Records that are appended meanwhile must not look like a head without records.
    await client.query('begin isolation level repeatable read read only');
    return await walk(client, project, range);
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function walk(client: PoolClient, project: string, { from = 1, to }: AuditRange): Promise<AuditVerdict> {
  let seq = from;
  let prevHash = from === 1 ? GENESIS : undefined;
  const bad = (why: string): AuditVerdict => ({ ok: false, checked: seq - from, firstBadSeq: seq, why });
  const last = to ?? Number.MAX_SAFE_INTEGER;
  for (;;) {
    const { rows } = await client.query<{ seq: number; hash: string; record: AuditRecord }>(
      `select seq, hash, record from audit_record
       where project = $1 and seq >= $2 and seq <= $3::bigint order by seq limit ${BATCH}`,
      [project, seq, last],
    );
    for (const row of rows) {
      if (row.seq !== seq) return bad('a record is missing here');
      if (row.record.seq !== seq || row.record.project !== project) return bad('the record is not in its own place');
      if (digestOf(row.record) !== row.hash) return bad('the record was altered');
      if (row.record.prevHash !== (prevHash ?? row.record.prevHash)) {
        return bad('the record does not follow the one before it');
      }
      prevHash = row.hash;
      seq++;
    }
    if (rows.length < BATCH) break;
  }
  const { rows } = await client.query<{ seq: number; hash: string }>(
    'select seq, hash from audit_head where project = $1',
    [project],
  );
  const head = rows[0] ?? { seq: 0, hash: GENESIS };
  if (seq <= Math.min(head.seq, last)) return bad('records are missing from here on');
  if (seq > last) return { ok: true, checked: seq - from, firstBadSeq: null, why: null };
  if (seq > from && seq - 1 > head.seq) return bad('the head of the chain is missing or older than the last record');
  if (prevHash !== undefined && head.hash !== prevHash) return bad('the head does not name the last record');
  return { ok: true, checked: seq - from, firstBadSeq: null, why: null };
}
