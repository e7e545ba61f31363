import { pairedTest } from '../../../core/statistics/means.ts';
import { loadSample } from '../data/feature-matrix.ts';
import { SAMPLES } from '../sampling.ts';
import type { BoostedTrees } from '../../shared/train/boosted-trees.ts';
import { qualityOf, scoresOf, type Quality } from '../../shared/train/judged.ts';
import { inKilometres, inPercent } from '../train/matrix-changes.ts';
import { scoreOf, trainWithProgress } from '../../shared/train/train-with-progress.ts';
import type { Bench } from './bench.ts';

export interface Candidate extends Quality {
  readonly name: string;
}

/** A candidate beside the champion, flight by flight. */
export interface Comparison extends Candidate {
  /** Mean squared error of the candidate minus that of the champion: below 0 the candidate is better. */
  readonly brierDifference: number;
  /** Of the paired t-test of that difference. */
  readonly p: number;
  /** Share of flights whose decision would be another one. */
  readonly flipped: number;
}

export interface ChallengerFigures {
  readonly champion: Candidate;
  readonly comparisons: readonly Comparison[];
}

/** A flight is announced as late above this. */
export const DECISION_THRESHOLD = 0.3;

/** The champion beside the challenger and two broken ones, on the same flights of June. */
export async function compareChallengers(
  { duck, files, output }: Bench,
  champion: BoostedTrees,
): Promise<ChallengerFigures> {
  const spring = await loadSample(duck, files, SAMPLES.spring);
  const challengers = [
    { name: 'challenger', model: trainWithProgress('challenger', spring, output) },
    { name: 'kilometres for miles', model: trainWithProgress('kilometres for miles', inKilometres(spring), output) },
    { name: 'percent for shares', model: trainWithProgress('percent for shares', inPercent(spring), output) },
  ];
  const june = await loadSample(duck, files, SAMPLES.june);
  const held = scoresOf(scoreOf(champion), june);
  const squares = (scores: readonly number[]): number[] =>
    scores.map((score, row) => (score - (june.labels[row] ?? 0)) ** 2);
  return {
    champion: { name: 'champion', ...qualityOf(june.labels, held) },
    comparisons: challengers.map(({ name, model }) => {
      const scores = scoresOf(scoreOf(model), june);
      const test = pairedTest(squares(held), squares(scores));
      const flips = scores.filter((score, row) => decides(score) !== decides(held[row] ?? Number.NaN)).length;
      return {
        name,
        ...qualityOf(june.labels, scores),
        brierDifference: test.difference ?? Number.NaN,
        p: test.pTwoSided,
        flipped: flips / scores.length,
      };
    }),
  };
}

const decides = (score: number): boolean => score > DECISION_THRESHOLD;
