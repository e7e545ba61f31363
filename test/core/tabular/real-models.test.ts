import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCategories } from '../../../core/onnx/categories.ts';
import { readContract } from '../../../core/onnx/contract.ts';
import { mendModel } from '../../../core/onnx/mend-model.ts';
import { readThresholds } from '../../../core/onnx/thresholds.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { readTensors } from '../../../core/tensor/written.ts';
import type { TensorValue } from '../../../schema/release.ts';
import { probeRows } from '../../../subgraphs/registry/domain/version/probe-rows.ts';
import { outsidePath } from '../../support/vectors.ts';
import { expectAlike } from './support/against-ort.ts';

// Models that scikit-learn, LightGBM and XGBoost users exported; not ours to copy into the project.
const folder = outsidePath('onnx/models');
const files = folder === null ? [] : readdirSync(folder).filter((file) => file.endsWith('.onnx'));
/** What the tabular engine does not run, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'sklearn-onnx-examples-pipeline_tfidf.onnx': 'StringNormalizer',
  'sklearn-onnx-examples-predictable_tsne.onnx': 'Scan',
  'sklearn-onnx-tutorial-model.onnx': 'StringNormalizer',
};
const running = files.filter((file) => REFUSED[file] === undefined);
const read = (file: string): Uint8Array => mendModel(new Uint8Array(readFileSync(join(folder ?? '', file))));

/** A row of the shapes that a model asks for. */
function rowOf(bytes: Uint8Array): TensorValue[] {
  return readContract(bytes).inputs.map(({ name, dtype, shape }) => {
    const own = (shape ?? []).map((size) => (size < 0 ? 1 : size));
    const count = own.reduce((product, size) => product * size, 1);
    return {
      name,
      dtype,
      shape: own,
      data: Array.from({ length: count }, (_, i) => (dtype === 'string' ? 'a' : (i * 7) % 5)),
    };
  });
}

describe.skipIf(folder === null)('an exported model on the tabular engine', () => {
  it.each(running)('%s answers as on ONNX Runtime, to the bit', async (file) => {
    const bytes = read(file);
    const probes = probeRows(rowOf(bytes), readThresholds(bytes), readCategories(bytes));
    expect(
      await expectAlike(
        bytes,
        probes.map((row) => readTensors(row, 'a probe')),
      ),
    ).toBeGreaterThan(40);
  });
});

it.skipIf(folder === null)('other exported models are refused, for what is not known', () => {
  const refused = files.filter((file) => REFUSED[file] !== undefined);
  expect(refused).toEqual(Object.keys(REFUSED));
  for (const file of refused)
    expect(compileModel(read(file))).toEqual({ refused: expect.stringContaining(REFUSED[file]!) });
});
