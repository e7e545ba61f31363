import { describe, expect, it } from 'vitest';
import { analyse, type UnitCounts } from '../../subgraphs/experiment/domain/result.ts';
import type { Design } from '../../subgraphs/experiment/domain/design.ts';

/** The source's case: order conversion 18.7 %, an effect of 2 % of it, power .8, alpha .05. */
const design: Design = { baseline: 0.187, mde: 0.02, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 };
const half = { control: 0.5, candidate: 0.5 };
const NEEDED = 171_928;

const counts = (control: [number, number], candidate: [number, number], multipleExposure = 0): UnitCounts => ({
  control: { exposed: control[0], labelled: control[0], converted: control[1] },
  candidate: { exposed: candidate[0], labelled: candidate[0], converted: candidate[1] },
  multipleExposure,
});
const judge = (units: UnitCounts, ended = false, own: Design = design) => analyse(own, half, units, { ended });

const withBoth = (both: number) => judge(counts([200_000, 37_400], [200_000, 40_600], both)).recommendation;

describe('the fixed-horizon analysis', () => {
  it('ships a candidate that is better at the planned size', () => {
    const result = judge(counts([200_000, 37_400], [200_000, 40_600]));
    expect(result).toMatchObject({
      recommendation: 'SHIP',
      peeking: false,
      needed: { control: NEEDED, candidate: NEEDED },
    });
    expect(result.test.pTwoSided).toBeLessThan(1e-10);
    expect(result.test.newcombeInterval.lower).toBeGreaterThan(0);
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
    expect(result.test.pTwoSided).toBeLessThan(1e-10);
    expect(result).toMatchObject({
      recommendation: 'CONTINUE',
      peeking: true,
      missing: { control: NEEDED - 1_000, candidate: NEEDED - 1_000 },
    });
    expect(judge(counts([0, 0], [0, 0]))).toMatchObject({ recommendation: 'CONTINUE', peeking: true });
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
    const result = analyse(design, { control: 0.1, candidate: 0.9 }, counts([0, 0], [0, 0]), { ended: false });
    expect(result.needed.candidate).toBeGreaterThan(8 * result.needed.control);
  });
});
