import type { Pool } from 'pg';
import type { CommitSignal } from '../../../shared/database/commit-signal.ts';
import type { Database } from '../../../shared/database/database.ts';
import { orderedFeed } from '../../../shared/events/ordered-feed.ts';
import type { AnswerFact, Fact, FactSource, ShadowFact } from '../../../../schema/fact.ts';

/** Followers listen here. A channel of its own: facts come far more often than events. */
export const FACT_CHANNEL = 'fact_monitoring';

const COLUMNS = `project, kind, holder, holder_revision::float8 as "holderRevision", unit, arm, trust,
  prediction_id as "predictionId", score, value, shadow, answer,
  to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt",
  to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "receivedAt"`;

type Row = Omit<ShadowFact, 'kind' | 'shadow'> & {
  readonly kind: Fact['kind'];
  readonly xid: string;
  readonly seq: string;
  /** Of a unit's fact. */
  readonly unit: string;
  readonly arm: string;
  readonly score: number | null;
  /** Of an answer's fact. */
  readonly answer: AnswerFact['answer'];
  /** Of a pair's fact. */
  readonly shadow: ShadowFact['shadow'];
};

/** A row as what it is: columns of the other kind are left out. */
function toFact({ xid: _xid, seq: _seq, kind, unit, arm, score, shadow, answer, ...known }: Row): Fact {
  if (kind === 'shadow') return { ...known, kind, shadow };
  return kind === 'answer' ? { ...known, kind, unit, arm, score, answer } : { ...known, kind, unit, arm, score };
}

/** Wakes the followers after a commit: only a hint, since they also look by themselves. */
export function announceFacts(pool: Pool): void {
  void pool.query('select pg_notify($1, $2)', [FACT_CHANNEL, '']).catch(() => undefined);
}

/** Exposures, answers, outcomes and pairs as a feed, for the experiments. */
export function factFeed(db: Database, commits: CommitSignal): FactSource {
  const read = orderedFeed<Row, Fact>({ db, commits, name: 'fact', columns: COLUMNS, itemOf: toFact, pageSize: 1_000 });
  return async (after, waitMs, signal) => {
    const { events, cursor, watermark, more } = await read(after, waitMs, signal);
    return { facts: [...events], cursor, watermark, more };
  };
}
