import { isComparison, isSet, type BinaryExpression, type BinaryOperator, type Matching } from './expression.ts';
import { drop, formatLabels, keep, keyOf, NAME, withLabel, withoutReserved, type Labels } from './labels.ts';
import { PromqlError } from './promql-error.ts';
import type { Sample, Value } from './series.ts';
import { vectorOf } from './values.ts';

const CALCULATED: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => number>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
};

const COMPARED: Readonly<Partial<Record<BinaryOperator, (a: number, b: number) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** 1 to any power is 1, as IEEE 754 says and JavaScript does not. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/** The number that two make, and whether it stays where the operator filters. */
function combine(operator: BinaryOperator, a: number, b: number): { readonly value: number; readonly kept: boolean } {
  const compared = COMPARED[operator];
  if (compared) return { value: a, kept: compared(a, b) };
  return { value: CALCULATED[operator]?.(a, b) ?? NaN, kept: true };
}

export function binary(expression: BinaryExpression, left: Value, right: Value): Value {
  const { operator, bool } = expression;
  if (left.type === 'scalar' && right.type === 'scalar') {
    const { value, kept } = combine(operator, left.value, right.value);
    return { type: 'scalar', value: isComparison(operator) ? Number(kept) : value };
  }
  if (left.type === 'scalar') return withScalar(vectorOf(right), left.value, { operator, bool, scalarFirst: true });
  if (right.type === 'scalar') return withScalar(vectorOf(left), right.value, { operator, bool, scalarFirst: false });
  const [a, b] = [vectorOf(left), vectorOf(right)];
  const samples = isSet(operator) ? sets(operator, expression.matching, a, b) : pairs(expression, a, b);
  return { type: 'vector', samples };
}

function withScalar(
  samples: readonly Sample[],
  scalar: number,
  {
    operator,
    bool,
    scalarFirst,
  }: { readonly operator: BinaryOperator; readonly bool: boolean; readonly scalarFirst: boolean },
): Value {
  const result: Sample[] = [];
  const comparing = isComparison(operator);
  for (const sample of samples) {
    const { value, kept } = scalarFirst
      ? combine(operator, scalar, sample.value)
      : combine(operator, sample.value, scalar);
    if (bool) result.push({ ...sample, value: Number(kept), dropName: true });
    // What a comparison keeps is the vector's own number, on whichever side it stands.
    else if (kept && comparing) result.push(sample);
    else if (kept) result.push({ ...sample, value, dropName: true });
  }
  return { type: 'vector', samples: result };
}

const signature = ({ on, labels }: Matching): ((sample: Sample) => string) =>
  on ? (sample) => keyOf(keep(sample.labels, labels)) : (sample) => keyOf(drop(sample.labels, [...labels, NAME]));

function sets(
  operator: 'and' | 'or' | 'unless',
  matching: Matching,
  left: readonly Sample[],
  right: readonly Sample[],
): Sample[] {
  const of = signature(matching);
  if (operator === 'or') {
    const inLeft = new Set(left.map(of));
    return [...left, ...right.filter((sample) => !inLeft.has(of(sample)))];
  }
  const inRight = new Set(right.map(of));
  return left.filter((sample) => inRight.has(of(sample)) === (operator === 'and'));
}

function pairs(expression: BinaryExpression, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  const { operator, bool, matching } = expression;
  if (left.length === 0 && right.length === 0) return [];
  const swapped = matching.many === 'right';
  const [many, one] = swapped ? [right, left] : [left, right];
  // Prometheus fills by the sides as group_right has swapped them.
  const { fillLeft: fillMany, fillRight: fillOne } = matching;
  const of = signature(matching);
  const ones = new Map<string, Sample>();
  for (const sample of one) {
    const key = of(sample);
    const twin = ones.get(key);
    if (twin) throw duplicates(sample, twin, matching, swapped ? 'left' : 'right');
    ones.set(key, sample);
  }
  const result: Sample[] = [];
  const used = new Map<string, Set<string>>();
  const join = (pair: string, a: Sample, b: Sample): void => {
    const [x, y] = swapped ? [b.value, a.value] : [a.value, b.value];
    const { value, kept } = combine(operator, x, y);
    const taken = used.get(pair) ?? new Set();
    // One for one is a rule of what is compared, also where the comparison then keeps nothing.
    if (matching.many === null && used.has(pair)) throw multiple(matching);
    used.set(pair, taken);
    if (!kept && !bool) return;
    const labels = resultLabels(expression, a.labels, b.labels);
    const key = keyOf(labels);
    if (taken.has(key)) throw multiple(matching);
    taken.add(key);
    result.push({ labels, value: bool ? Number(kept) : value, dropName: bool });
  };
  const paired = new Set<string>();
  for (const sample of many) {
    const key = of(sample);
    const other = ones.get(key);
    if (other) paired.add(key);
    if (other) join(key, sample, other);
    else if (fillOne !== null) join(key, sample, filled(sample, matching, fillOne));
  }
  if (fillMany !== null) {
    for (const [key, sample] of ones) if (!paired.has(key)) join(key, filled(sample, matching, fillMany), sample);
  }
  return result;
}

/** Stands for the sample that a side does not have. */
const filled = ({ labels }: Sample, { on, labels: names }: Matching, value: number): Sample => ({
  labels: on ? keep(labels, names) : drop(labels, [...names, NAME]),
  value,
  dropName: false,
});

function resultLabels({ operator, matching }: BinaryExpression, many: Labels, one: Labels): Labels {
  let labels = isComparison(operator) ? many : withoutReserved(many);
  if (matching.many === null) labels = matching.on ? keep(labels, matching.labels) : drop(labels, matching.labels);
  for (const name of matching.include) labels = withLabel(labels, name, one[name] ?? '');
  return labels;
}

function duplicates(a: Sample, b: Sample, { on, labels }: Matching, side: string): PromqlError {
  const group = formatLabels(on ? keep(a.labels, labels) : drop(a.labels, [...labels, NAME]));
  return new PromqlError(
    'execution',
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${formatLabels(a.labels)}, ${formatLabels(b.labels)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

const multiple = ({ many }: Matching): PromqlError =>
  new PromqlError(
    'execution',
    many === null
      ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      : 'multiple matches for labels: grouping labels must ensure unique matches',
  );
