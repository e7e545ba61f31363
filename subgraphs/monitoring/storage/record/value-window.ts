import type { Pool } from 'pg';
import { sum } from '../../../../core/statistics/counts.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { SampleCollector, type Scalar, type ValueSample } from '../../domain/quality/value-sample.ts';
import { countParts, countWindow, sampled, SCORE, windowCondition } from './prediction-window.ts';

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

/** A feature's cell as it was logged, or an input that was sent; both names are of one space. */
type Cell = { readonly value?: Scalar; readonly status: string } | Exclude<Scalar, null> | null;
interface Row {
  readonly occurred_at: Date;
  readonly id: string;
  readonly score: number | null;
  readonly cells: readonly Cell[] | null;
}

/** Inputs are sent bare: making an object of each costs more than all else that is read. */
const CELL = `coalesce(p.features -> f, nullif(p.inputs -> f, 'null'), case when p.inputs ? f then '{"status": "NULL_VALUE"}'::jsonb end)`;

/** The score and the named features of some rows, column by column. */
class Columns {
  readonly #score: SampleCollector;
  readonly #features: readonly SampleCollector[];
  #used = 0;

  constructor(features: readonly string[], like: ValueWindow | undefined) {
    this.#score = new SampleCollector('score', like?.score);
    this.#features = features.map((name, i) => new SampleCollector(name, like?.features[i]));
  }

  add({ score, cells }: Row): void {
    this.#used++;
    this.#score.add(score, score === null ? 'NULL_VALUE' : 'PRESENT');
    this.#features.forEach((collector, i) => {
      const cell = cells?.[i] ?? null;
      if (cell === null) collector.add(null, 'ABSENT');
      else if (typeof cell === 'object') collector.add(cell.value ?? null, cell.status);
      else collector.add(cell, 'PRESENT');
    });
  }

  finish(rows: number): ValueWindow {
    const features = this.#features.map((collector) => collector.finish());
    return { rows, used: this.#used, score: this.#score.finish(), features };
  }
}

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
  const columns = new Columns(features, like);
  for await (const chunk of chunksOf(pool, window, features, total / mostRows(features))) {
    for (const row of chunk) columns.add(row);
  }
  return columns.finish(total);
}

/**
 * `readValues` of each part of a window that has rows; parts follow each other and cover it. In one pass where memory holds them
 * all, else one after another.
 */
export async function* readParts(
  pool: Pool,
  window: PredictionWindow,
  parts: readonly TimeWindow[],
  { features, like }: { readonly features: readonly string[]; readonly like: ValueWindow },
): AsyncGenerator<{ readonly part: TimeWindow; readonly values: ValueWindow }> {
  const counts = await countParts(pool, window, parts);
  const columns = parts.map(() => new Columns(features, like));
  const isSmall = sum(counts) <= mostRows(features);
  if (isSmall) {
    let at = 0;
    for await (const chunk of chunksOf(pool, window, features, 1)) {
      for (const row of chunk) {
        while (row.occurred_at >= (parts[at]?.to ?? window.to) && at < parts.length) at++;
        columns[at]?.add(row);
      }
    }
  }
  for (const [i, part] of parts.entries()) {
    const rows = counts[i] ?? 0;
    if (rows === 0) continue;
    const own = isSmall ? columns[i]?.finish(rows) : undefined;
    yield { part, values: own ?? (await readValues(pool, { ...window, ...part }, features, like)) };
  }
}

/** Rows of a window that are held in memory with so many of their columns. */
const mostRows = (features: readonly string[]): number =>
  Math.min(MAX_ROWS, Math.floor(MAX_VALUES / (features.length + 1)));

/** One row of `stride` of a window, in the order of time. */
async function* chunksOf(
  pool: Pool,
  window: PredictionWindow,
  features: readonly string[],
  stride: number,
): AsyncGenerator<readonly Row[]> {
  const { sql, parameters } = windowCondition(window);
  const query = `
    select p.occurred_at, p.id, ${SCORE} as score,
      (select jsonb_agg(${CELL} order by i)
       from unnest($10::text[]) with ordinality as t(f, i)) as cells
    from prediction p
    where ${sql} and ${sampled(stride)} and (p.occurred_at, p.id) > ($11::timestamptz, $12::uuid)
    order by p.occurred_at, p.id limit ${CHUNK}`;
  let at: readonly [Date, string] = [new Date(window.from.getTime() - 1), '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const { rows } = await pool.query<Row>(query, [...parameters, features, ...at]);
    yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) return;
    at = [last.occurred_at, last.id];
  }
}
