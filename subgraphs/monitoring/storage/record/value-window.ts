import type { Pool } from 'pg';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { SampleCollector, type Scalar, type ValueSample } from '../../domain/quality/value-sample.ts';
import { countWindow, sampled, SCORE, windowCondition } from './prediction-window.ts';

/** Values held in memory per window: rows × columns; larger windows are sampled. */
const MAX_VALUES = 4_000_000;
const MAX_ROWS = 200_000;
const CHUNK = 5_000;
/** Rows that are looked at to learn which features a window has. */
const PROBE_ROWS = 500;

export interface ValueWindow {
  readonly rows: number;
  /** Rows that were read: all of them, or a sample chosen by id. */
  readonly used: number;
  readonly score: ValueSample;
  readonly features: readonly ValueSample[];
}

/**
 * What the newest predictions of a window hold that can drift, sorted: every feature, and the inputs that are numbers. Other
 * inputs are often names of single things, and a window of names always looks new: they are compared when asked for.
 */
export async function featureNames(pool: Pool, window: PredictionWindow): Promise<readonly string[]> {
  const { sql, parameters } = windowCondition(window);
  const { rows } = await pool.query<{ name: string }>(
    `with newest as (
       select p.features, p.inputs from prediction p where ${sql} order by p.occurred_at desc, p.id desc limit ${PROBE_ROWS}
     )
     select jsonb_object_keys(features) as name from newest
     union
     select name from newest, jsonb_each(inputs) as t(name, value) where jsonb_typeof(value) = 'number'
     order by name`,
    parameters,
  );
  return rows.map(({ name }) => name);
}

/** A feature's cell as it was logged; an input that was sent is PRESENT. Both names are of one space. */
type Cell = { readonly value: Scalar; readonly status: string } | null;
interface Row {
  readonly occurred_at: Date;
  readonly id: string;
  readonly score: number | null;
  readonly cells: readonly Cell[] | null;
}

const inputCell = `case when p.inputs ? f then jsonb_build_object('value', p.inputs -> f, 'status',
  case jsonb_typeof(p.inputs -> f) when 'null' then 'NULL_VALUE' else 'PRESENT' end) end`;

/**
 * The score and the named features and inputs of a window, column by column, in bounded memory: chunk after chunk in the order of
 * the index, only the columns asked for. `like`: the reference, whose categories the current window is counted in.
 */
export async function readValues(
  pool: Pool,
  window: PredictionWindow,
  features: readonly string[],
  like?: ValueWindow,
): Promise<ValueWindow> {
  const { rows: total } = await countWindow(pool, window);
  const limit = Math.min(MAX_ROWS, Math.floor(MAX_VALUES / (features.length + 1)));
  const { sql, parameters } = windowCondition(window);
  const score = new SampleCollector('score', like?.score);
  const collectors = features.map((name, i) => new SampleCollector(name, like?.features[i]));
  const query = `
    select p.occurred_at, p.id, ${SCORE} as score,
      (select jsonb_agg(coalesce(p.features -> f, ${inputCell}) order by i)
       from unnest($10::text[]) with ordinality as t(f, i)) as cells
    from prediction p
    where ${sql} and ${sampled(total / limit)} and (p.occurred_at, p.id) > ($11::timestamptz, $12::uuid)
    order by p.occurred_at, p.id limit ${CHUNK}`;
  let used = 0;
  let at: readonly [Date, string] = [new Date(window.from.getTime() - 1), '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const { rows } = await pool.query<Row>(query, [...parameters, features, ...at]);
    for (const row of rows) {
      score.add(row.score, row.score === null ? 'NULL_VALUE' : 'PRESENT');
      collectors.forEach((collector, i) => {
        const cell = row.cells?.[i];
        collector.add(cell?.value ?? null, cell?.status ?? 'ABSENT');
      });
    }
    used += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) break;
    at = [last.occurred_at, last.id];
  }
  return { rows: total, used, score: score.finish(), features: collectors.map((collector) => collector.finish()) };
}
