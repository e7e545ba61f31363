import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import type { TabularPlan } from '../../../core/tabular/plan.ts';
import { PLAN_VERSION, readPlan, writePlan } from '../../../core/tabular/plan-blob.ts';
import { makeModel } from '../../../core/tabular/run/tabular-model.ts';
import { logisticModel, treeModel } from '../../support/onnx-models.ts';

function planOf(bytes: Uint8Array): TabularPlan {
  const compiled = compileModel(bytes);
  if ('refused' in compiled) throw new Error(compiled.refused);
  return compiled.plan;
}

const leaf = (value: number) => ({ value });
const forest = treeModel({
  features: 3,
  trees: [0, 1, 2].map((feature) => ({
    feature,
    threshold: feature / 3,
    yes: { feature: 0, threshold: -0, yes: leaf(0.1), no: leaf(-0.2) },
    no: leaf(1e-42),
  })),
}).bytes;

/** Every kind of value that a plan can hold, in places where plans have them. */
const everything = {
  inputs: [{ name: 'x', dtype: 'float32', shape: null }],
  outputs: [{ name: 'y', value: 'y' }],
  steps: [
    { kind: 'IMPUTE', input: 'x', output: 'a', fill: { dtype: 'int64', replaced: -(2n ** 63n), by: [1n, 2n ** 62n] } },
    {
      kind: 'IMPUTE',
      input: 'a',
      output: 'b',
      fill: { dtype: 'float32', replaced: NaN, by: Float32Array.of(NaN, -0) },
    },
    { kind: 'BINARIZE', input: 'b', output: 'c', threshold: -0 },
    { kind: 'BINARIZE', input: 'c', output: 'd', threshold: -Infinity },
    {
      kind: 'ENCODE',
      input: 'd',
      output: 'e',
      from: 'string',
      to: 'int64',
      values: new Map<string | number, bigint>([
        ['$i', 1n],
        ['', 2n],
        ['\u2028 "ü"', 3n],
      ]),
      others: -1n,
    },
    { kind: 'EXTRACT', input: 'e', output: 'y', columns: Int32Array.of(0, -1, 2 ** 31 - 1) },
  ],
  constants: new Map([
    ['odd', { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ['wide', { dtype: 'int64', shape: [1], data: BigInt64Array.of(-5n) }],
    ['words', { dtype: 'string', shape: [2], data: ['a', '$t'] }],
    ['none', { dtype: 'float64', shape: [0], data: new Float64Array(0) }],
  ]),
} as unknown as TabularPlan;

describe('a compiled plan', () => {
  it.each([
    ['of trees', planOf(forest)],
    ['of a linear model', planOf(logisticModel({ features: 2, weights: [1, -0], bias: 0.5 }).bytes)],
    ['of everything', everything],
  ])('%s is read as it was written', (_, plan) => {
    const bytes = writePlan(plan);
    expect(readPlan(bytes)).toStrictEqual(plan);
    expect(writePlan(readPlan(bytes))).toEqual(bytes);
  });

  it('is read from wherever it lies in memory', () => {
    const bytes = writePlan(everything);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readPlan(shifted.subarray(3))).toStrictEqual(everything);
    expect(readPlan(Buffer.from(shifted.buffer, 3))).toStrictEqual(everything);
  });

  it('runs as what was compiled, to the bit', () => {
    const plan = planOf(forest);
    const [own, again] = [makeModel(plan), makeModel(readPlan(writePlan(plan)))];
    for (let i = 0; i < 200; i++) {
      const data = Float32Array.from({ length: 3 }, (_, at) => Math.sin(i * 7 + at) * (i % 5));
      const input = { features: { dtype: 'float32', shape: [1, 3], data } } as const;
      expect(again.run(input)).toStrictEqual(own.run(input));
    }
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['that is empty', () => new Uint8Array(0)],
    ['that ends within a list', (bytes) => bytes.slice(0, -8)],
    ['that ends within its text', (bytes) => bytes.slice(0, 40)],
    ['of another version', (bytes) => bytes.with(4, PLAN_VERSION + 1)],
    ['that is an ONNX file', () => forest],
    ['whose list is of no known kind', (bytes) => replaced(bytes, '"$t":[0,0,', '"$t":[99, ')],
  ])('%s is refused', (_, change) => {
    expect(() => readPlan(change(writePlan(planOf(forest))))).toThrow(
      expect.objectContaining({ code: 'FAILED_PRECONDITION' }),
    );
  });
});

function replaced(bytes: Uint8Array, text: string, by: string): Uint8Array {
  const changed = Buffer.from(bytes.slice());
  const at = changed.indexOf(text);
  if (at < 0) throw new Error(`there is no ${text}`);
  changed.write(by, at);
  return new Uint8Array(changed);
}
