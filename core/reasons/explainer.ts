import type { TensorMap } from '../tensor/tensor.ts';
import type { LinearStep, TabularPlan, TreeStep } from '../tabular/plan.ts';
import { makeModel } from '../tabular/run/tabular-model.ts';
import { float32Of } from '../tabular/run/value.ts';
import { exactSum } from './exact-sum.ts';
import type { Refused } from './head.ts';
import { addLinearParts, explainLinear } from './linear-parts.ts';
import { SCORE_OF, type Link } from './link.ts';
import { CONSTANT, MIXED, originsOf } from './origins.ts';
import { addTreeParts, explainTrees } from './tree-parts.ts';
import { wayBack, type WayBack } from './way-back.ts';

/** What each column of the inputs contributes to the margin of one answer. */
export interface Contributions {
  /** The margin without any column. */
  readonly base: number;
  /** By column, counted over all inputs in their order. */
  readonly columns: Float64Array;
  readonly rounding: number;
  /** base + all of columns + rounding, exactly, in whatever order. */
  readonly margin: number;
  /** The score that any margin in its place would give; undefined where the link is not known. */
  readonly scoreOf: ((margin: number) => number) | undefined;
}

/** Takes the answers of one model apart. */
export interface Explainer {
  /** What makes the score of the margin. */
  readonly link: Link;
  /** Throws INVALID_INPUT for tensors that the model cannot run on; undefined where a number is not finite. */
  explain(inputs: TensorMap): Contributions | undefined;
}

/** The number of a model's answer that is to be explained, and how many columns each of its inputs has. */
export interface ExplainedScore {
  readonly output: string;
  readonly index: number;
  readonly widthOf: (input: string) => number;
}

/** Makes ready to explain one number that a model gives; answers why it cannot be where it cannot. */
export function makeExplainer(plan: TabularPlan, { output, index, widthOf }: ExplainedScore): Explainer | Refused {
  const origins = originsOf(plan, widthOf);
  const way = wayBack(plan, origins, { output, index });
  if ('why' in way) return way;
  const { model, at, head, link } = way;
  const from = origins.get(model.input)?.columns ?? new Int32Array();
  if (from.includes(MIXED)) {
    return {
      why: 'what it reads is mixed by another model or a norm over the row: it is a neural net, or two models in a row',
    };
  }
  const part = partOf(model, head.target);
  if ('why' in part) return part;
  const half = makeModel({
    ...plan,
    steps: [...plan.steps.slice(0, at), bare(model)],
    outputs: [
      { name: 'row', value: model.input },
      { name: 'sums', value: model.scores },
    ],
  });
  const width = plan.inputs.reduce((sum, { name }) => sum + widthOf(name), 0);
  const sign = head.sign * way.factor;
  return {
    link,
    explain(inputs) {
      const { row, sums } = half.run(inputs);
      if (!row || !sums) return undefined;
      const read = row.data instanceof Float64Array && part.precision === 'float64' ? row.data : float32Of(row);
      const parts = new Float64Array(from.length);
      part.add(read, parts);
      const columns = new Float64Array(width);
      let base = part.base;
      for (let i = 0; i < parts.length; i++) {
        const column = from[i] ?? CONSTANT;
        if (column === CONSTANT) base += parts[i] ?? 0;
        else columns[column] = (columns[column] ?? 0) + (parts[i] ?? 0);
      }
      const margins = Array.from({ length: sums.data.length }, (_, i) => marginOf(part, way, Number(sums.data[i]), i));
      const scoreOf = SCORE_OF[link];
      const own = margins[head.target] ?? NaN;
      const exact = exactSum(
        placed(way, base),
        columns.map((value) => value * sign),
        own,
      );
      return (
        exact && {
          base: exact.base,
          columns: exact.parts,
          rounding: exact.rounding,
          margin: exact.total,
          scoreOf: scoreOf && ((margin) => scoreOf(margin, margins, head.target)),
        }
      );
    },
  };
}

/** The sums alone: what becomes of them is the way back's to say. */
const bare = (step: TreeStep | LinearStep): TreeStep | LinearStep =>
  step.kind === 'TREES'
    ? { ...step, label: null, trees: { ...step.trees, classifier: null, postTransform: 'NONE' } }
    : { ...step, label: null, model: { ...step.model, classifier: null, postTransform: 'NONE' } };

interface Part {
  readonly precision: 'float32' | 'float64';
  /** What a sum is expected to be without any column. */
  readonly base: number;
  readonly add: (row: ArrayLike<number>, parts: Float64Array) => void;
  /** What the model adds to a sum that its bare form leaves out. */
  readonly left: (target: number) => number;
}

function partOf(step: TreeStep | LinearStep, target: number): Part | Refused {
  if (step.kind === 'LINEAR') {
    const linear = explainLinear(step.model, target);
    const add: Part['add'] = (row, parts) => addLinearParts(linear, row, parts);
    return { precision: 'float32', base: linear.base, add, left: () => 0 };
  }
  const { trees } = step;
  const baseOf = (wanted: number): number => baseOfTarget(trees, wanted);
  const explained = explainTrees(trees, target, baseOf(target));
  if ('why' in explained) return explained;
  const isIn = trees.targets === 1 || trees.baseValues.length === trees.targets;
  return {
    precision: trees.precision,
    base: explained.base,
    add: (row, parts) => addTreeParts(explained, row, parts),
    left: (wanted) => (isIn ? 0 : baseOf(wanted)),
  };
}

/** As the runtime adds base values: a regressor of several targets takes one for each or none. */
function baseOfTarget({ classifier, targets, baseValues }: TreeStep['trees'], target: number): number {
  if (!classifier && targets > 1 && baseValues.length !== targets) return 0;
  return baseValues[target] ?? 0;
}

const placed = ({ head, factor, shift }: WayBack, sum: number): number =>
  (head.shift + head.sign * sum) * factor + shift;

function marginOf(part: Part, way: WayBack, sum: number, target: number): number {
  const left = part.left(target);
  const whole = left === 0 ? sum : part.precision === 'float32' ? Math.fround(sum + left) : sum + left;
  return placed(way, whole);
}
