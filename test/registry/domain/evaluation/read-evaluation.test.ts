import { describe, expect, it } from 'vitest';
import { answersOf, batchesOf } from '../../../../subgraphs/registry/domain/evaluation/feed.ts';
import { falseScore, judge, lossesOf } from '../../../../subgraphs/registry/domain/evaluation/judged.ts';
import { metricsOf } from '../../../../subgraphs/registry/domain/evaluation/metrics.ts';
import { readEvaluation, type Evaluation } from '../../../../subgraphs/registry/domain/evaluation/read-evaluation.ts';

const HEAD = { format: 'tiffin.evaluation/1', task: 'BINARY', output: 'score' };
const file = (...lines: readonly object[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'));
const read = (...rows: readonly object[]): Evaluation => readEvaluation(file(HEAD, ...rows))!;
const row = (label: number, more: object = {}): object => ({ inputs: { x: [1, 2] }, label, ...more });

describe('an evaluation file', () => {
  it('is a head and rows, with what is left out', () => {
    const { head, rows } = readEvaluation(file(HEAD, row(1), row(0)))!;
    expect(head).toEqual({ ...HEAD, column: 0, threshold: 0.5, protected: [] });
    expect(rows).toHaveLength(2);
  });

  it.each([
    ['a JSON document', '{"auc": 0.9}'],
    ['nothing', ''],
    ['a picture', '\u0089PNG'],
  ])('of another kind is kept as it is: %s', (_, text) => {
    expect(readEvaluation(new TextEncoder().encode(text))).toBe(undefined);
  });

  it.each([
    ['line 1: task', [{ ...HEAD, task: 'RANKING' }, row(1)]],
    ['line 3: label: is 2; a BINARY evaluation has 0 or 1', [HEAD, row(1), row(2)]],
    [
      'line 2: label: is 0.5; a MULTICLASS evaluation has positions from 0',
      [{ ...HEAD, task: 'MULTICLASS' }, row(0.5)],
    ],
    ['line 2: inputs', [HEAD, { label: 1 }]],
    ['it has a head and no rows', [HEAD]],
    [
      'the attribute "id" has 51 values: at most 50 make groups',
      [{ ...HEAD, protected: ['id'] }, ...Array.from({ length: 51 }, (_, id) => row(1, { attributes: { id } }))],
    ],
  ])('is refused where it is wrong: %s', (message, lines) => {
    expect(() => readEvaluation(file(...lines))).toThrow(message);
  });
});

describe('the rows as the model takes them', () => {
  const spec = { name: 'x', dtype: 'float32', shape: [-1, 2] };

  it('go many at once where the batch is free, and one by one where it is not', () => {
    const { rows } = read(row(1), row(0), row(1));
    expect(batchesOf(rows, [spec])).toEqual([
      { from: 0, count: 3, inputs: [{ name: 'x', dtype: 'float32', shape: [3, 2], data: [1, 2, 1, 2, 1, 2] }] },
    ]);
    expect(batchesOf(rows, [{ ...spec, shape: [1, 2] }]).map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('fill one free dimension, and go apart where it differs', () => {
    const rows = [...read(row(1)).rows, ...read({ inputs: { x: [1, 2, 3] }, label: 0 }).rows];
    expect(batchesOf(rows, [{ ...spec, shape: [-1, -1] }]).map(({ inputs }) => inputs[0]!.shape)).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });

  it('are refused by row and input', () => {
    expect(() => batchesOf(read(row(1)).rows, [{ ...spec, shape: [-1, 3] }])).toThrow(
      'evaluation: row 1: the input "x" has 2 values: float32[-1, 3] takes others',
    );
    expect(() => batchesOf(read(row(1)).rows, [{ ...spec, name: 'y' }])).toThrow('row 1: the input "y" is missing');
  });

  it('are answered in their order', () => {
    const { head, rows } = read(row(1), row(0));
    const [batch] = batchesOf(rows, [spec]);
    const score = { name: 'score', dtype: 'float32', shape: [2, 2], data: [0.1, 0.9, 0.8, 'NaN'] };
    expect(answersOf(head, batch!, [score])).toEqual([
      [0.1, 0.9],
      [0.8, Number.NaN],
    ]);
    expect(() => answersOf(head, batch!, [{ ...score, name: 'other' }])).toThrow(
      'the model has no output "score": other',
    );
  });
});

describe('what a model answers', () => {
  it('is judged by the column and the threshold of the head', () => {
    const head = { ...HEAD, column: 1, threshold: 0.7 };
    const evaluation = readEvaluation(file(head, row(1), row(0), row(1)))!;
    const judged = judge(evaluation, [
      [0, 0.75],
      [0, 0.8],
      [0, 0.6],
    ]);
    expect(judged).toMatchObject({ decisions: [true, true, false], areProbabilities: true });
    const metrics = new Map(metricsOf(judged).map(({ name, value }) => [name, value]));
    expect(metrics.get('accuracy')).toBeCloseTo(1 / 3, 12);
    expect(metrics.get('precision')).toBe(0.5);
    expect(metrics.get('recall')).toBe(0.5);
    expect(metrics.get('rocAuc')).toBe(0);
    expect(metrics.get('brier')).toBeCloseTo((0.25 ** 2 + 0.8 ** 2 + 0.4 ** 2) / 3, 12);
    expect(() => judge(evaluation, [[0], [0], [0]])).toThrow('column: is 1; "score" has 1 numbers a row');
    expect(() => judge(evaluation, [[0, Number.NaN]])).toThrow('row 1: the model answers NaN');
  });

  it('costs a squared error, an absolute error or one, by task', () => {
    const binary = read(row(1), row(0));
    expect(lossesOf(judge(binary, [[0.5], [0.5]]))).toEqual([0.25, 0.25]);
    expect(lossesOf(judge(binary, [[3], [-2]]))).toEqual([0, 0]);
    const numbers = readEvaluation(file({ ...HEAD, task: 'REGRESSION' }, row(10), row(4)))!;
    expect(lossesOf(judge(numbers, [[12], [4]]))).toEqual([2, 0]);
    const classes = readEvaluation(file({ ...HEAD, task: 'MULTICLASS' }, row(2), row(0)))!;
    expect(
      lossesOf(
        judge(classes, [
          [0, 0.1, 0.9],
          [0, 1, 0],
        ]),
      ),
    ).toEqual([0, 1]);
    expect(
      metricsOf(
        judge(classes, [
          [0, 0.1, 0.9],
          [0, 1, 0],
        ]),
      ),
    ).toMatchObject([{ name: 'accuracy', value: 0.5, n: 2 }]);
  });

  it('must be what the file says it is, within what another runtime may differ by', () => {
    const evaluation = read(row(1, { score: 0.5 }), row(0, { score: 0.25 }));
    expect(falseScore(evaluation, judge(evaluation, [[0.50001], [0.25]]))).toBe(undefined);
    expect(falseScore(evaluation, judge(evaluation, [[0.5], [0.26]]))).toBe(
      'row 2 has the score 0.25 in the file, and the model answers 0.26',
    );
  });
});
