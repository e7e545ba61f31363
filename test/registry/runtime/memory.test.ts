import { expect, it } from 'vitest';
import { ModelRunner } from '../../../subgraphs/registry/runtime/model-runner.ts';
import { atEnd } from '../../support/at-end.ts';
import { logisticModel } from '../../support/onnx-models.ts';

const MB = 1_048_576;

it('measures the memory of a model in a thread that ran no other', async () => {
  const runner = new ModelRunner(60_000);
  atEnd(() => runner.stop());
  const small = logisticModel({ features: 2, weights: [1, -1], bias: 0 }).bytes;
  const features = 1_000_000;
  const large = logisticModel({ features, weights: Array.from({ length: features }, () => 0.5), bias: 0 }).bytes;
  const memoryOf = async (model: Uint8Array, alone: boolean): Promise<number> =>
    (await runner.run(model, [], 'ort', { alone })).memoryBytes ?? 0;
  const alone = await memoryOf(small, true);
  expect(alone).toBeGreaterThan(MB);
  expect(await memoryOf(large, false)).toBeGreaterThan(alone + 2 * MB);
  // The thread that holds so much goes on with the next model; one of its own does not.
  expect(await memoryOf(small, false)).toBeGreaterThan(alone + 2 * MB);
  expect(await memoryOf(small, true)).toBe(alone);
  expect((await runner.run(small, [], 'tabular')).memoryBytes).toBeNull();
});
