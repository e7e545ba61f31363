import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { formatCursor, parseCursor, START } from '../../shared/events/cursor.ts';
import type { Fact, FactSource, ShadowFact } from '../../../schema/fact.ts';

const POLL_MS = 100;
const PAGE = 1_000;

const SELECT = `select xid::text, seq::text, project, kind, holder, holder_revision::float8 as "holderRevision", unit, arm, trust,
    prediction_id as "predictionId", score, value, shadow,
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt",
    to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt"
  from fact where (xid, seq) > ($1::xid8, $2::bigint) and xid < $3::xid8 order by fact.xid, fact.seq limit ${PAGE}`;

type Row = Omit<ShadowFact, 'kind' | 'shadow'> & {
  readonly kind: Fact['kind'];
  readonly xid: string;
  readonly seq: string;
  /** Of a unit's fact. */
  readonly unit: string;
  readonly arm: string;
  readonly score: number | null;
  /** Of a pair's fact. */
  readonly shadow: ShadowFact['shadow'];
};

/** A row as what it is: columns of the other kind are left out. */
function toFact({ xid: _xid, seq: _seq, kind, unit, arm, score, shadow, ...known }: Row): Fact {
  return kind === 'shadow' ? { ...known, kind, shadow } : { ...known, kind, unit, arm, score };
}

/** Exposures, outcomes and pairs in commit-safe order: only what lies below the oldest running transaction. */
export function factFeed(pool: Pool): FactSource {
  return async (after, waitMs, signal) => {
    const start = after === null ? START : parseCursor(after);
    const deadline = Date.now() + waitMs;
    for (;;) {
      const bound = await pool.query<{ below: string }>(
        'select pg_snapshot_xmin(pg_current_snapshot())::text as below',
      );
      const below = bound.rows[0]?.below ?? '0';
      const { rows } = await pool.query<Row>(SELECT, [start.xid.toString(), start.seq.toString(), below]);
      const last = rows.at(-1);
      if (last || Date.now() >= deadline || signal?.aborted) {
        const cursor = last ? formatCursor({ xid: BigInt(last.xid), seq: BigInt(last.seq) }) : formatCursor(start);
        const watermark = rows.length === PAGE ? cursor : formatCursor({ xid: BigInt(below), seq: 0n });
        return { facts: rows.map(toFact), cursor, watermark };
      }
      await sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
    }
  };
}
