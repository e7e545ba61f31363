import { metricKey } from '../../domain/experiment/measured.ts';
import type { Kept } from '../../domain/experiment/kept.ts';
import type { MetricDefinition, MetricUse } from '../../domain/metric/metric.ts';
import { ONE, partsOf } from './metric-sql.ts';

/** Binds further values of a query, each by its type; the same value is bound once. */
export type Bind = (value: number | string) => string;

export function binding(values: unknown[]): Bind {
  const known = new Map<number | string, string>();
  return (value) => {
    const bound = known.get(value) ?? `$${values.push(value)}::${typeof value === 'number' ? 'float8' : 'text'}`;
    known.set(value, bound);
    return bound;
  };
}

/** Numbers beyond it count as it: no square or sum of theirs is too large to be told, and none of them holds up what comes after it. */
const LARGEST = '1e140';
const told = (column: string): string =>
  `case when abs(a.${column}) > '${LARGEST}'::float8 then sign(a.${column}) * '${LARGEST}'::float8 else a.${column} end as ${column}`;

/**
 * What answers add up to, in the order of `kept`: `sums` holds x and y of each metric, null where no answer has both, and `segments` the
 * value of the first answer that has one. `of` narrows the answers, as `a`.
 */
export function sumsSql(
  { metrics, segments }: Kept,
  of: string,
  bind: Bind,
): { readonly sums: string; readonly segments: string; readonly from: string } {
  const values = segments.map((segment) => {
    const value = `a.segments->>${bind(segment)}`;
    return `(array_agg(${value} order by a.answered_at, a.prediction_id) filter (where ${value} is not null))[1]`;
  });
  return {
    sums: `array[${metrics.flatMap(({ definition }) => pairOf(definition, bind)).join(', ')}]::float8[]`,
    segments: `array[${values.join(', ')}]::text[]`,
    from: `(select a.unit, a.prediction_id, a.answered_at, a.value_at, a.fallback, a.segments,
        ${['score', 'latency_ms', 'value'].map(told).join(', ')}
      from answer a where ${of} and a.answered_at is not null) a`,
  };
}

function pairOf(definition: MetricDefinition, bind: Bind): readonly [string, string] {
  const { x, y, read } = partsOf(definition, bind);
  if (x === ONE) return [`nullif(count(${read}), 0)`, `sum((${y})::float8)`];
  return [
    `sum(case when (${y}) is not null then (${x})::float8 end)`,
    `sum(case when (${x}) is not null then (${y})::float8 end)`,
  ];
}

/** x and y of one metric, as they stand in `sums`. */
export function keptPair({ metrics }: Kept, metric: MetricUse, sums: string): readonly [string, string] {
  const at = metrics.findIndex((one) => metricKey(one) === metricKey(metric));
  if (at < 0) throw new Error(`${metricKey(metric)} is not kept of units`);
  const [x, y] = [`${sums}[${2 * at + 1}]`, `${sums}[${2 * at + 2}]`];
  return [metric.definition.kind === 'COUNT' ? `case when ${x} is not null then 1::float8 end` : x, y];
}

export function keptSegment({ segments }: Kept, segment: string, values: string): string {
  const at = segments.indexOf(segment);
  if (at < 0) throw new Error(`segment "${segment}" is not kept of units`);
  return `${values}[${at + 1}]`;
}
