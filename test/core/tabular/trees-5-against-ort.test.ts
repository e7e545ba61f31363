import { describe, expect, it } from 'vitest';
import { writeModel } from '../../../core/onnx/write-model.ts';
import type { TensorDtype } from '../../../core/onnx/dtype.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { expectAlike, rowsFor } from './support/against-ort.ts';

const FEATURES = 4;
const MEMBER = 6;

interface Drawn {
  readonly seed: number;
  readonly dtype: 'float32' | 'float64';
  readonly targets: number;
  readonly aggregate: number;
  readonly transform: number;
  /** What sets are drawn from. */
  readonly members: readonly number[];
}

/** Trees of opset 5 with splits of every kind, in which leaves are listed apart. */
function ensemble({ seed, dtype, targets, aggregate, transform, members }: Drawn): {
  bytes: Uint8Array;
  thresholds: number[];
} {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const nodes = {
    feature: [] as number[],
    mode: [] as number[],
    split: [] as number[],
    yes: [] as number[],
    no: [] as number[],
    yesLeaf: [] as number[],
    noLeaf: [] as number[],
    missing: [] as number[],
  };
  const leaves = { target: [] as number[], weight: [] as number[] };
  const add = (depth: number): number => {
    const at = nodes.feature.push(Math.floor(random() * FEATURES)) - 1;
    nodes.mode.push(pick([0, 0, 1, 2, 3, 4, 5, MEMBER]));
    nodes.split.push(pick([0, 0.5, 1, 2, 3, (random() - 0.5) * 4]));
    nodes.missing.push(random() < 0.5 ? 1 : 0);
    for (const list of [nodes.yes, nodes.no, nodes.yesLeaf, nodes.noLeaf]) list.push(0);
    for (const [child, isLeaf] of [
      [nodes.yes, nodes.yesLeaf],
      [nodes.no, nodes.noLeaf],
    ] as const) {
      if (depth > 0 && random() > 0.2) {
        child[at] = add(depth - 1);
        continue;
      }
      isLeaf[at] = 1;
      child[at] = leaves.target.push(Math.floor(random() * targets)) - 1;
      leaves.weight.push((random() - 0.5) * 2);
    }
    return at;
  };
  const roots = Array.from({ length: 6 }, () => add(3));
  const sets = nodes.mode.flatMap((mode) =>
    mode === MEMBER ? [...Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(members)), NaN] : [],
  );
  const list = (name: string, data: readonly number[], as: TensorDtype = dtype) => ({
    tensor: { name, dtype: as, shape: [data.length], data },
  });
  const bytes = writeModel({
    nodes: [
      {
        op: 'TreeEnsemble',
        domain: 'ai.onnx.ml',
        inputs: ['x'],
        outputs: ['y'],
        attributes: {
          nodes_featureids: { ints: nodes.feature },
          nodes_modes: list('modes', nodes.mode, 'uint8'),
          nodes_splits: list('splits', nodes.split),
          nodes_truenodeids: { ints: nodes.yes },
          nodes_falsenodeids: { ints: nodes.no },
          nodes_trueleafs: { ints: nodes.yesLeaf },
          nodes_falseleafs: { ints: nodes.noLeaf },
          ...(seed % 2 === 0 && { nodes_missing_value_tracks_true: { ints: nodes.missing } }),
          leaf_targetids: { ints: leaves.target },
          leaf_weights: list('weights', leaves.weight),
          ...(sets.length > 0 && { membership_values: list('members', sets) }),
          tree_roots: { ints: roots },
          n_targets: { int: targets },
          aggregate_function: { int: aggregate },
          post_transform: { int: transform },
        },
      },
    ],
    inputs: [{ name: 'x', dtype, shape: [-1, FEATURES] }],
    outputs: [{ name: 'y', dtype, shape: [-1, targets] }],
    opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 5 },
  });
  return { bytes, thresholds: [...nodes.split, ...members, ...members.map((member) => member + 0.25)] };
}

const cases = (['float32', 'float64'] as const).flatMap((dtype) =>
  [1, 3].flatMap((targets) =>
    [0, 1, 2, 3].flatMap((aggregate) => [0, 1, 2, 3, 4].map((transform) => ({ dtype, targets, aggregate, transform }))),
  ),
);

describe('trees of opset 5 answer as ONNX Runtime, to the bit', () => {
  it.each(cases.map((one, seed) => ({ ...one, seed })))(
    'of $dtype to $targets targets, $aggregate, $transform',
    async (one) => {
      // A set with a number outside of 0 to 30 cuts what it is asked for.
      const members = one.seed % 3 === 0 ? [0, 1, 2, 3, 40, -1] : [0, 1, 2, 3];
      const { bytes, thresholds } = ensemble({ ...one, members });
      expect(await expectAlike(bytes, rowsFor(bytes, one.seed, thresholds))).toBe(8);
    },
  );

  it('with sets of any numbers from 0 to 30, and no others than whole ones beyond', async () => {
    const drawn = { seed: 4, dtype: 'float32', targets: 1, aggregate: 1, transform: 0 } as const;
    const { bytes, thresholds } = ensemble({ ...drawn, members: [0.5, 1.25, 2, 30] });
    expect(await expectAlike(bytes, rowsFor(bytes, 1, thresholds))).toBe(8);
    expect(compileModel(ensemble({ ...drawn, members: [0.5, 31] }).bytes)).toEqual({
      refused: expect.stringMatching(/TreeEnsemble: membership_values holds .*31.*all must be whole/),
    });
  });
});
