import { describe, expect, it } from 'vitest';
import { effectOf, unitsNeeded, type Design } from '../../../subgraphs/experiment/domain/design.ts';
import { plannedUnits, type UnitCounts } from '../../../subgraphs/experiment/domain/result.ts';
import { bayesianView, sequentialView } from '../../../subgraphs/experiment/domain/views.ts';

const design: Design = { baseline: 0.187, mde: 0.02, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
const needed = plannedUnits(design, { control: 0.5, candidate: 0.5 });
const arm = (labelled: number, converted: number) => ({
  exposed: labelled,
  labelled,
  converted,
  planned: { labelled, converted },
});
const counts = (control: [number, number], candidate: [number, number]): UnitCounts => ({
  control: arm(...control),
  candidate: arm(...candidate),
  multipleExposure: 0,
});

describe('the sequential view', () => {
  it('is wider than one look, and finds what is there all the same', () => {
    const found = sequentialView(design, counts([200_000, 37_400], [200_000, 40_600]), needed)!;
    expect(found.interval.lower).toBeGreaterThan(0);
    expect(found.p).toBeLessThan(1e-6);
    const error = Math.sqrt((0.187 * 0.813 + 0.203 * 0.797) / 200_000);
    expect(found.interval.upper - 0.016).toBeGreaterThan(1.96 * error * 1.2);
  });

  it('is nothing while an arm has no outcome, or nothing varies', () => {
    expect(sequentialView(design, counts([0, 0], [10, 5]), needed)).toBeNull();
    expect(sequentialView(design, counts([10, 10], [10, 10]), needed)).toBeNull();
  });
});

describe('the Bayesian view', () => {
  it('says how likely the candidate is better, in the direction of the design', () => {
    const units = counts([1_000, 187], [1_000, 205]);
    const up = bayesianView(design, units);
    expect(up.chanceToWin).toBeCloseTo(0.8444265077518632, 8);
    expect(up.lossOfCandidate).toBeCloseTo(0.0014431991241023179, 8);
    expect(up.lossOfControl).toBeCloseTo(0.019407270980389746, 8);
    expect(up.intervals.control.lower).toBeCloseTo(0.1640643764904519, 8);
    const down = bayesianView({ ...design, mde: -0.02 }, units);
    expect(down.chanceToWin).toBeCloseTo(1 - up.chanceToWin, 8);
    expect(down.lossOfControl).toBeCloseTo(up.lossOfCandidate, 8);
    expect(down.intervals.control.lower).toBeCloseTo(up.intervals.control.lower, 12);
  });

  it('knows nothing without units', () => {
    expect(bayesianView(design, counts([0, 0], [0, 0])).chanceToWin).toBeCloseTo(0.5, 9);
  });
});

describe('the effect that a traffic finds', () => {
  const traffic = { baseline: 0.187, alpha: 0.05, power: 0.8, ratio: 1, unitsPerDay: 20_000, days: 21, increase: true };

  it.each([
    [{}, 1],
    [{ ratio: 3 }, 1],
    [{ increase: false }, -1],
    [{ power: 0.9, alpha: 0.01 }, 1],
  ])('takes no more units than there are, and one less effect would take more: %j', (changes, sign) => {
    const asked = { ...traffic, ...changes };
    const found = effectOf(asked);
    const units = (mde: number) => unitsNeeded({ ...asked, mde, mdeKind: 'ABSOLUTE' }, asked.ratio).controlUnits;
    expect(Math.sign(found.difference!)).toBe(sign);
    expect(units(found.difference!)).toBeLessThanOrEqual(found.controlUnits);
    expect(units(found.difference! * 0.9999)).toBeGreaterThan(found.controlUnits);
    expect(found.controlUnits + found.candidateUnits).toBeLessThanOrEqual(420_000);
  });

  it('is none where there are too few units for any', () => {
    expect(effectOf({ ...traffic, unitsPerDay: 1, days: 2 })).toEqual({
      controlUnits: 1,
      candidateUnits: 1,
      difference: null,
    });
  });

  it.each(['unitsPerDay', 'days', 'ratio', 'baseline', 'alpha', 'power'])('refuses %s of 0', (field) => {
    expect(() => effectOf({ ...traffic, [field]: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});
