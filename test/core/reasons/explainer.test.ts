import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeModel, type ModelSpec } from '../../../core/onnx/write-model.ts';
import { makeExplainer, type Contributions } from '../../../core/reasons/explainer.ts';
import { compileModel } from '../../../core/tabular/compile-plan.ts';
import type { TabularPlan } from '../../../core/tabular/plan.ts';
import { makeModel } from '../../../core/tabular/run/tabular-model.ts';

const FEATURES = 4;
const { fround } = Math;

/** A leaf says one number for each class. */
type Tree =
  | { readonly values: readonly number[] }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly missingToYes: boolean;
      readonly yes: Tree;
      readonly no: Tree;
    };

const float = fc.oneof(
  { weight: 6, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  // Some that others swallow, so that sums cancel.
  { weight: 1, arbitrary: fc.constantFrom(fround(1e-9), fround(1e9), fround(-1e9), fround(-1e-9), 0) },
);

const treeOf = (classes: number): fc.Arbitrary<Tree> =>
  fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ values: fc.array(float, { minLength: classes, maxLength: classes }) }),
      fc.record({
        feature: fc.nat(FEATURES - 1),
        threshold: fc.constantFrom(-1, -0.5, 0, 0.25, 1),
        missingToYes: fc.boolean(),
        yes: tie('tree'),
        no: tie('tree'),
      }),
    ),
  })).tree;

const rowOf = fc.array(
  fc.oneof(fc.constantFrom(-1, -0.5, 0, 0.25, 1, NaN, Infinity), fc.float({ noNaN: true, min: -2, max: 2 })),
  {
    minLength: FEATURES,
    maxLength: FEATURES,
  },
);

const ensembleOf = (classes: number) =>
  fc.record({
    trees: fc.array(treeOf(classes), { minLength: 1, maxLength: 6 }),
    // Two classes with a base value each are mixed by the runtime, and refused.
    base: fc.array(float, { minLength: classes === 2 ? 0 : classes, maxLength: classes === 2 ? 0 : classes }),
    row: rowOf,
    index: fc.nat(classes - 1),
  });

/** The attributes of a regressor, or of a classifier where there are labels. */
function attributesOf({ trees, base, classes }: Ensemble): NonNullable<ModelSpec['nodes'][number]['attributes']> {
  const isClassifier = classes > 1;
  const what = isClassifier ? 'class' : 'target';
  const nodes: { tree: number; id: number; node: Tree; yes: number; no: number }[] = [];
  for (const [tree, root] of trees.entries()) {
    let next = 0;
    const add = (node: Tree): number => {
      const own = { tree, id: next++, node, yes: 0, no: 0 };
      nodes.push(own);
      if (!('values' in node)) [own.yes, own.no] = [add(node.yes), add(node.no)];
      return own.id;
    };
    add(root);
  }
  const leaves = nodes.flatMap(({ tree, id, node }) =>
    'values' in node ? node.values.map((value, target) => ({ tree, id, value, target })) : [],
  );
  const split = <T>(read: (node: Exclude<Tree, { values: unknown }>) => T, other: T): T[] =>
    nodes.map(({ node }) => ('values' in node ? other : read(node)));
  return {
    ...(isClassifier
      ? { classlabels_int64s: { ints: Array.from({ length: classes }, (_, i) => i) } }
      : { n_targets: { int: 1 } }),
    ...(base.length > 0 && { base_values: { floats: base } }),
    nodes_treeids: { ints: nodes.map(({ tree }) => tree) },
    nodes_nodeids: { ints: nodes.map(({ id }) => id) },
    nodes_featureids: { ints: split(({ feature }) => feature, 0) },
    nodes_modes: { strings: split(() => 'BRANCH_LEQ', 'LEAF') },
    nodes_values: { floats: split(({ threshold }) => threshold, 0) },
    nodes_truenodeids: { ints: nodes.map(({ yes }) => yes) },
    nodes_falsenodeids: { ints: nodes.map(({ no }) => no) },
    nodes_missing_value_tracks_true: { ints: split(({ missingToYes }) => Number(missingToYes), 0) },
    [`${what}_treeids`]: { ints: leaves.map(({ tree }) => tree) },
    [`${what}_nodeids`]: { ints: leaves.map(({ id }) => id) },
    [`${what}_ids`]: { ints: leaves.map(({ target }) => target) },
    [`${what}_weights`]: { floats: leaves.map(({ value }) => value) },
  };
}

interface Ensemble {
  readonly trees: readonly Tree[];
  readonly base: readonly number[];
  readonly classes: number;
}

function planOf(ensemble: Ensemble, transform: 'NONE' | 'LOGISTIC' | 'SOFTMAX' = 'NONE'): TabularPlan {
  const isClassifier = ensemble.classes > 1;
  const compiled = compileModel(
    writeModel({
      inputs: [{ name: 'x', dtype: 'float32', shape: [-1, FEATURES] }],
      outputs: [
        ...(isClassifier ? [{ name: 'label', dtype: 'int64', shape: [-1] } as const] : []),
        { name: 'score', dtype: 'float32', shape: [-1, ensemble.classes] },
      ],
      nodes: [
        {
          op: isClassifier ? 'TreeEnsembleClassifier' : 'TreeEnsembleRegressor',
          domain: 'ai.onnx.ml',
          inputs: ['x'],
          outputs: isClassifier ? ['label', 'score'] : ['score'],
          attributes: { ...attributesOf(ensemble), post_transform: { string: transform } },
        },
      ],
    }),
  );
  if ('refused' in compiled) throw new Error(compiled.refused);
  return compiled.plan;
}

const feedOf = (row: readonly number[]) => ({
  x: { dtype: 'float32', shape: [1, row.length], data: Float32Array.from(row) } as const,
});

function explained(plan: TabularPlan, row: readonly number[], index: number): Contributions {
  const explainer = makeExplainer(plan, { output: 'score', index, widthOf: () => FEATURES });
  if ('why' in explainer) throw new Error(explainer.why);
  const contributions = explainer.explain(feedOf(row));
  if (!contributions) throw new Error('nothing to explain');
  return contributions;
}

// The oracle: leaves in a list, their mean, and a walk; it shares no code with what it judges.
const leavesOf = (tree: Tree): (readonly number[])[] =>
  'values' in tree ? [tree.values] : [...leavesOf(tree.yes), ...leavesOf(tree.no)];

const meanOf = (tree: Tree, index: number): number => {
  const values = leavesOf(tree).map((leaf) => leaf[index]!);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

function oracleParts(trees: readonly Tree[], row: readonly number[], index: number): number[] {
  const parts = Array.from({ length: FEATURES }, () => 0);
  for (let tree of trees) {
    while (!('values' in tree)) {
      const value = fround(row[tree.feature]!);
      const next: Tree = value <= tree.threshold || (tree.missingToYes && Number.isNaN(value)) ? tree.yes : tree.no;
      parts[tree.feature]! += meanOf(next, index) - meanOf(tree, index);
      tree = next;
    }
  }
  return parts;
}

const inOrder = ({ base, columns, rounding }: Contributions): number =>
  columns.reduce((sum, part) => sum + part, base) + rounding;
const turnedRound = ({ base, columns, rounding }: Contributions): number =>
  columns.toReversed().reduce((sum, part) => sum + part, 0) + base + rounding;

/** Whether parts are those of the oracle, up to what double arithmetic loses of the largest number that comes into it. */
function areRight({ columns }: Contributions, expected: readonly number[], { trees, base }: Ensemble): boolean {
  const size = Math.max(...[base, ...trees.flatMap(leavesOf)].flat().map(Math.abs));
  return expected.every((part, i) => Math.abs(part - columns[i]!) <= size * 1e-12);
}

type Spoil = (found: Contributions) => Contributions;

/** The law, for the contributions as they are or as a bug would make them. */
const lawOf = (classes: number, spoil: Spoil = (found) => found) =>
  fc.property(ensembleOf(classes), ({ trees, base, row, index }) => {
    const plan = planOf({ trees, base, classes });
    const found = spoil(explained(plan, row, index));
    const score = Number(makeModel(plan).run(feedOf(row))['score']!.data[index]);
    return (
      found.margin === score &&
      inOrder(found) === score &&
      turnedRound(found) === score &&
      areRight(found, oracleParts(trees, row, index), { trees, base, classes })
    );
  });

describe('contributions of trees', () => {
  it.each([1, 2, 3, 4])(
    'sum to the margin to the bit, in any order, and are those of the oracle: %i targets',
    (classes) => {
      fc.assert(lawOf(classes), { numRuns: 300 });
    },
  );

  it.each<[string, Spoil]>([
    ['credits the neighbour', (found) => ({ ...found, columns: found.columns.map((_, i, all) => all.at(i - 1)!) })],
    ['forgets a column', (found) => ({ ...found, columns: found.columns.with(0, 0) })],
    ['leaves the base out', (found) => ({ ...found, base: 0 })],
    ['rounds as it likes', (found) => ({ ...found, columns: found.columns.map((part) => part * (1 + 2 ** -40)) })],
  ])('would not pass with a bug that %s', (_, spoil) => {
    expect(fc.check(lawOf(1, spoil), { numRuns: 300 }).failed).toBe(true);
  });
});
