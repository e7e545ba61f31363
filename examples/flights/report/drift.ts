import { binCounts, quantileBins } from '../../../core/statistics/binning.ts';
import { psi } from '../../../core/statistics/psi.ts';
import { FEATURES, loadSample } from '../data/feature-matrix.ts';
import { Progress } from '../../shared/progress.ts';
import { SAMPLES, type SampleRule } from '../sampling.ts';
import type { BoostedTrees } from '../../shared/train/boosted-trees.ts';
import { qualityOf, scoresOf, type Quality } from '../../shared/train/judged.ts';
import type { Matrix } from '../../shared/train/matrix.ts';
import { scoreOf } from '../../shared/train/train-with-progress.ts';
import type { Bench } from './bench.ts';

export interface DriftWeek extends Quality {
  /** The week's first day. */
  readonly week: string;
  readonly scorePsi: number;
  readonly distancePsi: number;
}

/** Above this, a distribution counts as changed. */
export const DRIFTED_PSI = 0.25;

/** PSI of the champion's score and of `distance` against the reference week, in ten bins at the reference's quantiles. */
export async function judgeDrift(
  { duck, files, output }: Bench,
  champion: BoostedTrees,
  weeks: readonly SampleRule[],
): Promise<DriftWeek[]> {
  const score = scoreOf(champion);
  const reference = await loadSample(duck, files, SAMPLES.reference);
  const scorePsi = psiAgainst(scoresOf(score, reference));
  const distancePsi = psiAgainst(distancesOf(reference));
  const progress = new Progress({ label: 'drift', total: weeks.length, unit: 'weeks' }, output);
  const judged: DriftWeek[] = [];
  for (const rule of weeks) {
    const matrix = await loadSample(duck, files, rule);
    const scores = scoresOf(score, matrix);
    judged.push({
      week: rule.from,
      scorePsi: scorePsi(scores),
      distancePsi: distancePsi(distancesOf(matrix)),
      ...qualityOf(matrix.labels, scores),
    });
    progress.advance(1);
  }
  progress.finish();
  return judged;
}

const distancesOf = (matrix: Matrix): number[] => Array.from(matrix.columns[FEATURES.indexOf('distance')] ?? []);

function psiAgainst(reference: readonly number[]): (current: readonly number[]) => number {
  const edges = quantileBins(reference);
  const counts = binCounts(reference, edges);
  return (current) => psi(counts, binCounts(current, edges)).psi ?? Number.NaN;
}
