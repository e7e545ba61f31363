import { describe, expect, it } from 'vitest';
import { rocAuc } from '../../../core/statistics/model-quality/ranking.ts';
import {
  boostedTreesToOnnx,
  BOOSTING,
  scoreBoostedTrees,
  trainBoostedTrees,
} from '../../../examples/shared/train/boosted-trees.ts';
import {
  denseToOnnx,
  LOGISTIC,
  NETWORK,
  scoreDense,
  trainDense,
} from '../../../examples/shared/train/dense-network.ts';
import { random, rowOf, sampleRows, takeRows, type Matrix } from '../../../examples/shared/train/matrix.ts';
import { float32Rows, runOnnx } from '../../support/onnx-runtime.ts';

/** A label that depends on x by a step, on y by a slope, and not on z; `missing` of x is empty. */
function problem(rows: number, seed: number, missing = 0): Matrix {
  const next = random(seed);
  const make = (): Float32Array => Float32Array.from({ length: rows }, () => next() * 10 - 5);
  const [x, y, z] = [make(), make(), make()];
  const labels = Uint8Array.from(x, (value, row) => {
    const margin = (value > 1.5 ? 2 : -1) + 0.5 * (y[row] ?? 0);
    return next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  const holed = x.map((value) => (next() < missing ? NaN : value));
  return { names: ['x', 'y', 'z'], columns: [holed, y, z], labels, rows };
}

const rowsOf = (matrix: Matrix): number[][] =>
  Array.from({ length: matrix.rows }, (_none, row) => [...rowOf(matrix, row)]);

async function onnxScores(bytes: Uint8Array, matrix: Matrix): Promise<number[]> {
  const { score } = await runOnnx(bytes, { features: float32Rows(rowsOf(matrix)) });
  return Array.from(score!.data as Float32Array);
}

const auc = (matrix: Matrix, scores: readonly number[]): number => rocAuc([...matrix.labels], [...scores]) ?? NaN;

describe('boosted trees', () => {
  const train = problem(8_000, 1, 0.05);
  const test = problem(2_000, 2, 0.05);
  const model = trainBoostedTrees(train);

  it('learns what there is to learn, and no split of noise alone', () => {
    const scores = rowsOf(test).map((row) => scoreBoostedTrees(model, row));
    const [, y] = test.columns;
    expect(auc(test, scores)).toBeGreaterThan(auc(test, [...y!]) + 0.05);
    expect(auc(test, scores)).toBeGreaterThan(0.84);
  });

  it('gives the same number in ONNX Runtime on every row, thresholds and missing values included', async () => {
    const edges = rowsOf(takeRows(train, sampleRows(train.rows, 500, 3)));
    const rows = [...rowsOf(test), ...edges, [NaN, NaN, NaN], [Infinity, -Infinity, 0]];
    const { score } = await runOnnx(boostedTreesToOnnx(model, 3), { features: float32Rows(rows) });
    const ours = rows.map((row) => scoreBoostedTrees(model, row));
    const theirs = Array.from(score!.data as Float32Array);
    const worst = Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)));
    expect(worst).toBeLessThanOrEqual(2.4e-7); // two units in the last place of a float32 near 1
  });

  it('is the same model for the same rows', () => {
    expect(boostedTreesToOnnx(trainBoostedTrees(train), 3)).toEqual(boostedTreesToOnnx(model, 3));
  });

  it('answers the base rate where nothing can be split', () => {
    const flat: Matrix = { ...takeRows(train, [0, 1, 2, 3]), labels: Uint8Array.of(1, 0, 0, 0) };
    expect(scoreBoostedTrees(trainBoostedTrees(flat, { ...BOOSTING, trees: 1 }), [0, 0, 0])).toBeCloseTo(0.25, 6);
  });
});

describe.each([
  ['a logistic regression', LOGISTIC, 0.74],
  ['a small network', NETWORK, 0.84],
])('%s', (_name, options, atLeast) => {
  const train = problem(8_000, 1);
  const test = problem(2_000, 2);
  const layers = trainDense(train, options);

  it('learns', () => {
    expect(
      auc(
        test,
        rowsOf(test).map((row) => scoreDense(layers, row)),
      ),
    ).toBeGreaterThan(atLeast);
  });

  it('gives the same number in ONNX Runtime within float32', async () => {
    const theirs = await onnxScores(denseToOnnx(layers, 3), test);
    rowsOf(test).forEach((row, i) => expect(Math.abs(scoreDense(layers, row) - theirs[i]!)).toBeLessThan(2e-6));
  });
});

describe('sampleRows', () => {
  it('takes different rows, in order, the same for the same seed', () => {
    const rows = [...sampleRows(1_000, 100, 7)];
    expect(new Set(rows).size).toBe(100);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    expect([...sampleRows(1_000, 100, 7)]).toEqual(rows);
    expect([...sampleRows(1_000, 100, 8)]).not.toEqual(rows);
    expect(sampleRows(5, 10, 1)).toEqual(Int32Array.of(0, 1, 2, 3, 4));
  });
});
