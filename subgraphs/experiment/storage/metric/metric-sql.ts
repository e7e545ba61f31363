import type { Measure, MetricDefinition } from '../../domain/metric/metric.ts';

/** The denominator of a metric that counts answers. */
export const ONE = '1';

/** What each answer adds to its unit's denominator (x) and numerator (y), in SQL over the columns of `answer`; numbers go by `bind`. */
export function partsOf(
  { kind, measure, per, positiveFrom, ceiling, lowest, highest, attributionHours }: MetricDefinition,
  bind: (value: number) => string,
): { readonly x: string; readonly y: string; /** What has a value wherever y has one. */ readonly read: string } {
  const outcome = outcomeSql(attributionHours, bind);
  const read = measureSql(measure, outcome);
  const kept = (sql: string): string => {
    const floor = lowest === null ? sql : `greatest(${sql}, ${bind(lowest)})`;
    return highest === null ? floor : `least(${floor}, ${bind(highest)})`;
  };
  // greatest and least skip nulls: an answer without a value stays without one.
  const clamped = lowest === null && highest === null ? read : `case when ${read} is not null then ${kept(read)} end`;
  switch (kind) {
    case 'PROPORTION':
    case 'COUNT':
      return { x: ONE, y: `(${read} >= ${bind(positiveFrom ?? 0)})::int`, read };
    case 'QUANTILE':
      return { x: ONE, y: `(${read} > ${bind(ceiling ?? 0)})::int`, read };
    case 'RATIO':
      return { x: measureSql(per ?? measure, outcome), y: clamped, read };
    case 'MEAN':
    default:
      return { x: ONE, y: clamped, read };
  }
}

/** The outcome of an answer, where it came in time. */
export function outcomeSql(attributionHours: number | null, bind: (value: number) => string): string {
  if (attributionHours === null) return 'value';
  return `(case when value_at <= answered_at + make_interval(secs => ${bind(attributionHours)} * 3600) then value end)`;
}

export function measureSql(measure: Measure, outcome: string): string {
  switch (measure) {
    case 'OUTCOME':
      return outcome;
    case 'SCORE':
      return 'score';
    case 'SQUARED_ERROR':
      return `(score - ${outcome}) ^ 2`;
    case 'LATENCY_MS':
      return 'latency_ms';
    // Events are of units, and no answer has a value of them.
    case 'EVENT':
      return 'null';
    case 'FALLBACK':
    default:
      return 'fallback::int';
  }
}
