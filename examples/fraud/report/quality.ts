import { join } from 'node:path';
import { reliabilityRows, type ReliabilityRow } from '../../../core/statistics/model-quality/calibration.ts';
import { averagePrecision, rocAuc } from '../../../core/statistics/model-quality/ranking.ts';
import { withDuck } from '../../shared/duck.ts';
import { qualityOf, scoresOf, type Quality } from '../../shared/train/judged.ts';
import { HONEST_SHARE } from '../data/history.ts';
import { columnsOf, readTrainingRows, type TrainingRows } from '../data/training-rows.ts';
import { COLUMNS, WEIGHTS, type ModelKind } from '../decision/fields.ts';
import { FRAUDS, PATTERNS, type Pattern } from '../generator/transaction.ts';
import { trainingSetFile } from '../setup/make-versions.ts';
import { trainFraudModel } from '../train/fraud-model.ts';

/** How well scores tell reported payments from others: all of them, and those of one planted pattern against honest ones. */
export interface Judged extends Quality {
  readonly name: string;
  readonly averagePrecision: number | null;
  readonly byPattern: ReadonlyMap<Pattern, number | null>;
}

export interface QualityFigures {
  readonly rows: number;
  readonly reported: number;
  readonly counts: ReadonlyMap<Pattern, number>;
  /** The four models, and what they make together. */
  readonly models: readonly Judged[];
  /** The columns that tell most by themselves. */
  readonly columns: readonly Judged[];
  readonly calibration: readonly ReliabilityRow[];
}

const KINDS = Object.keys(COLUMNS) as ModelKind[];
const SHOWN_COLUMNS = 5;
const BINS = 10;

/** Trains on the product's training set as the set-up does, and judges on the week after it. */
export const judgeQuality = (folder: string): Promise<QualityFigures> =>
  withDuck(async (duck) => {
    const train = await readTrainingRows(duck, join(folder, trainingSetFile('training set')));
    const evaluate = await readTrainingRows(duck, join(folder, trainingSetFile('evaluation set')));
    const { labels, rows, names, columns } = evaluate.matrix;
    const scored = KINDS.map((kind) => {
      const { score } = trainFraudModel(kind, columnsOf(train, kind), HONEST_SHARE);
      return { kind, scores: scoresOf(score, columnsOf(evaluate, kind)) };
    });
    const together = Array.from({ length: rows }, (_none, row) =>
      scored.reduce((sum, { kind, scores }) => sum + WEIGHTS[kind] * (scores[row] ?? 0), 0),
    );
    return {
      rows,
      reported: labels.reduce((sum, label) => sum + label, 0),
      counts: new Map(PATTERNS.map((pattern) => [pattern, evaluate.patterns.filter((one) => one === pattern).length])),
      models: [
        ...scored.map(({ kind, scores }) => judged(kind, scores, evaluate)),
        judged('together', together, evaluate),
      ],
      columns: names
        .flatMap((name, i) => (name.startsWith('bent_') ? [] : [columnJudged(name, columns[i], evaluate)]))
        .toSorted((a, b) => b.auc - a.auc)
        .slice(0, SHOWN_COLUMNS),
      calibration: reliabilityRows(Array.from(labels), together, BINS),
    };
  });

function judged(name: string, scores: readonly number[], { matrix, patterns }: TrainingRows): Judged {
  const labels = Array.from(matrix.labels);
  const against = (pattern: Pattern): number | null => {
    const kept = labels.flatMap((label, row) =>
      label === 0 || patterns[row] === pattern ? [[label, scores[row] ?? 0] as const] : [],
    );
    return rocAuc(
      kept.map(([label]) => label),
      kept.map(([, score]) => score),
    );
  };
  return {
    name,
    ...qualityOf(matrix.labels, scores),
    averagePrecision: averagePrecision(labels, scores),
    byPattern: new Map([...FRAUDS].map((pattern) => [pattern, against(pattern)])),
  };
}

/** A column as it is, or turned round, whichever tells more. */
function columnJudged(name: string, column: Float32Array | undefined, rows: TrainingRows): Judged {
  const values = Array.from(column ?? []);
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const greatest = values.reduce((a, b) => Math.max(a, b), 1);
  const upright = judged(
    name,
    values.map((value) => (value - least) / (greatest - least)),
    rows,
  );
  const turned = judged(
    name,
    values.map((value) => (greatest - value) / (greatest - least)),
    rows,
  );
  return upright.auc >= turned.auc ? upright : turned;
}
