import type { Measure, MetricDefinition } from '../../domain/metric/metric.ts';

/** What each answer adds to its unit's denominator (x) and numerator (y), in SQL; numbers go by `bind`. */
export function partsOf(
  { kind, measure, per, positiveFrom, ceiling, lowest, highest, attributionHours }: MetricDefinition,
  bind: (value: number) => string,
): { readonly x: string; readonly y: string; readonly labelled: string } {
  const labelled = labelledSql(attributionHours, bind);
  const y = measureSql(measure);
  const kept = (sql: string): string => {
    const floor = lowest === null ? sql : `greatest(${sql}, ${bind(lowest)})`;
    return highest === null ? floor : `least(${floor}, ${bind(highest)})`;
  };
  // greatest and least skip nulls: an answer without a value stays without one.
  const clamped = lowest === null && highest === null ? y : `case when ${y} is not null then ${kept(y)} end`;
  switch (kind) {
    case 'PROPORTION':
    case 'COUNT':
      return { x: '1', y: `(${y} >= ${bind(positiveFrom ?? 0)})::int`, labelled };
    case 'QUANTILE':
      return { x: '1', y: `(${y} > ${bind(ceiling ?? 0)})::int`, labelled };
    case 'RATIO':
      return { x: measureSql(per ?? measure), y: clamped, labelled };
    case 'MEAN':
    default:
      return { x: '1', y: clamped, labelled };
  }
}

/** The outcome of an answer, where it came in time. */
export function labelledSql(attributionHours: number | null, bind: (value: number) => string): string {
  if (attributionHours === null) return 'value';
  return `case when value_at <= answered_at + make_interval(secs => ${bind(attributionHours)} * 3600) then value end`;
}

export function measureSql(measure: Measure): string {
  switch (measure) {
    case 'OUTCOME':
      return 'value';
    case 'SCORE':
      return 'score';
    case 'SQUARED_ERROR':
      return '(score - value) ^ 2';
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
