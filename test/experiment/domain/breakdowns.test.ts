import { describe, expect, it } from 'vitest';
import {
  checkNovelty,
  estimatesByDay,
  splitAtAnyLook,
  type DayUnits,
} from '../../../subgraphs/experiment/domain/experiment/by-day.ts';
import { compareArms } from '../../../subgraphs/experiment/domain/experiment/comparison.ts';
import { noEvidence, together } from '../../../subgraphs/experiment/domain/experiment/evidence.ts';
import type { Design } from '../../../subgraphs/experiment/domain/experiment/design.ts';
import {
  compareSegments,
  findReversals,
  type SegmentUnits,
} from '../../../subgraphs/experiment/domain/experiment/segments.ts';
import { warningsOf } from '../../../subgraphs/experiment/domain/experiment/warnings.ts';

const design: Design = { baseline: 0.2, mde: 0.1, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
const ARMS = ['control', 'a'];
const trials = (labelled: number, rate: number) => ({ labelled, converted: Math.round(labelled * rate) });
const exposed = (labelled: number, rate: number) => ({ exposed: labelled, ...trials(labelled, rate) });
const day = (n: number, control: number, a: number): DayUnits => ({
  day: `2026-03-${String(n).padStart(2, '0')}`,
  arms: { control: exposed(10_000, control), a: exposed(10_000, a) },
});

const inSegments = (units: readonly SegmentUnits[]) =>
  compareSegments([{ units, ofShare: true, higherIsBetter: true }], ARMS, design.alpha)[0]!;

describe('the estimates of an experiment by day', () => {
  const days = [day(1, 0.2, 0.26), day(2, 0.2, 0.22), day(3, 0.2, 0.21)];

  it('add up to the whole, with intervals that get narrower', () => {
    const found = estimatesByDay(days, ARMS, 0.95);
    expect(found.map(({ units, ownDifference }) => [units, ownDifference])).toEqual([
      [10_000, expect.closeTo(0.06, 12)],
      [20_000, expect.closeTo(0.02, 12)],
      [30_000, expect.closeTo(0.01, 12)],
    ]);
    expect(found.at(-1)!.difference).toBeCloseTo(0.03, 12);
    const widths = found.map(({ interval }) => interval!.upper - interval!.lower);
    expect(widths).toEqual(widths.toSorted((one, other) => other - one));
  });

  it('have no difference while an arm has no unit', () => {
    const [found] = estimatesByDay([{ day: '2026-03-01', arms: { control: exposed(10, 0.2) } }], ARMS, 0.95);
    expect(found).toMatchObject({ difference: null, ownDifference: null, controlUnits: 10, units: 0 });
  });

  it('show a split that is not kept, however often one has looked', () => {
    const broken = days.map((own) => ({ ...own, arms: { ...own.arms, a: exposed(9_000, 0.2) } }));
    expect(splitAtAnyLook(broken, ARMS, [0.5, 0.5])).toBeLessThan(1e-10);
    expect(splitAtAnyLook(days, ARMS, [0.5, 0.5])).toBe(1);
    // Once found it stays found: later days that make up for it change nothing.
    const madeUp = [...broken, { day: '2026-03-04', arms: { control: exposed(0, 0), a: exposed(3_000, 0.2) } }];
    expect(splitAtAnyLook(madeUp, ARMS, [0.5, 0.5])).toBe(splitAtAnyLook(broken, ARMS, [0.5, 0.5]));
  });

  it('show an effect that fades, and leave one alone that stays', () => {
    const [fading] = checkNovelty(days, ARMS);
    expect(fading).toMatchObject({
      arm: 'a',
      changed: true,
      early: expect.closeTo(0.06, 12),
      late: expect.closeTo(0.01, 12),
    });
    expect(warningsOf([fading!], [], [])).toEqual([
      expect.stringContaining('the effect of a changes with time: 6.00 points for the units of the first half'),
    ]);
    expect(checkNovelty([day(1, 0.2, 0.26), day(2, 0.21, 0.271)], ARMS)).toMatchObject([{ changed: false }]);
    expect(checkNovelty([day(1, 0.2, 0.26)], ARMS)).toEqual([]);
  });
});

describe('the segments of an experiment', () => {
  const of = (value: string, control: [number, number], a: [number, number]): SegmentUnits => ({
    segment: 'state',
    value,
    arms: { control: trials(...control), a: trials(...a) },
  });
  const overall = (units: readonly SegmentUnits[]) =>
    compareArms(design, ARMS, (arm) => units.reduce((all, { arms }) => together(all, arms[arm]!), noEvidence(false)));

  it('show where the winner is worse: what totals hide', () => {
    const units = [of('Delhi', [50_000, 0.2], [50_000, 0.23]), of('Kerala', [5_000, 0.2], [5_000, 0.16])];
    const found = inSegments(units);
    expect(found.map(({ value, better }) => [value, better])).toEqual([
      ['Delhi', true],
      ['Kerala', false],
    ]);
    expect(overall(units)[0]!.better).toBe(true);
    expect(findReversals(found, overall(units), 0.05)).toEqual([]);
    expect(warningsOf([], [], found)).toEqual([
      expect.stringMatching(/^a is worse where state=Kerala: by 4.00 points \(p = .* over all segments\)$/),
    ]);
  });

  it('find no false differences among many values', () => {
    // Of a hundred values without any effect five have p below .05 by chance.
    let seed = 11;
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const rate = (): number => 0.2 + normal() * Math.sqrt((0.2 * 0.8) / 2_000);
    const units = Array.from({ length: 100 }, (_, i) => of(`v${i}`, [2_000, rate()], [2_000, rate()]));
    const found = inSegments(units);
    expect(found.filter(({ p }) => p < 0.05).length).toBeGreaterThan(0);
    expect(found.filter(({ better }) => better !== null)).toEqual([]);
  });

  it("show Simpson's paradox: better over all, worse within every value", () => {
    const units = [of('rich', [1_000, 0.5], [9_000, 0.45]), of('poor', [9_000, 0.1], [1_000, 0.06])];
    const found = inSegments(units);
    const [reversal] = findReversals(found, overall(units), 0.05);
    expect(reversal).toMatchObject({ segment: 'state', arm: 'a' });
    expect(reversal!.overall).toBeGreaterThan(0.2);
    expect(reversal!.within).toBeCloseTo(-0.045, 3);
    expect(warningsOf([], [reversal!], [])).toEqual([expect.stringContaining("(Simpson's paradox)")]);
  });
});
