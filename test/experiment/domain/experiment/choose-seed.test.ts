import { describe, expect, it } from 'vitest';
import { assign } from '../../../../core/assignment/assign.ts';
import { inNamespace } from '../../../../core/assignment/namespace.ts';
import { coMomentsOf } from '../../../../core/statistics/comoments.ts';
import { cupedTest } from '../../../../core/statistics/cuped.ts';
import { welchTest } from '../../../../core/statistics/means.ts';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import { srmTest } from '../../../../core/statistics/srm.ts';
import {
  BALANCE_DEFAULTS,
  balancedInWords,
  checkBalance,
  seedInWords,
  type Balance,
} from '../../../../subgraphs/experiment/domain/experiment/balance.ts';
import {
  chooseSeed,
  type Choosing,
  type KnownUnit,
} from '../../../../subgraphs/experiment/domain/experiment/choose-seed.ts';
import { rangesOf } from '../../../../subgraphs/experiment/domain/split.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const balance: Balance = { ...BALANCE_DEFAULTS, event: 'order', segment: null, days: 28 };
const HALVES = rangesOf(['control', 'candidate'], { control: 0.5, candidate: 0.5 });
const random = seededRandom(17);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const units = (n: number, of: (i: number) => Partial<KnownUnit> = () => ({})): KnownUnit[] =>
  Array.from({ length: n }, (_, i) => ({ unit: `u${i}`, value: Math.exp(normal()), stratum: '', ...of(i) }));
const choosing = (
  known: readonly KnownUnit[],
  changes: Partial<Balance> = {},
  rest: Partial<Choosing> = {},
): Choosing => ({
  balance: { ...balance, ...changes },
  from: 'salt',
  unit: 'user',
  hashVersion: 2,
  namespace: null,
  arms: HALVES,
  known,
  sampled: false,
  ...rest,
});

const armOf = (seed: string, unit: string, arms = HALVES): string | null =>
  assign({ seed, hashAttribute: 'user', hashVersion: 2, arms }, unit).arm;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Reckoned by hand: the difference of means over the deviation of all. */
function differenceUnder(seed: string, known: readonly KnownUnit[]): number {
  const of = (arm: string): number =>
    mean(known.filter(({ unit }) => armOf(seed, unit) === arm).map(({ value }) => value));
  const all = known.map(({ value }) => value);
  const deviation = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
  return Math.abs(of('candidate') - of('control')) / deviation;
}

describe('the seed of an experiment that asks for balance', () => {
  it('is the first of the row under which arms are alike, whoever looks', async () => {
    const known = units(120);
    const found = await chooseSeed(choosing(known, { threshold: 0.02 }));
    expect(found.tried).toBeGreaterThan(1);
    const row = Array.from({ length: found.tried }, (_, i) => (i === 0 ? 'salt' : `salt#${i + 1}`));
    const differences = row.map((seed) => differenceUnder(seed, known));
    expect(differences.slice(0, -1).every((difference) => difference > 0.02)).toBe(true);
    expect(differences.at(-1)).toBeLessThanOrEqual(0.02);
    expect(found.difference).toBeCloseTo(differences.at(-1)!, 12);
    expect(found).toMatchObject({ seed: row.at(-1), from: 'salt', p: null, sampled: false });
    const inArm = (arm: string): number => known.filter(({ unit }) => armOf(found.seed, unit) === arm).length;
    expect(found.units).toEqual({ control: inArm('control'), candidate: inArm('candidate') });
    expect(await chooseSeed(choosing(known.toReversed(), { threshold: 0.02 }))).toMatchObject({ seed: found.seed });
    expect(balancedInWords(found)).toContain(`seed ${found.tried} of at most 200 chosen for balance over 120 units`);
  });

  it('divides the values of a segment as the split says, rare ones together', async () => {
    const arms = rangesOf(['control', 'a', 'b'], { control: 0.5, a: 0.2, b: 0.1 });
    const cities = ['Delhi', 'Pune', 'Kochi'];
    const known = units(600, (i) => ({ stratum: i < 590 ? cities[i % 3]! : `rare${i}` }));
    const asked = choosing(known, { event: null, segment: 'city', minP: 0.9 }, { arms });
    const found = await chooseSeed(asked);
    expect(found.difference).toBeNull();
    expect(found.p).toBeGreaterThanOrEqual(0.9);
    for (const city of cities) {
      const its = known.filter(({ stratum }) => stratum === city).map(({ unit }) => armOf(found.seed, unit, arms));
      const counts = ['control', 'a', 'b'].map((arm) => its.filter((one) => one === arm).length);
      expect(srmTest(counts, [0.5, 0.2, 0.1]).p, city).toBeGreaterThan(0.3);
    }
    // One row more or less of df would be another p: 10 rare values are one stratum, not ten.
    const together = await chooseSeed({
      ...asked,
      known: known.map((one, i) => (i < 590 ? one : { ...one, stratum: 'few' })),
    });
    expect(together.p).toBeCloseTo(found.p!, 12);
  });

  it('goes by the units of its namespace alone', async () => {
    const namespace = { id: 'shop', from: 0, to: 0.3 };
    const known = units(400);
    const found = await chooseSeed(choosing(known, {}, { namespace }));
    const inside = known.filter(({ unit }) => inNamespace(unit, namespace)).length;
    expect(found.units['control']! + found.units['candidate']!).toBe(inside);
  });

  it('is refused where too little is known or nothing is good enough: it does not start unbalanced', async () => {
    await expect(chooseSeed(choosing(units(19)))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      details: { field: 'balance', known: 19, needed: 20 },
    });
    await expect(chooseSeed(choosing(units(40), { threshold: 1e-6, tries: 30 }))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/none of 30 seeds .* a difference of 0\.\d+ where 0\.000001 is allowed/),
    });
    await expect(chooseSeed(choosing(units(40, () => ({ value: 2 }))))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { field: 'balance.event' },
    });
  });

  it('says in the result whether the split is still the one that it was chosen for', async () => {
    const balanced = await chooseSeed(choosing(units(200)));
    const split = { control: 0.5, candidate: 0.5 };
    const revision = {
      split,
      targeting: null,
      secondary: [],
      guardrails: [],
      segments: [],
      ranges: HALVES,
      number: 1,
      balanced,
      startedAt: new Date(0),
      endedAt: null,
    };
    const second = { ...revision, number: 2, split: { control: 0.6, candidate: 0.4 }, balanced: null };
    expect(seedInWords([revision, second], 1)).toMatch(/^\. The seed \d+ of at most 200 chosen for balance[^,]*$/);
    expect(seedInWords([revision, second], 2)).toContain('which this one has no longer');
    expect(seedInWords([{ ...revision, balanced: null }], 1)).toBe('');
  });

  it.each([
    [{ event: null }, 'balance'],
    [{ event: '1st' }, 'balance.event'],
    [{ segment: ' ' }, 'balance.segment'],
    [{ days: 0 }, 'balance.days'],
    [{ days: 91 }, 'balance.days'],
    [{ threshold: 0 }, 'balance.threshold'],
    [{ threshold: 0.6 }, 'balance.threshold'],
    [{ minP: 1 }, 'balance.minP'],
    [{ tries: 0 }, 'balance.tries'],
    [{ tries: 1_001 }, 'balance.tries'],
  ])('is not asked for by %j', (changes, field) => {
    const wrong = { balance: { ...balance, ...changes }, seed: 'salt' };
    expect(() => checkBalance(wrong)).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
  });
});

describe('a thousand experiments without any effect', () => {
  const RUNS = 1_000;
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);
  const variance = (values: readonly number[]): number => mean(values.map((value) => value ** 2));

  it('are called no more often where the seed was chosen, and differ less by chance', { timeout: 60_000 }, async () => {
    const plain: number[] = [];
    const chosen: number[] = [];
    let [called, calledWithCuped] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      // What a unit does goes with what it did before: correlation .8.
      const known = units(200, (i) => ({ unit: `${run}-${i}`, value: normal() }));
      const later = known.map(({ unit, value }) => ({ unit, before: value, after: 0.8 * value + 0.6 * normal() }));
      const sides = (seed: string) =>
        ['control', 'candidate'].map((arm) => later.filter(({ unit }) => armOf(seed, unit) === arm));
      const differenceOf = (seed: string): number => {
        const [control, candidate] = sides(seed).map((side) => mean(side.map(({ after }) => after)));
        return candidate! - control!;
      };
      const { seed } = await chooseSeed(choosing(known, { threshold: 0.03 }, { from: `run${run}` }));
      plain.push(differenceOf(`plain${run}`));
      chosen.push(differenceOf(seed));
      const [control, candidate] = sides(seed) as [typeof later, typeof later];
      const after = (side: typeof later): number[] => side.map((unit) => unit.after);
      called += Number((welchTest(momentsOf(after(control)), momentsOf(after(candidate))).pTwoSided ?? 1) < 0.05);
      const sums = (side: typeof later) =>
        coMomentsOf(
          side.map((unit) => unit.before),
          after(side),
        );
      calledWithCuped += Number(cupedTest(sums(control), sums(candidate)).absolute.pTwoSided < 0.05);
    }
    expect(called / RUNS).toBeLessThanOrEqual(most);
    expect(calledWithCuped / RUNS).toBeLessThanOrEqual(most);
    expect(calledWithCuped / RUNS, 'with CUPED nothing of alpha is given away').toBeGreaterThan(0.02);
    // 1 − .8² of the variance is left, but for what the threshold lets through.
    expect(variance(chosen) / variance(plain)).toBeLessThan(0.5);
    expect(Math.abs(mean(chosen)), 'no arm is favoured').toBeLessThan(3 * Math.sqrt(variance(chosen) / RUNS));
  });
});
