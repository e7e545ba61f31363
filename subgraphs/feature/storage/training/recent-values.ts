import type { Dtype } from '../../../../schema/common.ts';
import { parquetOf, sqlName, type DuckSession } from '../../../shared/duckdb/duckdb.ts';
import type { EventSpine } from '../../domain/event-spine.ts';
import type { Values } from '../../domain/feature-distribution.ts';
import type { ManifestLog } from '../../domain/training-set.ts';
import { layEvents } from './event-spine.ts';
import { joinFeatures, type JoinPlan } from './join-features.ts';
import { spineColumn } from './spine.ts';
import type { TrainingStores } from './write-training-set.ts';

export interface ComparedColumn {
  readonly name: string;
  readonly dtype: Dtype;
  /** Among the features of the plan, from 0. */
  readonly at: number;
}

export interface ComparedValues {
  readonly name: string;
  readonly training: Values;
  readonly recent: Values;
}

/** Rows beyond these say little more about how values are distributed. */
const MOST_ROWS = 20_000;
const COLUMNS_AT_ONCE = 50;

/**
 * The values of features in the file of a training set, and those that the service had at each of the recent events, joined as a
 * training set would join them. Of many rows so many are drawn, the same at each call. Calls `take` with each feature.
 */
export function readRecentValues(
  stores: TrainingStores,
  asked: {
    readonly events: EventSpine;
    /** What to read of the views whose events they are. */
    readonly log: readonly ManifestLog[];
    readonly plan: Omit<JoinPlan, 'spine'>;
    /** Of the training set. */
    readonly sha256: string;
    readonly columns: readonly ComparedColumn[];
  },
  take: (values: ComparedValues) => void,
): Promise<void> {
  const { events, log, plan, sha256, columns } = asked;
  return stores.duck.session(async (session) => {
    if ((await layEvents(session, stores, events, log)) === 0) return;
    await session.run(
      `CREATE TEMP VIEW given AS SELECT * FROM (FROM spine ORDER BY hash(row_id) LIMIT ${MOST_ROWS}) ORDER BY row_id`,
    );
    await joinFeatures(session, stores, { ...plan, spine: events }, () => Promise.resolve());
    const file = parquetOf([stores.trainingSets.pathOf(sha256)], ', file_row_number = true');
    await session.run(
      `CREATE TEMP TABLE training AS SELECT * FROM ${file} ORDER BY hash(file_row_number) LIMIT ${MOST_ROWS}`,
    );
    for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
      const part = columns.slice(from, from + COLUMNS_AT_ONCE);
      const training = await valuesOf(
        session,
        'training',
        part.map(({ name, dtype }) => asRead(dtype, sqlName(name))),
      );
      const recent = await valuesOf(
        session,
        'result',
        part.map(({ at, dtype }) => asRead(dtype, spineColumn(events.columns.length + at))),
      );
      for (const [i, { name }] of part.entries()) {
        take({ name, training: training[i] ?? [], recent: recent[i] ?? [] });
      }
    }
  });
}

const asRead = (dtype: Dtype, column: string): string =>
  dtype === 'FLOAT64' || dtype === 'INT64' ? `${column}::DOUBLE` : `${column}::VARCHAR`;

async function valuesOf(session: DuckSession, relation: string, columns: readonly string[]): Promise<Values[]> {
  const found: (number | string | null)[][] = columns.map(() => []);
  for await (const chunk of session.chunks(`SELECT ${columns.join(', ')} FROM ${relation}`)) {
    for (const row of chunk.getRows()) {
      for (const [i, value] of row.entries()) found[i]?.push(value as number | string | null);
    }
  }
  return found;
}
