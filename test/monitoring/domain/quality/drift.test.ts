import { describe, expect, it } from 'vitest';
import { judgeDrift, psiBetween } from '../../../../subgraphs/monitoring/domain/quality/drift.ts';
import { severityOf } from '../../../../subgraphs/monitoring/domain/quality/drift-severity.ts';
import { SampleCollector, type ValueSample } from '../../../../subgraphs/monitoring/domain/quality/value-sample.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { statVectors } from '../../../support/vectors.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const normal = (next: () => number): number => range(0, 12).reduce((sum) => sum + next(), -6);

const numbers = (name: string, values: readonly number[]): ValueSample => ({
  name,
  numbers: values,
  longIntegers: [],
  categories: {},
  statuses: { PRESENT: values.length },
});
const draw = (name: string, n: number, seed: number, shift = 0): ValueSample => {
  const next = seededRandom(seed);
  return numbers(
    name,
    range(0, n).map(() => normal(next) + shift),
  );
};

const collect = (texts: readonly string[], like?: ValueSample): ValueSample => {
  const collector = new SampleCollector('city', like);
  for (const text of texts) collector.add(text, 'PRESENT');
  return collector.finish();
};

const repeated = (...parts: readonly (readonly [value: number, times: number])[]): ValueSample =>
  numbers(
    'x',
    parts.flatMap(([value, times]) => range(0, times).map(() => value)),
  );
const compared = (reference: ValueSample, current: ValueSample) =>
  judgeDrift([reference], [current], 'BY_EFFECT').features[0]!;

const spread = (n: number, from: number): number[] => range(0, n).map((i) => from + i / 100);

const collected = (values: readonly (number | string)[], like?: ValueSample): ValueSample => {
  const collector = new SampleCollector('k', like);
  for (const value of values) collector.add(value, 'PRESENT');
  return collector.finish();
};

const mixed = (texts: number): ValueSample => {
  const collector = new SampleCollector('k');
  for (const i of range(0, 1_000)) collector.add(i < texts ? 'n/a' : i, 'PRESENT');
  return collector.finish();
};

describe('drift of samples', () => {
  it('agrees with the public vectors: PSI, χ² and KS over bins of the reference, categories likewise', () => {
    for (const { input, expected, id } of statVectors('drift').cases) {
      const numeric = input.kind === 'numeric';
      const sample = (side: 'reference' | 'current'): ValueSample =>
        numeric ? numbers('x', input[side]) : { ...numbers('x', []), categories: input[side] };
      const [feature] = judgeDrift([sample('reference')], [sample('current')], 'BY_EFFECT').features;
      const bins = numeric ? expected.quantileBins : { ...expected, binnedChi2: expected.chi2Contingency };
      expect(feature?.psi, id).toBeCloseTo(bins.psi, 9);
      const { referenceCount: n, currentCount: m, psi } = feature!;
      expect(psiBetween(sample('reference'), sample('current')), id).toEqual({ psi, n, m });
      expect(feature?.jensenShannon, id).toBeCloseTo(bins.jsDistanceNat, 9);
      expect(feature?.binnedP, id).toBeCloseTo(bins.binnedChi2.p, 9);
      if (!numeric) continue;
      expect(feature?.bins, id).toMatchObject({ reference: bins.refCounts, current: bins.curCounts });
      expect(feature?.ks?.d, id).toBeCloseTo(expected.ks.d, 9);
      expect(feature?.ks?.p, id).toBeCloseTo(expected.ks.pExact, 9);
    }
  });

  it('is quiet without drift at any size, where the fixed thresholds cry wolf at 100 rows', () => {
    const alarms = { BY_EFFECT: 0, SOURCE: 0 };
    for (const preset of ['BY_EFFECT', 'SOURCE'] as const) {
      for (const seed of range(1, 41)) {
        const { features } = judgeDrift([draw('x', 2_000, seed * 7 + 1)], [draw('x', 100, seed * 13 + 5)], preset);
        if (['LOW', 'MODERATE', 'HIGH'].includes(features[0]!.severity)) alarms[preset]++;
      }
    }
    expect(alarms.BY_EFFECT).toBe(0);
    expect(alarms.SOURCE).toBeGreaterThan(10);
  });

  it('finds a planted shift, corrected over many features', () => {
    const names = range(0, 30).map((i) => `f${i}`);
    const reference = names.map((name, i) => draw(name, 2_000, i + 100));
    const current = names.map((name, i) => draw(name, 1_000, i + 900, i === 3 ? 0.8 : 0));
    const { features, severity } = judgeDrift(reference, current, 'BY_EFFECT');
    expect(features.filter((feature) => feature.severity !== 'NONE').map(({ name }) => name)).toEqual(['f3']);
    expect(severity).toBe('HIGH');
    for (const { adjustedP, psiNullLevel } of features) {
      expect(adjustedP).toBeGreaterThanOrEqual(0);
      expect(psiNullLevel).toBeCloseTo(9 * (1 / 2_000 + 1 / 1_000), 12);
    }
  });

  it('says UNKNOWN of few values and of none, never NONE', () => {
    const few = judgeDrift([draw('x', 50, 1)], [draw('x', 50, 2)], 'BY_EFFECT');
    const none = judgeDrift([draw('x', 500, 1)], [numbers('x', [])], 'BY_EFFECT');
    expect([few.severity, none.severity]).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(none.features[0]).toMatchObject({ psi: null, ks: null, adjustedP: null, psiNullLevel: null });
  });

  it.each([
    [
      'a flag from 5 % to 50 %',
      [
        [0, 950],
        [1, 50],
      ],
      [
        [0, 500],
        [1, 500],
      ],
      1.325,
    ],
    [
      'a flag from 95 % to 50 %',
      [
        [0, 50],
        [1, 950],
      ],
      [
        [0, 500],
        [1, 500],
      ],
      1.325,
    ],
    [
      'zeros from 90 % to 60 %',
      [
        [0, 900],
        [3, 50],
        [7, 50],
      ],
      [
        [0, 600],
        [3, 200],
        [7, 200],
      ],
      0.537,
    ],
    [
      'one of three codes',
      [
        [0, 930],
        [1, 30],
        [2, 40],
      ],
      [
        [0, 930],
        [1, 69],
        [2, 1],
      ],
      0.176,
    ],
    ['a constant that moved up', [[5, 1000]], [[7, 1000]], 18.42],
    ['a constant that moved down', [[5, 1000]], [[4, 1000]], 18.42],
    [
      'a flag that stayed',
      [
        [0, 950],
        [1, 50],
      ],
      [
        [0, 950],
        [1, 50],
      ],
      0,
    ],
  ] as const)('has the PSI of the values themselves for %s', (_, before, after, psi) => {
    const drift = compared(repeated(...before), repeated(...after));
    expect(drift.psi).toBeCloseTo(psi, 2);
    if (psi === 0) expect(drift.severity).toBe('NONE');
    else expect(drift.binnedP).toBeLessThan(0.001);
  });

  it('sees what moves behind a value that many share', () => {
    const reference = numbers('x', [...range(0, 850).map(() => 0), ...spread(150, 1)]);
    const current = numbers('x', [...range(0, 500).map(() => 0), ...spread(500, 1)]);
    expect(compared(reference, current).psi).toBeGreaterThan(0.5);
  });

  it('counts long integers that were logged as text as the numbers that they are', () => {
    const reference = collected(range(0, 1_000).map((i) => i % 50));
    const current = collected(['9007199254740993', ...range(1, 1_000).map((i) => 1_000 + (i % 50))], reference);
    expect(compared(reference, current)).toMatchObject({
      kind: 'NUMERIC',
      referenceCount: 1_000,
      currentCount: 1_000,
      ks: { d: 1 },
      severity: 'HIGH',
    });
    const ids = range(0, 200).map((i) => `${9_007_199_254_740_993n + BigInt(i % 40)}`);
    expect(compared(collected(ids), collected(ids))).toMatchObject({ kind: 'CATEGORICAL', severity: 'NONE' });
  });

  it('gives values that are of another kind than most their own bin', () => {
    expect(compared(mixed(1), mixed(2))).toMatchObject({ kind: 'NUMERIC', severity: 'NONE', currentCount: 1_000 });
    const drift = compared(mixed(0), mixed(900));
    expect(drift).toMatchObject({ kind: 'NUMERIC', severity: 'HIGH', bins: { categories: ['(not a number)'] } });
    expect(drift.bins.current.at(-1)).toBe(900);
    const turned = compared(collect(range(0, 300).map(() => 'ORD')), mixed(0));
    expect(turned).toMatchObject({ kind: 'CATEGORICAL', severity: 'HIGH', currentCount: 1_000 });
  });

  it('compares texts by category, and counts those that the reference lacks as one', () => {
    const reference = collect(range(0, 300).map((i) => ['ORD', 'DFW', 'ATL'][i % 3]!));
    const current = collect(
      range(0, 300).map((i) => ['ORD', 'DFW', 'NEW', 'ALSO'][i % 4]!),
      reference,
    );
    const [city] = judgeDrift([reference], [current], 'BY_EFFECT').features;
    expect(city).toMatchObject({ kind: 'CATEGORICAL', severity: 'HIGH', ks: null });
    expect(city?.bins).toEqual({
      edges: [],
      categories: ['(other)', 'ATL', 'DFW', 'ORD'],
      reference: [0, 100, 100, 100],
      current: [150, 0, 75, 75],
    });
  });

  it('judges by the thresholds of the source where that preset is chosen', () => {
    const evidence = { psi: 0, jensenShannon: 0, ksD: 0, ksP: 1, adjustedP: 1, n: 10 };
    const judge = (changes: object) => severityOf({ ...evidence, ...changes }, 'SOURCE');
    expect([judge({ psi: 0.26 }), judge({ psi: 0.11 }), judge({ psi: 0.06 }), judge({ psi: 0.05 })]).toEqual([
      'HIGH',
      'MODERATE',
      'LOW',
      'NONE',
    ]);
    expect([judge({ jensenShannon: 0.11 }), judge({ jensenShannon: 0.06 }), judge({ jensenShannon: 0.03 })]).toEqual([
      'HIGH',
      'MODERATE',
      'LOW',
    ]);
    expect([judge({ ksP: 0.0009 }), judge({ ksP: 0.009 }), judge({ ksP: 0.049 })]).toEqual(['HIGH', 'MODERATE', 'LOW']);
    expect(judge({ n: 0 })).toBe('UNKNOWN');
  });
});
