import { hash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Database } from '../database/database.ts';
import { GENESIS, type AuditRecord } from './audit.ts';
import { digestOf } from './canonical-json.ts';
import { readStored, type StoredRecord } from './stored-record.ts';

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
  for await (const rows of batches(client, project, from, last)) {
    for (const row of rows) {
      if (row.seq !== seq) return bad('a record is missing here');
      const record = recordIn(row);
      if (record.seq !== seq || record.project !== project) return bad('the record is not in its own place');
      if (record.hash !== row.hash) return bad('the record was altered');
      if (record.prevHash !== (prevHash ?? record.prevHash)) return bad('the record does not follow the one before it');
      prevHash = row.hash;
      seq++;
    }
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

interface Row {
  readonly seq: number;
  readonly hash: string;
  /** JSON, as the database writes it. */
  readonly record: string;
}

/** The records from one number to another, in order. The next batch is read while one is looked at. */
async function* batches(client: PoolClient, project: string, from: number, to: number): AsyncGenerator<readonly Row[]> {
  const read = async (after: number): Promise<readonly Row[]> => {
    const { rows } = await client.query<Row>({
      name: 'audit-batch',
      text: `select seq, hash, record::text as record from audit_record
        where project = $1 and seq > $2 and seq <= $3::bigint order by seq limit ${BATCH}`,
      values: [project, after, to],
    });
    return rows;
  };
  let next = read(from - 1);
  try {
    for (;;) {
      const rows = await next;
      const last = rows.at(-1);
      if (!last || rows.length < BATCH) {
        yield rows;
        return;
      }
      next = read(last.seq);
      yield rows;
    }
  } finally {
    // A walk that ended at a bad record leaves one batch on its way.
    await next.catch(() => undefined);
  }
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** What the chain needs of a record, with its hash as computed: the quick way where that gives the hash that is stored, else the way of its definition. */
function recordIn({ hash: stored, record }: Row): Omit<StoredRecord, 'text'> & { readonly hash: string } {
  const quick = readStored(record);
  if (quick && sha256(quick.text) === stored) return { ...quick, hash: stored };
  const parsed = Object(JSON.parse(record)) as AuditRecord;
  return { seq: parsed.seq, project: parsed.project, prevHash: parsed.prevHash, hash: digestOf(parsed) };
}
