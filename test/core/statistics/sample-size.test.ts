import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noncentralTSf, sampleSizeForMeans } from '../../../core/statistics/sample-size-means.ts';
import { sampleSizeForProportions } from '../../../core/statistics/sample-size.ts';
import { studentTSf } from '../../../core/statistics/distributions/student-t.ts';
import { eachCase, expectNear, statVectors } from '../../support/vectors.ts';

const file = statVectors('sample-size');

describe('sample sizes against R and statsmodels', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const size = sampleSizeForProportions(input);
      expectNear(
        {
          p2: size.treatmentRate,
          absoluteMde: size.absoluteMde,
          zAlpha: size.zAlpha,
          zBeta: size.zBeta,
          pPooled: size.meanRate,
          nPerArmPooledSimple: size.forms.pooledSimple,
          nPerArmUnpooled: size.forms.unpooled,
          nControlFleiss: size.forms.fleiss,
          nControlFleissCeil: size.controlUnits,
          nTreatmentFleissCeil: size.treatmentUnits,
          nControlFleissContinuity: size.forms.fleissContinuity,
          cohenH: size.cohenH,
          nControlArcsine: size.forms.arcsine,
          powerAtCeil: size.achievedPower,
          powerAtCeilBothTails: size.achievedPowerBothTails,
        },
        expected,
      );
    },
    ({ input }) => 'baseline' in input,
  );
  eachCase(
    file,
    ({ input, expected }) => {
      const size = sampleSizeForMeans(input);
      expectNear(
        { delta: size.absoluteMde, nControlNormal: size.controlUnitsNormal },
        { delta: expected.delta, nControlNormal: expected.nControlNormal },
      );
      expectNear(size.controlUnitsNoncentralT, expected.nControlNoncentralT, { rel: 1e-6 });
      expect(size.controlUnits).toBe(Math.ceil(expected.nControlNoncentralT));
      expect(size.treatmentUnits).toBe(Math.ceil(expected.nControlNoncentralT * input.treatmentToControlRatio));
    },
    ({ input }) => 'mean' in input,
  );
});

it('leaves no case of the sample sizes out', () =>
  expect(file.cases.filter(({ input }) => !('baseline' in input || 'mean' in input))).toEqual([]));

const design = { baseline: 0.187, mde: 0.02, mdeKind: 'relative' } as const;

describe('sampleSizeForProportions', () => {
  it('rounds every formula up and names the one it used', () => {
    const units = (['pooledSimple', 'fleiss', 'unpooled', 'arcsine', 'fleissContinuity'] as const).map((formula) => {
      const size = sampleSizeForProportions(design, formula);
      expect(size.formula).toBe(formula);
      return size.controlUnits;
    });
    expect(units).toEqual([171_929, 171_928, 171_925, 171_925, 172_462]);
  });

  it('reaches its power with the units it names, and not with 1 % fewer', () => {
    const rate = fc.double({ min: 0.01, max: 0.89, noNaN: true });
    fc.assert(
      fc.property(rate, fc.double({ min: 0.02, max: 0.1, noNaN: true }), (baseline, mde) => {
        const { achievedPower } = sampleSizeForProportions({ baseline, mde, mdeKind: 'absolute', power: 0.9 });
        expect(achievedPower).toBeGreaterThanOrEqual(0.9 - 1e-9);
        expect(achievedPower).toBeLessThan(0.95);
      }),
    );
  });

  it.each([
    [{ ...design, baseline: 0 }, 'baseline'],
    [{ ...design, baseline: 1.2 }, 'baseline'],
    [{ ...design, mde: 0 }, 'mde'],
    [{ ...design, mde: 5 }, 'mde'],
    [{ ...design, mde: -1 }, 'mde'],
    [{ ...design, alpha: 0 }, 'alpha'],
    [{ ...design, power: 1 }, 'power'],
    [{ ...design, power: 0.01 }, 'power'],
    [{ ...design, treatmentToControlRatio: 0 }, 'treatmentToControlRatio'],
    [{ ...design, comparisons: 0 }, 'comparisons'],
  ])('refuses %j, naming %s', (input, field) =>
    expect(() => sampleSizeForProportions(input)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { field } }),
    ),
  );
});

const means = { mean: 100, sdControl: 20, mde: 2, mdeKind: 'absolute' } as const;

const units = (rest: object) => sampleSizeForMeans({ ...means, ...rest }).controlUnits;

describe('sampleSizeForMeans', () => {
  it('takes tails of t that are the central ones without an effect', () => {
    for (const df of [1, 2, 7.5, 100, 1e5]) {
      for (const t of [-3, 0, 0.5, 4]) expectNear(noncentralTSf(t, df, 0), studentTSf(t, df), { rel: 1e-9 });
    }
    // The mirror of T′ has the opposite shift.
    expect(noncentralTSf(2.5, 10, 1)).toBeCloseTo(1 - noncentralTSf(-2.5, 10, -1), 12);
  });

  it('needs fewer units for one side, more for more power', () => {
    expect(units({ sides: 1 })).toBeLessThan(units({}));
    expect(units({ power: 0.95 })).toBeGreaterThan(units({}));
    expect(units({ comparisons: 3 })).toBeGreaterThan(units({}));
    expect(units({ mde: 200 })).toBeLessThan(4);
  });

  it.each([
    [{ ...means, sdControl: 0 }, 'sdControl'],
    [{ ...means, sdTreatment: Number.NaN }, 'sdTreatment'],
    [{ ...means, mean: 0, mdeKind: 'relative' as const }, 'mean'],
    [{ ...means, mde: 0 }, 'mde'],
  ])('refuses %j, naming %s', (input, field) =>
    expect(() => sampleSizeForMeans(input)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: { field } }),
    ),
  );
});
