import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mendModel } from '../../../core/onnx/mend-model.ts';
import { makeExplainer } from '../../../core/reasons/explainer.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import type { PlanInput } from '../../../core/tabular/plan.ts';
import { makeModel } from '../../../core/tabular/run/tabular-model.ts';
import type { TensorMap } from '../../../core/tensor/tensor.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { outsidePath } from '../../support/vectors.ts';

const random = seededRandom(5);
const widthOf = ({ shape }: PlanInput): number => (shape ?? []).slice(1).reduce((product, size) => product * size, 1);

/** One row of anything that the inputs take. */
const rowOf = (inputs: readonly PlanInput[]): TensorMap =>
  Object.fromEntries(
    inputs.map((input) => {
      const length = widthOf(input);
      const numbers = Array.from({ length }, () => random() * 8 - 1);
      const shape = (input.shape ?? []).map((size, axis) => (axis === 0 ? 1 : size));
      if (input.dtype === 'string') return [input.name, { dtype: 'string', shape, data: numbers.map(() => 'male') }];
      const data =
        input.dtype === 'int64'
          ? BigInt64Array.from(numbers, (n) => BigInt(Math.trunc(n)))
          : Float32Array.from(numbers);
      return [input.name, { dtype: input.dtype, shape, data }];
    }),
  );

/** The model, its output and the place in it, and what makes the score of the margin. */
const EXPLAINED = [
  ['onnxmltools-xgboost-test_xgb', 'variable', 'NONE'],
  ['sklearn-onnx-examples-logreg_iris', 'output_probability', 'SOFTMAX'],
  ['sklearn-onnx-examples-pipeline_lightgbm', 'output_probability', 'SOFTMAX'],
  ['sklearn-onnx-examples-pipeline_titanic', 'output_probability', 'LOGISTIC'],
  ['sklearn-onnx-examples-pipeline_xgboost', 'output_probability', 'SOFTMAX'],
  ['sklearn-onnx-examples-rf_iris', 'output_probability', 'NONE'],
] as const;

const folder = outsidePath('onnx/models');

it.runIf(folder !== null).each(EXPLAINED)('takes every answer of %s apart', (name, output, link) => {
  const compiled = compileModel(mendModel(new Uint8Array(readFileSync(join(folder ?? '', `${name}.onnx`)))));
  if ('refused' in compiled) throw new Error(compiled.refused);
  const { plan } = compiled;
  const model = makeModel(plan);
  const widths = new Map(plan.inputs.map((input) => [input.name, widthOf(input)]));
  const count = model.run(rowOf(plan.inputs))[output]!.data.length;
  for (let index = 0; index < count; index++) {
    const explainer = makeExplainer(plan, { output, index, widthOf: (input) => widths.get(input) ?? 0 });
    if ('why' in explainer) throw new Error(explainer.why);
    expect(explainer.link).toBe(link);
    for (let i = 0; i < 40; i++) {
      const row = rowOf(plan.inputs);
      const score = Number(model.run(row)[output]!.data[index]);
      const { base, columns, rounding, margin, scoreOf } = explainer.explain(row)!;
      expect(columns.reduce((sum, part) => sum + part, base) + rounding).toBe(margin);
      expect(Math.abs(scoreOf!(margin) - score)).toBeLessThan(2e-7);
    }
  }
});

it.runIf(folder !== null)('says of each of the others why not', () => {
  const others = readdirSync(folder ?? '')
    .filter((file) => file.endsWith('.onnx') && !EXPLAINED.some(([name]) => file === `${name}.onnx`))
    .map((file) => compileModel(mendModel(new Uint8Array(readFileSync(join(folder ?? '', file))))));
  expect(others.length).toBeGreaterThan(5);
  for (const compiled of others) {
    if ('refused' in compiled) continue;
    const { plan } = compiled;
    const widthOfName = (name: string): number => widthOf(plan.inputs.find((input) => input.name === name)!);
    for (const { name } of plan.outputs) {
      const found = makeExplainer(plan, { output: name, index: 0, widthOf: widthOfName });
      if ('why' in found) expect(found.why).toMatch(/^(it|its|a) /);
      else expect(found.link).not.toBe('OTHER');
    }
  }
});
