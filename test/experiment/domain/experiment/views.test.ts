import { describe, expect, it } from 'vitest';
import {
  effectOf,
  plannedUnits,
  unitsNeeded,
  type Design,
} from '../../../../subgraphs/experiment/domain/experiment/design.ts';
import {
  bayesianView,
  chanceToBeBest,
  sequentialView,
} from '../../../../subgraphs/experiment/domain/experiment/views.ts';

const design: Design = { baseline: 0.187, mde: 0.02, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
const planned = plannedUnits(design, ['control', 'candidate'], { control: 0.5, candidate: 0.5 });
const needed = planned['control']! + planned['candidate']!;
const arm = (labelled: number, converted: number) => ({ labelled, converted });
const counts = (control: [number, number], candidate: [number, number]) => ({
  control: arm(...control),
  candidate: arm(...candidate),
});

describe('the sequential view', () => {
  it('is wider than one look, and finds what is there all the same', () => {
    const found = sequentialView(design.alpha, counts([200_000, 37_400], [200_000, 40_600]), needed)!;
    expect(found.interval.lower).toBeGreaterThan(0);
    expect(found.p).toBeLessThan(1e-6);
    const error = Math.sqrt((0.187 * 0.813 + 0.203 * 0.797) / 200_000);
    expect(found.interval.upper - 0.016).toBeGreaterThan(1.96 * error * 1.2);
  });

  it('is nothing while an arm has no outcome, or nothing varies', () => {
    expect(sequentialView(design.alpha, counts([0, 0], [10, 5]), needed)).toBeNull();
    expect(sequentialView(design.alpha, counts([10, 10], [10, 10]), needed)).toBeNull();
  });
});

describe('the Bayesian view', () => {
  it('says how likely the candidate is better, in the direction of the design', () => {
    const units = counts([1_000, 187], [1_000, 205]);
    const up = bayesianView(design, units)!;
    expect(up.chanceToWin).toBeCloseTo(0.8444265077518632, 8);
    expect(up.lossOfCandidate).toBeCloseTo(0.0014431991241023179, 8);
    expect(up.lossOfControl).toBeCloseTo(0.019407270980389746, 8);
    expect(up.intervals.control.lower).toBeCloseTo(0.1640643764904519, 8);
    const down = bayesianView({ ...design, mde: -0.02 }, units)!;
    expect(down.chanceToWin).toBeCloseTo(1 - up.chanceToWin, 8);
    expect(down.lossOfControl).toBeCloseTo(up.lossOfCandidate, 8);
    expect(down.intervals.control.lower).toBeCloseTo(up.intervals.control.lower, 12);
  });

  it('says which of several is likely the best, in the direction of the design', () => {
    const units = [arm(1_000, 187), arm(1_000, 205), arm(1_000, 230)];
    const best = (own: Design) =>
      units.map((one) =>
        chanceToBeBest(
          own,
          one,
          units.filter((other) => other !== one),
        ),
      );
    const up = best(design);
    expect(up.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 8);
    expect(up[2]).toBeGreaterThan(0.9);
    const down = best({ ...design, mde: -0.02 });
    expect(down[0]).toBeGreaterThan(0.8);
    expect(down.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 8);
  });

  it('knows nothing without units', () => {
    expect(bayesianView(design, counts([0, 0], [0, 0]))!.chanceToWin).toBeCloseTo(0.5, 9);
  });
});

describe('the effect that a traffic finds', () => {
  const traffic = {
    baseline: 0.187,
    alpha: 0.05,
    power: 0.8,
    ratio: 1,
    unitsPerDay: 20_000,
    days: 21,
    increase: true,
    candidates: 1,
  };

  it.each([
    [{}, 1],
    [{ ratio: 3 }, 1],
    [{ increase: false }, -1],
    [{ power: 0.9, alpha: 0.01 }, 1],
    [{ candidates: 3 }, 1],
  ])('takes no more units than there are, and one less effect would take more: %j', (changes, sign) => {
    const asked = { ...traffic, ...changes };
    const found = effectOf(asked);
    const units = (mde: number) =>
      unitsNeeded({ ...asked, alpha: asked.alpha / asked.candidates, mde, mdeKind: 'ABSOLUTE' }, asked.ratio)
        .controlUnits;
    expect(Math.sign(found.difference!)).toBe(sign);
    expect(units(found.difference!)).toBeLessThanOrEqual(found.controlUnits);
    expect(units(found.difference! * 0.9999)).toBeGreaterThan(found.controlUnits);
    expect(found.controlUnits + asked.candidates * found.candidateUnits).toBeLessThanOrEqual(420_000);
  });

  it('is none where there are too few units for any', () => {
    expect(effectOf({ ...traffic, unitsPerDay: 1, days: 2 })).toEqual({
      controlUnits: 1,
      candidateUnits: 1,
      difference: null,
    });
  });

  it.each(['unitsPerDay', 'days', 'ratio', 'baseline', 'alpha', 'power', 'candidates'])('refuses %s of 0', (field) => {
    expect(() => effectOf({ ...traffic, [field]: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});
