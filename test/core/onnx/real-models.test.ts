import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContractValue } from '../../../core/onnx/contract.ts';
import { readContract } from '../../../core/onnx/contract.ts';
import { stripZipMap } from '../../../core/onnx/zip-map.ts';
import { runOnnx, Tensor } from '../../support/onnx-runtime.ts';
import { outsidePath } from '../../support/vectors.ts';

// Models that scikit-learn, LightGBM and XGBoost users exported; not ours to copy into the project.
const folder = outsidePath('onnx/models');
const files = folder === null ? [] : readdirSync(folder).filter((file) => file.endsWith('.onnx'));

// One of the models takes no other number.
const ROWS = 2;

/** Some rows of the shape and type that the contract asks for. */
function anyTensor({ name, dtype, shape }: ContractValue): InstanceType<typeof Tensor> {
  const dims = (shape ?? []).map((size, axis) => (size === -1 ? (axis === 0 ? ROWS : 1) : size));
  const count = dims.reduce((product, size) => product * size, 1);
  const numbers = Array.from({ length: count }, (_, i) => (i * 7) % 5);
  if (dtype === 'float32') return new Tensor(dtype, Float32Array.from(numbers), dims);
  if (dtype === 'int64') return new Tensor(dtype, BigInt64Array.from(numbers, BigInt), dims);
  if (dtype === 'string') return new Tensor(dtype, numbers.map(String), dims);
  throw new Error(`no values for input ${name} of ${dtype}`);
}

const feedsOf = (inputs: readonly ContractValue[]): Record<string, InstanceType<typeof Tensor>> =>
  Object.fromEntries(inputs.map((input) => [input.name, anyTensor(input)]));

it.skipIf(folder === null)('there are many models of real trainers', () => expect(files.length).toBeGreaterThan(10));

describe.skipIf(folder === null)('a model exported by a real trainer', () => {
  it.each(files)('%s has a contract and, without ZipMap, runs as it says', async (file) => {
    const before = new Uint8Array(readFileSync(join(folder ?? '', file)));
    const original = readContract(before);
    const after = stripZipMap(before);
    const contract = readContract(after);
    expect(original.inputs.every(({ shape }) => shape?.every((size) => size >= -1))).toBe(true);
    expect(contract).toMatchObject({ hasZipMap: false, inputs: original.inputs, irVersion: original.irVersion });

    const outputs = await runOnnx(after, feedsOf(contract.inputs));
    expect(Object.keys(outputs)).toEqual(contract.outputs.map(({ name }) => name));
    if (!original.hasZipMap) return;

    const [label = '', probabilities = ''] = Object.keys(outputs);
    const labels = contract.classLabels[probabilities] ?? [];
    const rows = outputs[label]?.dims[0] ?? 0;
    expect(outputs[probabilities]?.dims).toEqual([rows, labels.length]);
    const p = Array.from(outputs[probabilities]?.data as Float32Array);
    const best = Array.from({ length: rows }, (_, row) => {
      const one = p.slice(row * labels.length, (row + 1) * labels.length);
      expect(one.reduce((sum, x) => sum + x)).toBeCloseTo(1, 5);
      return labels[one.indexOf(Math.max(...one))];
    });
    // The label is computed apart from ZipMap, also in the file as it was exported.
    const untouched = await runOnnx(before, feedsOf(original.inputs), [label]);
    expect(Array.from(outputs[label]?.data ?? [], String)).toEqual(Array.from(untouched[label]?.data ?? [], String));
    expect(best).toEqual(Array.from(outputs[label]?.data ?? [], String));
  });
});
