import { loadSample } from '../data/feature-matrix.ts';
import { SAMPLES, type SampleRule } from '../sampling.ts';
import type { BoostedTrees } from '../../shared/train/boosted-trees.ts';
import { qualityOf, scoresOf, type Quality } from '../../shared/train/judged.ts';
import type { Matrix } from '../../shared/train/matrix.ts';
import { firstColumns } from '../train/matrix-changes.ts';
import { scoreOf, trainWithProgress } from '../../shared/train/train-with-progress.ts';
import type { Bench } from './bench.ts';

/** The same learner on the same flights, with and without leakage. */
export interface LeakageFigures {
  readonly static: Quality;
  /** Built and served with what was known. */
  readonly pointInTime: Quality;
  /** Built by event time alone and judged on rows built likewise: the lie. */
  readonly naiveJudged: Quality;
  /** The same model, served with what was known: the truth. */
  readonly naiveServed: Quality;
}

export interface LeakageModels {
  readonly static: BoostedTrees;
  readonly pointInTime: BoostedTrees;
  readonly naive: BoostedTrees;
}

/** The columns that need no history: hour, dow, distance. */
const STATIC_FEATURES = 3;

export async function trainLeakageModels({ duck, files, output }: Bench): Promise<LeakageModels> {
  const known = await loadSample(duck, files, SAMPLES.january);
  const leaked = await loadSample(duck, files, SAMPLES.january, 'EVENT_TIME');
  return {
    static: trainWithProgress('static', firstColumns(known, STATIC_FEATURES), output),
    pointInTime: trainWithProgress('point-in-time', known, output),
    naive: trainWithProgress('naive', leaked, output),
  };
}

export async function judgeLeakage(
  { duck, files }: Bench,
  models: LeakageModels,
  rule: SampleRule,
): Promise<LeakageFigures> {
  const known = await loadSample(duck, files, rule);
  const leaked = await loadSample(duck, files, rule, 'EVENT_TIME');
  return {
    static: judge(models.static, firstColumns(known, STATIC_FEATURES)),
    pointInTime: judge(models.pointInTime, known),
    naiveJudged: judge(models.naive, leaked),
    naiveServed: judge(models.naive, known),
  };
}

const judge = (model: BoostedTrees, matrix: Matrix): Quality =>
  qualityOf(matrix.labels, scoresOf(scoreOf(model), matrix));
