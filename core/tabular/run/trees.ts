import type { ClassLabels, Floats, TreeEnsemble } from '../tree-ensemble.ts';
import { classifyRow } from './classify.ts';
import { probit } from './float32.ts';
import { packTrees, type PackedTrees } from './pack-trees.ts';
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
export function treesKernel(trees: TreeEnsemble, { input, scores, label }: Places): Kernel {
  const packed = packTrees(trees);
  const { targets, features } = trees;
  const run = trees.classifier ? undefined : targets === 1 ? oneTarget(trees, packed) : manyTargets(trees, packed);
  const outputs = { float32: Float32Array, float64: Float64Array }[trees.scores];
  return (values) => {
    const tensor = valueAt(values, input);
    const [count, columns] = matrixOf(tensor);
    if (features > columns) throw cannot(`its trees ask for ${features} features, and there are ${columns}`);
    const rows = trees.precision === 'float64' ? float64Of(tensor) : float32Of(tensor);
    const out = new outputs(count * targets);
    if (run) run(rows, count, columns, out);
    else if (trees.classifier) {
      const labels = classify(trees, packed, rows, count, columns, out);
      if (label !== null) values[label] = labelTensor(labels);
    }
    values[scores] = { dtype: trees.scores, shape: [count, targets], data: out };
  };
}

type Run = (rows: Floats, count: number, columns: number, out: Floats) => void;

function oneTarget(trees: TreeEnsemble, { roots, only, leaf }: PackedTrees): Run {
  const { aggregate, postTransform, precision, baseValues } = trees;
  const isFloat32 = precision === 'float32';
  const base = baseValues[0] ?? 0;
  const last = (sum: number): number => (postTransform === 'PROBIT' ? probit(fround(sum)) : sum);
  if (aggregate === 'MIN' || aggregate === 'MAX') {
    return (rows, count, columns, out) => {
      for (let row = 0; row < count; row++) {
        let most = only[leaf(roots[0] ?? 0, rows, row * columns)] ?? NaN;
        for (let tree = 1; tree < roots.length; tree++) {
          const weight = only[leaf(roots[tree] ?? 0, rows, row * columns)] ?? NaN;
          if (aggregate === 'MIN' ? weight < most : weight > most) most = weight;
        }
        out[row] = last(isFloat32 ? fround(most + base) : most + base);
      }
    };
  }
  const share = aggregate === 'AVERAGE' ? fround(roots.length) : 1;
  const finish = isFloat32
    ? (sum: number): number => last(fround(fround(sum / share) + base))
    : (sum: number): number => last(sum / share + base);
  const row = isFloat32
    ? (rows: Floats, from: number): number => {
        let sum = 0;
        for (let tree = 0; tree < roots.length; tree++)
          sum = fround(sum + (only[leaf(roots[tree] ?? 0, rows, from)] ?? NaN));
        return finish(sum);
      }
    : (rows: Floats, from: number): number => {
        let sum = 0;
        for (let tree = 0; tree < roots.length; tree++) sum += only[leaf(roots[tree] ?? 0, rows, from)] ?? NaN;
        return finish(sum);
      };
  return (rows, count, columns, out) => {
    for (let i = 0; i < count; i++) out[i] = row(rows, i * columns);
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
  packed: PackedTrees,
  rows: Floats,
  from: number,
  { sum, has }: Sums,
): void {
  const { roots, first, last, leaf } = packed;
  sum.fill(0);
  has.fill(0);
  for (const root of roots) {
    const at = leaf(root, rows, from);
    for (let i = first[at] ?? 0; i < (last[at] ?? 0); i++) {
      const to = target[i] ?? 0;
      const own = weight[i] ?? NaN;
      const before = sum[to] ?? 0;
      if (aggregate === 'SUM' || aggregate === 'AVERAGE') sum[to] = before + own;
      else if (has[to] === 0 || (aggregate === 'MIN' ? own < before : own > before)) sum[to] = own;
      has[to] = 1;
    }
  }
}

function manyTargets(trees: TreeEnsemble, packed: PackedTrees): Run {
  const { targets, aggregate, baseValues, postTransform } = trees;
  const sums = sumsOf(trees);
  const { sum, has } = sums;
  const share = aggregate === 'AVERAGE' ? fround(packed.roots.length) : 1;
  const hasBase = baseValues.length === targets;
  return (rows, count, columns, out) => {
    for (let row = 0; row < count; row++) {
      addLeaves(trees, packed, rows, row * columns, sums);
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
  packed: PackedTrees,
  rows: Floats,
  count: number,
  columns: number,
  out: Floats,
): ClassLabels {
  const sums = sumsOf(trees);
  const labels: (bigint | string)[] = [];
  for (let row = 0; row < count; row++) {
    addLeaves(trees, packed, rows, row * columns, sums);
    labels.push(classifyRow(trees, sums.sum, sums.has));
    out.set(sums.sum, row * trees.targets);
  }
  return trees.classifier?.labels.dtype === 'string'
    ? { dtype: 'string', values: labels.map(String) }
    : { dtype: 'int64', values: labels.map(BigInt) };
}
