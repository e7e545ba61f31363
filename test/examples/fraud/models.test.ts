import { describe, expect, it } from 'vitest';
import { rocAuc } from '../../../core/statistics/model-quality/ranking.ts';
import { COLUMNS, WEIGHTS, type ModelKind } from '../../../examples/fraud/decision/fields.ts';
import { averagePath, FOREST, growForest, meanPath } from '../../../examples/fraud/train/isolation-forest.ts';
import { goldenRowsOf, trainFraudModel } from '../../../examples/fraud/train/fraud-model.ts';
import { fitPlatt } from '../../../examples/fraud/train/platt.ts';
import { SCORECARD, SCORECARD_BASE } from '../../../examples/fraud/train/scorecard.ts';
import { random, rowOf, type Matrix } from '../../../examples/shared/train/matrix.ts';
import { float32Rows, runOnnx } from '../../support/onnx-runtime.ts';

/** Rows of a model's columns in which frauds are those whose third column is high. */
function rowsOf(kind: ModelKind, rows: number, seed = 1): Matrix {
  const next = random(seed);
  const names = COLUMNS[kind];
  const columns = names.map(() => Float32Array.from({ length: rows }, () => next()));
  const labels = Uint8Array.from({ length: rows }, (_none, row) => ((columns[2]?.[row] ?? 0) > 0.9 ? 1 : 0));
  labels.forEach((label, row) => {
    if (label) for (const column of columns.slice(2, 6)) column[row] = 1 + next();
  });
  return { names, columns, labels, rows };
}

const KINDS = Object.keys(COLUMNS) as ModelKind[];

describe('the four models', () => {
  it.each(KINDS)('%s answers the same as ONNX Runtime', async (kind) => {
    const matrix = rowsOf(kind, 120);
    const model = trainFraudModel(kind, matrix, 0.2);
    const rows = Array.from({ length: matrix.rows }, (_none, row) => Array.from(rowOf(matrix, row)));
    const scores = (await runOnnx(model.onnx, { features: float32Rows(rows) }))['score']?.data ?? [];
    expect(scores).toHaveLength(matrix.rows);
    for (let row = 0; row < matrix.rows; row++) {
      expect(Math.abs(Number(scores[row]) - model.score(rowOf(matrix, row)))).toBeLessThan(2e-6);
    }
  });

  it.each(KINDS)('%s gives golden rows with frauds among them', (kind) => {
    const matrix = rowsOf(kind, 60);
    const rows = goldenRowsOf(trainFraudModel(kind, matrix, 1), matrix);
    expect(rows).toHaveLength(20);
    expect(rows[0]?.inputs[0]?.shape).toEqual([1, COLUMNS[kind].length]);
  });

  it.each(['trees', 'network', 'forest'] as const)('%s corrects for honest rows that were left out', (kind) => {
    const matrix = rowsOf(kind, 60);
    const row = rowOf(matrix, 0);
    const logOdds = (share: number): number => {
      const p = trainFraudModel(kind, matrix, share).score(row);
      return Math.log(p / (1 - p));
    };
    expect(logOdds(0.2) - logOdds(1)).toBeCloseTo(Math.log(0.2), 3);
  });

  it('the forest says on average how many frauds there are', () => {
    const matrix = rowsOf('forest', 1_000);
    const { score } = trainFraudModel('forest', matrix, 1);
    const mean = matrix.labels.reduce((sum, _label, row) => sum + score(rowOf(matrix, row)), 0) / matrix.rows;
    expect(mean).toBeCloseTo(matrix.labels.reduce((sum, label) => sum + label, 0) / matrix.rows, 3);
  });

  it('weighs .4, .3, .2 and .1', () => {
    expect(WEIGHTS).toEqual({ trees: 0.4, network: 0.3, rules: 0.2, forest: 0.1 });
  });
});

describe('the isolation forest', () => {
  it('knows the average path of the paper', () => {
    expect(averagePath(1)).toBe(0);
    expect(averagePath(2)).toBe(1);
    expect(averagePath(256)).toBeCloseTo(10.2448, 3);
  });

  it('finds rows that stand apart, without labels', () => {
    const matrix = rowsOf('forest', 1_000);
    const trees = growForest(matrix, FOREST);
    const unusual = Array.from({ length: matrix.rows }, (_none, row) => -meanPath(trees, rowOf(matrix, row)));
    expect(rocAuc(Array.from(matrix.labels), unusual)).toBeGreaterThan(0.85);
  });
});

describe("Platt's line", () => {
  it('finds the line that labels were drawn by', () => {
    const next = random(3);
    const values = Array.from({ length: 20_000 }, () => next() * 10);
    const labels = values.map((x) => (next() < 1 / (1 + Math.exp(-(0.8 * x - 5))) ? 1 : 0));
    const { slope, intercept } = fitPlatt(values, labels);
    expect(slope).toBeCloseTo(0.8, 1);
    expect(intercept).toBeCloseTo(-5, 0);
  });
});

describe('the scorecard', () => {
  const { score } = trainFraudModel('rules', rowsOf('rules', 10), 1);
  const ask = (given: Readonly<Record<string, number>>): number =>
    score(COLUMNS.rules.map((name) => Math.fround(given[name] ?? 0)));
  const margin = (p: number): number => Math.log(p / (1 - p));

  it('has its base where no rule speaks', () => expect(margin(ask({}))).toBeCloseTo(SCORECARD_BASE, 4));

  it.each(SCORECARD.map((rule) => [JSON.stringify(rule.above), rule] as const))('gives the points of %s', (_, rule) => {
    const passed = Object.fromEntries(Object.entries(rule.above).map(([name, mark]) => [name, mark * 1.001]));
    const others = SCORECARD.filter(
      (other) => other !== rule && Object.entries(other.above).every(([name, mark]) => (passed[name] ?? 0) > mark),
    ).reduce((sum, { points }) => sum + points, 0);
    expect(margin(ask(passed))).toBeCloseTo(SCORECARD_BASE + rule.points + others, 3);
    const [first = ''] = Object.keys(rule.above);
    expect(margin(ask({ ...passed, [first]: 0 }))).toBeLessThan(margin(ask(passed)));
  });
});
