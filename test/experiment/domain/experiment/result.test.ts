import { describe, expect, it } from 'vitest';
import { analyse } from '../../../../subgraphs/experiment/domain/experiment/result.ts';
import type { UnitCounts } from '../../../../subgraphs/experiment/domain/units.ts';
import type { Design } from '../../../../subgraphs/experiment/domain/experiment/design.ts';

/** The source's case: order conversion 18.7 %, an effect of 2 % of it, power .8, alpha .05. */
const design: Design = { baseline: 0.187, mde: 0.02, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
const half = { control: 0.5, candidate: 0.5 };
const NEEDED = 171_928;

const arm = (exposed: number, labelled: number, converted: number, planned = { labelled, converted }) => ({
  exposed,
  labelled,
  converted,
  planned,
});
const counts = (control: [number, number], candidate: [number, number], multipleExposure = 0): UnitCounts => ({
  arms: { control: arm(control[0], ...control), candidate: arm(candidate[0], ...candidate) },
  multipleExposure,
});
const ARMS = ['control', 'candidate'];
const plain = {
  revision: 1,
  arms: ARMS,
  guardrails: [],
  secondary: [],
  measured: new Map(),
  segments: [],
  secondarySegments: new Map(),
  byDay: [],
  ended: false,
  days: 2,
};
const judge = (units: UnitCounts, ended = false, own: Design = design) =>
  analyse({ ...plain, design: own, split: half, counts: units, ended });

const withBoth = (both: number) => judge(counts([200_000, 37_400], [200_000, 40_600], both)).recommendation;

describe('the fixed-horizon analysis', () => {
  it('ships a candidate that is better at the planned size', () => {
    const result = judge(counts([200_000, 37_400], [200_000, 40_600]));
    expect(result).toMatchObject({
      recommendation: 'SHIP',
      peeking: false,
      needed: { control: NEEDED, candidate: NEEDED },
    });
    const [found] = result.comparisons;
    expect(found!.test.p).toBeLessThan(1e-10);
    expect(found!.test.interval!.lower).toBeGreaterThan(0);
  });

  it('keeps the control when the candidate is worse, or no different', () => {
    expect(judge(counts([200_000, 37_400], [200_000, 36_000]))).toMatchObject({
      recommendation: 'KEEP',
      reasons: [expect.stringContaining('worse')],
    });
    expect(judge(counts([200_000, 37_400], [200_000, 37_450]))).toMatchObject({
      recommendation: 'KEEP',
      reasons: [expect.stringContaining('no difference')],
    });
  });

  it('takes the sign of the smallest effect as the better way', () => {
    const fewer: Design = { ...design, mde: -0.02 };
    expect(judge(counts([200_000, 37_400], [200_000, 36_000]), false, fewer).recommendation).toBe('SHIP');
    expect(judge(counts([200_000, 36_000], [200_000, 37_400]), false, fewer).recommendation).toBe('KEEP');
  });

  it('calls nothing before the planned size, however small p is, and says what is missing', () => {
    const result = judge(counts([1_000, 100], [1_000, 300]));
    expect(result.comparisons[0]!.test.p).toBeLessThan(1e-10);
    expect(result).toMatchObject({
      recommendation: 'CONTINUE',
      daysLeft: (2 * (NEEDED - 1_000)) / 1_000,
      reasons: [expect.stringContaining('about 342 more days')],
      peeking: true,
      missing: { control: NEEDED - 1_000, candidate: NEEDED - 1_000 },
    });
    expect(judge(counts([0, 0], [0, 0]))).toMatchObject({ recommendation: 'CONTINUE', peeking: true });
  });

  it('tells no pace of a moment', () => {
    const early = analyse({ ...plain, design, split: half, counts: counts([1_000, 100], [1_000, 300]), days: 0 });
    expect(early).toMatchObject({ recommendation: 'CONTINUE', daysLeft: null });
  });

  it('changes nothing when it ended too early', () => {
    expect(judge(counts([1_000, 100], [1_000, 300]), true)).toMatchObject({
      recommendation: 'KEEP',
      peeking: true,
      reasons: [expect.stringContaining('before its planned size')],
    });
  });

  it('is INVALID under a sample-ratio mismatch, before everything else', () => {
    // 821588 against 815482: the public case, p 1.8e-6.
    const result = judge(counts([821_588, 150_000], [815_482, 170_000]));
    expect(result).toMatchObject({ recommendation: 'INVALID', srm: { mismatch: true } });
    expect(result.srm.statistic).toBeCloseTo(22.7744, 4);
    expect(result.reasons[0]).toContain('sample-ratio mismatch');
  });

  it('is INVALID when more than a hundredth of the units met both arms', () => {
    expect([withBoth(4_000), withBoth(4_100)]).toEqual(['SHIP', 'INVALID']);
  });

  it('plans for the split: fewer control units where the candidate has more', () => {
    const result = analyse({
      ...plain,
      design,
      split: { control: 0.1, candidate: 0.9 },
      counts: counts([0, 0], [0, 0]),
    });
    expect(result.needed['candidate']).toBeGreaterThan(8 * result.needed['control']!);
    expect(result.daysLeft).toBeNull();
  });

  describe('of outcomes that are sent for some units only', () => {
    const small: Design = { baseline: 0.2, mde: 0.5, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
    const units = (control: [number, number], candidate: [number, number]) =>
      judge(
        { arms: { control: arm(2_000, ...control), candidate: arm(2_000, ...candidate) }, multipleExposure: 0 },
        false,
        small,
      );

    it('calls nothing where only conversions are sent', () => {
      expect(units([400, 400], [600, 600])).toMatchObject({
        recommendation: 'INVALID',
        reasons: [
          'the share of units with an outcome differs between control and candidate: 20.0 % against 30.0 % (p = 2.81e-13)',
          'not one of 1000 outcomes is negative, and other units have none: send the negative ones too',
        ],
      });
      expect(units([400, 400], [400, 400])).toMatchObject({ recommendation: 'INVALID' });
    });

    it('ships with the negative ones sent as well', () => {
      const { recommendation, comparisons } = units([2_000, 400], [2_000, 600]);
      expect(recommendation).toBe('SHIP');
      expect(comparisons[0]!.test.p).toBeCloseTo(2.8e-13, 14);
    });

    it('waits where a few outcomes happen to be positive, and where both arms wait alike', () => {
      expect(units([2, 2], [1, 1]).recommendation).toBe('CONTINUE');
      expect(units([400, 80], [410, 120]).recommendation).toBe('SHIP');
    });
  });

  it('stays with the call at the planned size, whatever comes later', () => {
    const small: Design = { baseline: 0.2, mde: 0.5, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
    const later = judge(
      {
        arms: {
          control: arm(600, 600, 120, { labelled: 294, converted: 59 }),
          candidate: arm(600, 600, 160, { labelled: 294, converted: 59 }),
        },
        multipleExposure: 0,
      },
      false,
      small,
    );
    expect(later).toMatchObject({ recommendation: 'KEEP', peeking: false, tested: { control: { labelled: 294 } } });
    expect(later.comparisons[0]!.test.difference).toBe(0);
  });
});
