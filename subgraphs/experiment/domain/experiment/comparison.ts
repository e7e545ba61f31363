import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { absoluteMde, alphaOfOne, type Design } from './design.ts';
import { testOf, type Evidence, type EvidenceTest } from './evidence.ts';

/** An arm against the control, by the primary metric. */
export interface ArmComparison {
  readonly arm: string;
  readonly test: EvidenceTest;
  /** p over all arms (Holm): the chance of any false alarm among them is at most alpha. */
  readonly pAdjusted: number;
  /** Shown to be the better or the worse one, as the design says what is better; null where nothing is shown. */
  readonly better: boolean | null;
}

/** Each arm against the control, the first of them. */
export function compareArms(
  design: Design,
  [control = '', ...candidates]: readonly string[],
  testedOf: (arm: string) => Evidence,
): readonly ArmComparison[] {
  const confidence = 1 - alphaOfOne(design.alpha, candidates.length);
  const kept = testedOf(control);
  const tests = candidates.map((arm) => testOf(kept, testedOf(arm), confidence));
  const adjusted = adjustPValues(
    tests.map(({ p }) => p),
    'holm',
  );
  return tests.map((test, i) => {
    const pAdjusted = adjusted[i] ?? 1;
    const isShown = pAdjusted < design.alpha && test.difference !== null;
    const better = isShown ? Math.sign(test.difference ?? 0) === Math.sign(absoluteMde(design)) : null;
    return { arm: candidates[i] ?? '', test, pAdjusted, better };
  });
}
