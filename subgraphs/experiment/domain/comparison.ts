import { adjustPValues } from '../../../core/statistics/multiple-testing.ts';
import { twoProportionTest, type TwoProportionResult } from '../../../core/statistics/two-proportion.ts';
import { alphaOfOne, type Design } from './design.ts';

/** An arm against the control, by the primary metric. */
export interface ArmComparison {
  readonly arm: string;
  readonly test: TwoProportionResult;
  /** p over all arms (Holm): the chance of any false alarm among them is at most alpha. */
  readonly pAdjusted: number;
  /** Shown to be the better or the worse one, as the design says what is better; null where nothing is shown. */
  readonly better: boolean | null;
}

/** Each arm against the control, the first of them. */
export function compareArms(
  design: Design,
  [control = '', ...candidates]: readonly string[],
  testedOf: (arm: string) => { readonly labelled: number; readonly converted: number },
): readonly ArmComparison[] {
  const kept = testedOf(control);
  const tests = candidates.map((arm) => {
    const tried = testedOf(arm);
    return twoProportionTest({
      controlSuccesses: kept.converted,
      controlTrials: kept.labelled,
      treatmentSuccesses: tried.converted,
      treatmentTrials: tried.labelled,
      confidence: 1 - alphaOfOne(design.alpha, candidates.length),
    });
  });
  const adjusted = adjustPValues(
    tests.map(({ pTwoSided }) => pTwoSided),
    'holm',
  );
  return tests.map((test, i) => {
    const pAdjusted = adjusted[i] ?? 1;
    const isShown = pAdjusted < design.alpha && test.difference !== null;
    const better = isShown ? Math.sign(test.difference ?? 0) === Math.sign(design.mde) : null;
    return { arm: candidates[i] ?? '', test, pAdjusted, better };
  });
}
