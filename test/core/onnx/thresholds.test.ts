import { expect, it } from 'vitest';
import { readThresholds } from '../../../core/onnx/thresholds.ts';
import { logisticModel, treeModel } from '../../support/onnx-models.ts';

it('reads where the trees of a model split, by feature', () => {
  const { bytes } = treeModel({
    features: 3,
    trees: [
      {
        feature: 2,
        threshold: 0.5,
        yes: { value: 1 },
        no: { feature: 0, threshold: -1.25, yes: { value: 2 }, no: { value: 3 } },
      },
      { feature: 2, threshold: 4, yes: { value: 1 }, no: { value: 0 } },
    ],
  });
  const thresholds = readThresholds(bytes);
  expect(thresholds.get(2)).toEqual([0.5, 4]);
  expect(thresholds.get(0)).toEqual(expect.arrayContaining([-1.25]));
  expect(thresholds.has(1)).toBe(false);
});

it('finds none in a model without trees', () => {
  expect(readThresholds(logisticModel({ features: 2, weights: [1, 2], bias: 0 }).bytes).size).toBe(0);
});
