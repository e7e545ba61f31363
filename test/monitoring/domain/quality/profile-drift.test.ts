import { describe, expect, it } from 'vitest';
import { addToProfile, emptyProfile } from '../../../../core/sketch/value-profile.ts';
import { ReferenceWindow } from '../../../../subgraphs/monitoring/domain/quality/counted-window.ts';
import { judgeDrift, type FeatureDrift } from '../../../../subgraphs/monitoring/domain/quality/drift.ts';
import { judgeProfiles } from '../../../../subgraphs/monitoring/domain/quality/profile-drift.ts';
import { addProfiles, type Profiles } from '../../../../subgraphs/monitoring/domain/quality/profile.ts';
import { SampleCollector, type Scalar } from '../../../../subgraphs/monitoring/domain/quality/value-sample.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

type Random = () => number;
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Values of one feature by their window: 0 the reference, 1 the current one. */
const SHAPES: Readonly<Record<string, (random: Random, window: number, shift: number) => Scalar>> = {
  normal: (random, window, shift) => normal(random) + window * shift,
  lognormal: (random, window, shift) => Math.exp(normal(random) * (1 + window * shift)),
  'mostly zero': (random, window, shift) => (random() < 0.7 - window * shift * 0.5 ? 0 : 10 * random()),
  'small whole numbers': (random, window, shift) => Math.floor(random() * (12 + 8 * window * shift)),
  'two numbers': (random, window, shift) => (random() < 0.5 + window * shift * 0.3 ? 1 : 2),
  constant: (_, window, shift) => (shift > 0 ? 5 + window : 5),
  text: (random, window, shift) => `c${Math.floor(random() ** (1 + window * shift) * 30)}`,
  'yes or no': (random, window, shift) => random() < 0.4 + window * shift * 0.3,
  'a new text': (random, window, shift) => (window * shift * random() > 0.3 ? 'new' : `c${Math.floor(random() * 4)}`),
  'numbers with some text': (random, window) => (random() < 0.05 * (1 + window) ? 'none' : normal(random)),
};
const NAMES = Object.keys(SHAPES);

const LN_GAMMA = Math.log(1.01 / 0.99) / 1_024;
const MOST_BINS = 256;

/** The bin of a number by its definition: as wide as `MOST_BINS` of them allow, 0 by itself. */
const binOf = (value: number, level: number): number =>
  value === 0 ? 0 : Math.sign(value) * (1e9 + Math.ceil(Math.log(Math.abs(value)) / (LN_GAMMA * 2 ** level)));

function levelOf(values: readonly Scalar[]): number {
  const numbers = values.filter((value) => typeof value === 'number' && value !== 0) as number[];
  for (let level = 0; ; level++) {
    if (new Set(numbers.map((value) => binOf(value, level))).size <= MOST_BINS) return level;
  }
}

type Row = readonly Scalar[];

/** Null: there is no value. */
function rowsOf(seed: number, count: number, window: number, shift: number): readonly Row[] {
  const random = seededRandom(seed * 2 + window);
  return Array.from({ length: count }, () =>
    NAMES.map((name) => (random() < 0.03 ? null : SHAPES[name]!(random, window, shift))),
  );
}

const statusOf = (value: Scalar): string => (value === null ? 'NOT_FOUND' : 'PRESENT');

/** The same answers as values, read as they are or as their bins. */
function samplesOf(rows: readonly Row[], read: (value: Scalar, feature: number) => Scalar) {
  const samples = NAMES.map((name) => new SampleCollector(name));
  for (const row of rows) samples.forEach((sample, i) => sample.add(read(row[i]!, i), statusOf(row[i]!)));
  return samples.map((sample) => sample.finish());
}

/** The same answers as profiles that several nodes counted and sent in pieces, which arrive in any order. */
function countedOf(seed: number, rows: readonly Row[]) {
  const random = seededRandom(seed);
  const parts = Array.from({ length: 7 }, (): Profiles => new Map(NAMES.map((name) => [name, emptyProfile()])));
  for (const row of rows) {
    const part = parts[Math.floor(random() * parts.length)]!;
    NAMES.forEach((name, i) => addToProfile(part.get(name)!, row[i]!, statusOf(row[i]!)));
  }
  const profiles: Profiles = new Map();
  for (const part of parts.toSorted(() => random() - 0.5)) addProfiles(profiles, part);
  return { answers: rows.length, profiles };
}

/** What a verdict says and rests on: where a bin begins is said in other words, and empty bins are no matter. */
function verdictOf({ name, kind, severity, adjustedP, psi, jensenShannon, ks, binnedP, bins, ...rest }: FeatureDrift) {
  const filled = bins.reference.map((count, i) => [count, bins.current[i]!]).filter(([a, b]) => a! + b! > 0);
  const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 10));
  const { referenceStatuses, currentStatuses, psiNullLevel } = rest;
  return {
    name,
    kind,
    severity,
    filled,
    referenceStatuses,
    currentStatuses,
    adjustedP: near(adjustedP),
    psi: near(psi),
    psiNullLevel: near(psiNullLevel),
    jensenShannon: near(jensenShannon),
    binnedP: near(binnedP),
    ks: ks && { ...ks, d: near(ks.d), p: near(ks.p) },
  };
}

describe('a verdict from profiles that were merged', () => {
  it.each([
    [1, 2_400, 0],
    [2, 2_400, 0.15],
    [3, 2_400, 0.5],
    [4, 2_400, 1],
  ])('is that from all values in the same bins (seed %i, %i rows, shift %d)', (seed, count, shift) => {
    const [before, after] = [0, 1].map((window) => rowsOf(seed, count, window, shift)) as [Row[], Row[]];
    const levels = NAMES.map((_, i) => Math.max(...[before, after].map((rows) => levelOf(rows.map((row) => row[i]!)))));
    const read = (value: Scalar, i: number): Scalar => (typeof value === 'number' ? binOf(value, levels[i]!) : value);
    const raw = judgeDrift(samplesOf(before, read), samplesOf(after, read), 'BY_EFFECT');
    const merged = judgeProfiles(new ReferenceWindow(countedOf(seed, before)), countedOf(seed + 1, after), NAMES);
    expect(merged.severity).toBe(raw.severity);
    for (const [i, drift] of merged.features.entries()) {
      const { filled, ...expected } = verdictOf(raw.features[i]!);
      expect(verdictOf(drift).filled).toEqual(filled);
      expect(drift).toMatchObject(expected);
    }
  });

  it.each([5, 6, 7, 8, 9, 10])('calls the same features drifted as the values themselves do (seed %i)', (seed) => {
    const shift = [0, 0, 0.3, 0.6, 1, 1][seed - 5]!;
    const [before, after] = [0, 1].map((window) => rowsOf(seed, 2_100, window, shift)) as [Row[], Row[]];
    const read = (value: Scalar): Scalar => value;
    const severities = (features: readonly FeatureDrift[]) => features.map(({ name, severity }) => [name, severity]);
    expect(
      severities(
        judgeProfiles(new ReferenceWindow(countedOf(seed, before)), countedOf(seed + 1, after), NAMES).features,
      ),
    ).toEqual(severities(judgeDrift(samplesOf(before, read), samplesOf(after, read), 'BY_EFFECT').features));
  });

  it('sees a shift of numbers that lie close together, far from 0', () => {
    const counted = (first: number, step: number) => {
      const year = emptyProfile();
      for (let i = 0; i < 1_000; i++) addToProfile(year, first + (i % 3) * step, 'PRESENT');
      return { answers: 1_000, profiles: new Map([['year', year]]) };
    };
    const severityOf = (before: number, after: number, step: number) =>
      judgeProfiles(new ReferenceWindow(counted(before, step)), counted(after, step), ['year']).severity;
    expect([severityOf(2_020, 2_022, 1), severityOf(2_020, 2_020, 1)]).toEqual(['HIGH', 'NONE']);
    expect(severityOf(1_772_000_000, 1_772_000_000 + 7 * 86_400, 86_400)).toBe('HIGH');
  });

  it('is none where nothing was counted', () => {
    const nothing = { answers: 0, profiles: new Map() };
    expect(judgeProfiles(new ReferenceWindow(nothing), nothing, ['score']).features).toMatchObject([
      { name: 'score', severity: 'UNKNOWN', psi: null, ks: null, referenceCount: 0, currentCount: 0 },
    ]);
  });
});
