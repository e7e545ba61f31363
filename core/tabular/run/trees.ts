import { NODE, THRESHOLD, type PackedTrees } from '../packed-trees.ts';
import type { TreeStep } from '../plan.ts';
import type { ClassLabels, Floats, TreeEnsemble } from '../tree-ensemble.ts';
import { classifyRow } from './classify.ts';
import { probit } from './float32.ts';
import { leafFinder, type FindLeaf } from './leaf-finder.ts';
import { transformScores } from './post-transform.ts';
import { cannot, float32Of, float64Of, labelTensor, matrixOf, valueAt, type Kernel } from './value.ts';

const { fround } = Math;

interface Places {
  readonly input: number;
  readonly scores: number;
  /** Null: nobody asks for the label. */
  readonly label: number | null;
}

/** Trees are added up in their order, each sum rounded as their type is; base values come last. */
export function treesKernel({ trees, packed }: TreeStep, { input, scores, label }: Places): Kernel {
  const walk = walkOf(trees, packed);
  const { targets, features } = trees;
  const run = trees.classifier ? undefined : targets === 1 ? oneTarget(trees, walk) : manyTargets(trees, walk);
  const outputs = { float32: Float32Array, float64: Float64Array }[trees.scores];
  return (values) => {
    const tensor = valueAt(values, input);
    const [count, columns] = matrixOf(tensor);
    if (features > columns) throw cannot(`its trees ask for ${features} features, and there are ${columns}`);
    const rows = trees.precision === 'float64' ? float64Of(tensor) : float32Of(tensor);
    const out = new outputs(count * targets);
    if (run) run(rows, count, columns, out);
    else if (trees.classifier) {
      const labels = classify(trees, walk, rows, count, columns, out);
      if (label !== null) values[label] = labelTensor(labels);
    }
    values[scores] = { dtype: trees.scores, shape: [count, targets], data: out };
  };
}

/** How rows find their leaves, and what those hold. */
interface Walk {
  readonly packed: PackedTrees | null;
  readonly roots: Int32Array;
  readonly leaf: FindLeaf;
  /** Where the weights of a leaf begin and end. */
  readonly first: (leaf: number) => number;
  readonly last: (leaf: number) => number;
}

function walkOf(trees: TreeEnsemble, packed: PackedTrees | null): Walk {
  const leaf = leafFinder(trees, packed);
  if (!packed)
    return { packed, roots: trees.roots, leaf, first: (at) => trees.yes[at] ?? 0, last: (at) => trees.no[at] ?? 0 };
  const { roots, first, last } = packed;
  return { packed, roots, leaf, first: (at) => first[at / NODE] ?? 0, last: (at) => last[at / NODE] ?? 0 };
}

type Run = (rows: Floats, count: number, columns: number, out: Floats) => void;

function oneTarget(trees: TreeEnsemble, { packed, roots, leaf, first }: Walk): Run {
  const { aggregate, postTransform, precision, baseValues, weight } = trees;
  const isFloat32 = precision === 'float32';
  const base = baseValues[0] ?? 0;
  const share = aggregate === 'AVERAGE' ? fround(roots.length) : 1;
  const last = (sum: number): number => (postTransform === 'PROBIT' ? probit(fround(sum)) : sum);
  const finish = isFloat32
    ? (sum: number): number => last(fround(fround(sum / share) + base))
    : (sum: number): number => last(sum / share + base);
  const weightAt = (root: number, rows: Floats, from: number): number => weight[first(leaf(root, rows, from))] ?? NaN;
  if (aggregate === 'MIN' || aggregate === 'MAX') {
    return (rows, count, columns, out) => {
      for (let row = 0; row < count; row++) {
        let most = weightAt(roots[0] ?? 0, rows, row * columns);
        for (let tree = 1; tree < roots.length; tree++) {
          const own = weightAt(roots[tree] ?? 0, rows, row * columns);
          if (aggregate === 'MIN' ? own < most : own > most) most = own;
        }
        out[row] = finish(most);
      }
    };
  }
  if (isFloat32 && packed) {
    const { floats } = packed;
    // Tree after tree for all rows: the nodes of one stay near the processor. Lists of float32 round each sum.
    return (rows, count, columns, out) => {
      for (let tree = 0; tree < roots.length; tree++) {
        const root = roots[tree] ?? 0;
        for (let row = 0; row < count; row++)
          out[row] = (out[row] ?? 0) + (floats[leaf(root, rows, row * columns) + THRESHOLD] ?? NaN);
      }
      for (let row = 0; row < count; row++) out[row] = finish(out[row] ?? 0);
    };
  }
  return (rows, count, columns, out) => {
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let tree = 0; tree < roots.length; tree++) {
        sum += weightAt(roots[tree] ?? 0, rows, row * columns);
        if (isFloat32) sum = fround(sum);
      }
      out[row] = finish(sum);
    }
  };
}

/** The sums of one row by target, and which of them any leaf has added to. */
interface Sums {
  readonly sum: Floats;
  readonly has: Uint8Array;
}

function sumsOf(trees: TreeEnsemble): Sums {
  const floats = { float32: Float32Array, float64: Float64Array }[trees.precision];
  return { sum: new floats(trees.targets), has: new Uint8Array(trees.targets) };
}

/** Adds up the leaves that a row reaches. Lists of float32 round what is put into them. */
function addLeaves(
  { aggregate, target, weight }: TreeEnsemble,
  { roots, first, last, leaf }: Walk,
  rows: Floats,
  from: number,
  { sum, has }: Sums,
): void {
  sum.fill(0);
  has.fill(0);
  for (const root of roots) {
    const at = leaf(root, rows, from);
    for (let i = first(at); i < last(at); i++) {
      const to = target[i] ?? 0;
      const own = weight[i] ?? NaN;
      const before = sum[to] ?? 0;
      if (aggregate === 'SUM' || aggregate === 'AVERAGE') sum[to] = before + own;
      else if (has[to] === 0 || (aggregate === 'MIN' ? own < before : own > before)) sum[to] = own;
      has[to] = 1;
    }
  }
}

function manyTargets(trees: TreeEnsemble, walk: Walk): Run {
  const { targets, aggregate, baseValues, postTransform } = trees;
  const sums = sumsOf(trees);
  const { sum, has } = sums;
  const share = aggregate === 'AVERAGE' ? fround(walk.roots.length) : 1;
  const hasBase = baseValues.length === targets;
  return (rows, count, columns, out) => {
    for (let row = 0; row < count; row++) {
      addLeaves(trees, walk, rows, row * columns, sums);
      for (let i = 0; i < targets; i++) {
        if (share !== 1) sum[i] = (sum[i] ?? 0) / share;
        // A target that no leaf adds to comes out as zero, whatever its base value.
        sum[i] = has[i] === 1 ? (sum[i] ?? 0) + (hasBase ? (baseValues[i] ?? 0) : 0) : 0;
      }
      transformScores(sum, 0, targets, postTransform);
      out.set(sum, row * targets);
    }
  };
}

/** Fills the scores of each row, and gives their classes. */
function classify(
  trees: TreeEnsemble,
  walk: Walk,
  rows: Floats,
  count: number,
  columns: number,
  out: Floats,
): ClassLabels {
  const sums = sumsOf(trees);
  const labels: (bigint | string)[] = [];
  for (let row = 0; row < count; row++) {
    addLeaves(trees, walk, rows, row * columns, sums);
    labels.push(classifyRow(trees, sums.sum, sums.has));
    out.set(sums.sum, row * trees.targets);
  }
  return trees.classifier?.labels.dtype === 'string'
    ? { dtype: 'string', values: labels.map(String) }
    : { dtype: 'int64', values: labels.map(BigInt) };
}
