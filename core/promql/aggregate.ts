import type { AggregateExpression } from './expression.ts';
import { drop, keep, keyOf, NAME, withLabel, type Labels } from './labels.ts';
import { PromqlError } from './promql-error.ts';
import type { Sample, Value } from './series.ts';
import { ascending, exactSum, mean, quantile, scalarOf, textValueOf, variance } from './values.ts';

type Fold = (values: readonly number[], parameter: number) => number;

/** Greater and smaller than NaN is any number. */
const extreme =
  (better: (a: number, b: number) => boolean): Fold =>
  (values) =>
    values.reduce((kept, value) => (Number.isNaN(kept) || better(value, kept) ? value : kept));

const FOLDS: Readonly<Record<string, Fold>> = {
  sum: exactSum,
  avg: mean,
  count: (values) => values.length,
  group: () => 1,
  min: extreme((a, b) => a < b),
  max: extreme((a, b) => a > b),
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
  quantile: (values, q) => quantile(q, values),
};

interface Group {
  readonly labels: Labels;
  readonly samples: Sample[];
  dropName: boolean;
}

export function aggregate(
  expression: AggregateExpression,
  parameter: Value | null,
  samples: readonly Sample[],
): Sample[] {
  const { operator } = expression;
  const groups = groupsOf(expression, samples);
  if (operator === 'topk' || operator === 'bottomk') {
    const count = wholeNumber(scalarOf(parameter ?? undefined));
    return groups.flatMap((group) => best(group, count, operator === 'topk'));
  }
  if (operator === 'count_values') return counted(groups, textValueOf(parameter ?? undefined));
  const fold = FOLDS[operator];
  if (!fold) throw new PromqlError('unsupported', `the aggregation ${operator} is not of the subset`, expression.at);
  const number = parameter === null ? NaN : scalarOf(parameter);
  return groups.map(({ labels, samples: members, dropName }) => ({
    labels,
    value: fold(
      members.map(({ value }) => value),
      number,
    ),
    dropName,
  }));
}

function groupsOf({ without, labels: names }: AggregateExpression, samples: readonly Sample[]): Group[] {
  const groups = new Map<string, Group>();
  for (const sample of samples) {
    const labels = without ? drop(sample.labels, [...names, NAME]) : keep(sample.labels, names);
    const key = keyOf(labels);
    const group = groups.get(key) ?? { labels, samples: [], dropName: false };
    group.dropName ||= sample.dropName;
    group.samples.push(sample);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function wholeNumber(value: number): number {
  if (Number.isNaN(value)) throw new PromqlError('execution', 'Parameter value is NaN');
  if (value >= 2 ** 63 || value <= -(2 ** 63)) {
    throw new PromqlError('execution', `Scalar value ${value} overflows int64`);
  }
  return Math.trunc(value);
}

/** The greatest or smallest; NaN is neither, and comes only where there is room. */
function best({ samples }: Group, count: number, greatest: boolean): Sample[] {
  const order = (a: Sample, b: Sample): number => {
    if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
    if (Number.isNaN(b.value)) return -1;
    return greatest ? ascending(b.value, a.value) : ascending(a.value, b.value);
  };
  return samples.toSorted(order).slice(0, Math.max(0, count));
}

function counted(groups: readonly Group[], label: string): Sample[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) {
    throw new PromqlError('execution', `invalid label name ${JSON.stringify(label)}`);
  }
  const result = new Map<string, { labels: Labels; value: number; dropName: boolean }>();
  for (const { labels, samples } of groups) {
    for (const { value } of samples) {
      const own = withLabel(labels, label, formatNumber(value));
      const key = keyOf(own);
      const seen = result.get(key) ?? { labels: own, value: 0, dropName: false };
      result.set(key, { ...seen, value: seen.value + 1 });
    }
  }
  return [...result.values()];
}

/** As Go writes a number. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
