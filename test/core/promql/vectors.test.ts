import { describe, expect, it } from 'vitest';
import { evaluateAt, evaluateRange } from '../../../core/promql/evaluate.ts';
import { formatLabels, keyOf } from '../../../core/promql/labels.ts';
import { parsePromql } from '../../../core/promql/parse.ts';
import { PromqlError } from '../../../core/promql/promql-error.ts';
import { textOf } from '../../../core/promql/text-literal.ts';
import { promqlScripts } from '../../support/promql-scripts.ts';
import type { PromqlCase, WrittenSeries } from '../../support/promql-script.ts';

/** As Prometheus's own suite compares: to six digits. */
function expectNumber(seen: number | undefined, wanted: number, what: string): void {
  if (Number.isNaN(wanted)) expect(seen, what).toBeNaN();
  else if (!Number.isFinite(wanted)) expect(seen, what).toBe(wanted);
  else
    expect(Math.abs((seen ?? NaN) - wanted), `${what}: ${seen} for ${wanted}`).toBeLessThanOrEqual(
      Math.max(1e-6 * Math.abs(wanted), 1e-12),
    );
}

const pointsOf = ({ points }: WrittenSeries): number[] => points.filter((point) => typeof point === 'number');

function check({ query, at, isRange, source, expected, literal, fails, ordered }: PromqlCase): void {
  const run = () => {
    const expression = parsePromql(query);
    return isRange
      ? {
          series: evaluateRange(expression, source, at).map(({ labels, points }) => ({
            labels,
            values: points.map(([, value]) => value),
          })),
        }
      : evaluateAt(expression, source, at.startMs);
  };
  if (fails) {
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PromqlError);
    return;
  }
  const seen = run();
  if ('type' in seen && seen.type === 'scalar')
    return expectNumber(seen.value, Number((literal ?? '').replace('Inf', 'Infinity')), query);
  if ('type' in seen && seen.type === 'string') return expect(seen.value).toBe(textOf(literal ?? '', 0));
  const elements =
    'series' in seen
      ? seen.series
      : seen.type === 'vector'
        ? seen.samples.map(({ labels, value }) => ({ labels, values: [value] }))
        : seen.type === 'matrix'
          ? seen.stretches.map(({ labels, values }) => ({ labels, values }))
          : [];
  const wanted = expected.filter((one) => pointsOf(one).length > 0);
  const names = (list: readonly { readonly labels: object }[]) =>
    list.map(({ labels }) => formatLabels(labels as Record<string, string>));
  if (ordered) expect(names(elements)).toEqual(names(wanted));
  else expect(names(elements).sort()).toEqual(names(wanted).sort());
  for (const one of wanted) {
    const values = elements.find(({ labels }) => keyOf(labels) === keyOf(one.labels))?.values ?? [];
    const points = pointsOf(one);
    expect(values, formatLabels(one.labels)).toHaveLength(points.length);
    points.forEach((point, i) => expectNumber(values[i], point, formatLabels(one.labels)));
  }
}

/** Why a case is not of the subset; null: it is, and must pass. */
function outside({ query, at, isRange, source, wantsAnnotations, fails, expected }: PromqlCase): string | null {
  if (wantsAnnotations) return 'annotations';
  if (expected.some(({ points }) => points.includes('histogram'))) return 'native histograms';
  try {
    const expression = parsePromql(query);
    if (isRange) evaluateRange(expression, source, at);
    else evaluateAt(expression, source, at.startMs);
    return null;
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    if (error.fault === 'unsupported') return error.message;
    // The newest functions of a duration, which the grammar does not read.
    return error.fault === 'syntax' && fails === null ? `the grammar does not read it: ${error.message}` : null;
  }
}

const scripts = promqlScripts();
describe.skipIf(scripts.length === 0)("a case of Prometheus's own scripts", () => {
  const cases = scripts.filter((one) => outside(one) === null);

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => check(one));
});

describe.skipIf(scripts.length === 0)('what the subset leaves out', () => {
  it.each([...new Set(scripts.map(outside))].filter((reason) => reason !== null).map((reason) => [reason] as const))(
    '%s',
    (reason) => {
      expect(LEFT_OUT.some((pattern) => pattern.test(reason))).toBe(true);
    },
  );
});

/** What docs/alerts.md says: anything else that a script needs is a fault of ours. */
const LEFT_OUT = [
  /^annotations$/,
  /native histograms/,
  /^(Anchored|Smoothed)Expr is not of the subset$/,
  /^the operator (<\/|>\/) is not of the subset$/,
  /^the aggregation limit(k|_ratio) is not of the subset$/,
  /^the function (end|info|range|start|start_timestamp|step|histogram_\w+) is not of the subset$/,
  /^a duration of the step or range of the query is not of the subset$/,
  /^the grammar does not read it: (step|range) is not a number$/,
  /^the grammar does not read it: unexpected "(\.|\(\d?|step)"$/i,
  /^the grammar does not read it: vector selector must contain at least one non-empty matcher$/, // an argument of info
  /^the grammar does not read it: ".*\(\?i\).*" is not a regular expression$/,
];
