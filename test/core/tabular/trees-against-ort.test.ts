import { describe, expect, it } from 'vitest';
import { writeModel, type AttributeSpec } from '../../../core/onnx/write-model.ts';
import type { ElementType } from '../../../core/tensor/element-type.ts';
import { expectAlike, rowsFor } from './support/against-ort.ts';
import { randomTrees } from './support/random-trees.ts';

const FEATURES = 4;
const AGGREGATES = ['SUM', 'AVERAGE', 'MIN', 'MAX'];
const TRANSFORMS = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];
const MODES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ'].map((mode) => `BRANCH_${mode}`);
const base = (count: number): AttributeSpec => ({ floats: Array.from({ length: count }, (_, i) => 0.3 - i / 7) });

const regressor = (
  dtype: ElementType,
  targets: number,
  attributes: Readonly<Record<string, AttributeSpec>>,
): Uint8Array =>
  writeModel({
    nodes: [{ op: 'TreeEnsembleRegressor', domain: 'ai.onnx.ml', inputs: ['x'], outputs: ['y'], attributes }],
    inputs: [{ name: 'x', dtype, shape: [-1, FEATURES] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [-1, targets] }],
  });

describe('trees that regress answer as ONNX Runtime, to the bit', () => {
  const cases = (['float32', 'float64'] as const).flatMap((dtype) =>
    [1, 3].flatMap((targets) =>
      AGGREGATES.flatMap((aggregate) => TRANSFORMS.map((transform) => ({ dtype, targets, aggregate, transform }))),
    ),
  );
  it.each(cases)(
    'of $dtype to $targets targets, $aggregate, $transform',
    async ({ dtype, targets, aggregate, transform }) => {
      const seed = cases.findIndex(
        (one) =>
          one.dtype === dtype && one.targets === targets && one.aggregate === aggregate && one.transform === transform,
      );
      const i = seed % 3;
      const modes = [MODES.slice(0, 1), MODES.slice(1, 4), MODES][i]!;
      const doubles = dtype === 'float64' && i === 1;
      const { attributes, thresholds } = randomTrees({
        seed,
        trees: [1, 5, 12][i]!,
        features: FEATURES,
        targets,
        modes,
        missing: i > 0,
        doubles,
        kind: 'target',
        covers: i === 1 ? 'all' : 'one',
      });
      const bytes = regressor(dtype, targets, {
        ...attributes,
        n_targets: { int: targets },
        aggregate_function: { string: aggregate },
        post_transform: { string: transform },
        ...(i === 2 && { base_values: base(targets) }),
      });
      expect(await expectAlike(bytes, rowsFor(bytes, seed, thresholds))).toBe(8);
    },
  );

  it.each(MODES)('with splits of %s alone, NaN on either way', async (mode) => {
    for (const missing of [false, true]) {
      const { attributes, thresholds } = randomTrees({
        seed: 5,
        trees: 12,
        features: FEATURES,
        targets: 1,
        modes: [mode],
        missing,
        kind: 'target',
        covers: 0,
      });
      const bytes = regressor('float32', 1, { ...attributes, n_targets: { int: 1 } });
      const rows = [1, 2, 3, 4, 5, 6].flatMap((seed) => rowsFor(bytes, seed, thresholds));
      expect(await expectAlike(bytes, rows)).toBe(rows.length);
    }
  });
});

describe('trees that classify answer as ONNX Runtime, to the bit', () => {
  const kinds = [
    { covers: 0, positive: false },
    { covers: 1, positive: false },
    { covers: 0, positive: true },
    { covers: 1, positive: true },
    { covers: 'one', positive: false },
    { covers: 'all', positive: false },
    { covers: 'all', positive: true },
  ] as const;
  const cases = [2, 3].flatMap((classes) =>
    TRANSFORMS.filter((transform) => classes > 2 || transform !== 'PROBIT').flatMap((transform) =>
      kinds.map((kind) => ({ classes, transform, ...kind })),
    ),
  );
  it.each(cases)(
    'of $classes classes, $transform, weights for $covers, positive $positive',
    async ({ classes, transform, covers, positive }) => {
      const at = kinds.findIndex((kind) => kind.covers === covers && kind.positive === positive);
      for (const [i, dtype] of (['float32', 'float64', 'int64', 'int32'] as const).entries()) {
        if (i !== at % 4) continue; // one of the types with each of the kinds
        const oneEach = classes === 2 && (covers === 'one' || covers === 'all');
        for (const bases of classes === 2 && !oneEach ? [0, 1, 2] : [0, classes]) {
          const seed = i * 100 + bases * 10 + classes;
          const { attributes, thresholds } = randomTrees({
            seed,
            trees: 7,
            features: FEATURES,
            targets: classes,
            modes: MODES.slice(0, 4),
            missing: i % 2 === 0,
            kind: 'class',
            covers,
            positive,
          });
          const isText = i < 2;
          const bytes = writeModel({
            nodes: [
              {
                op: 'TreeEnsembleClassifier',
                domain: 'ai.onnx.ml',
                inputs: ['x'],
                outputs: ['label', 'y'],
                attributes: {
                  ...attributes,
                  post_transform: { string: transform },
                  ...(isText
                    ? { classlabels_strings: { strings: ['no', 'yes', 'so'].slice(0, classes) } }
                    : { classlabels_int64s: { ints: [5, 7, 9].slice(0, classes) } }),
                  ...(bases > 0 && { base_values: base(bases) }),
                },
              },
            ],
            inputs: [{ name: 'x', dtype, shape: [-1, FEATURES] }],
            outputs: [
              { name: 'label', dtype: isText ? 'string' : 'int64', shape: [-1] },
              { name: 'y', dtype: 'float32', shape: [-1, classes] },
            ],
          });
          expect(await expectAlike(bytes, rowsFor(bytes, seed, thresholds))).toBe(8);
        }
      }
    },
  );
});
