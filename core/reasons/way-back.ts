import type { LinearStep, PlanStep, TabularPlan, TreeStep } from '../tabular/plan.ts';
import { headOf, type Head, type Refused } from './head.ts';
import type { Link } from './link.ts';
import { CONSTANT, type Origin } from './origins.ts';

/** The trees or the linear model that one number of the answer comes from, and how. */
export interface WayBack {
  /** Its position among the steps. */
  readonly at: number;
  readonly model: TreeStep | LinearStep;
  readonly head: Head;
  /** The margin is `shift + factor * (the margin of the head)`. */
  readonly factor: number;
  readonly shift: number;
  readonly link: Link;
}

/** One step on the way from a model to the answer. */
type Change =
  | { readonly kind: 'AFFINE'; readonly factor: number; readonly shift: number }
  | { readonly kind: 'LINK'; readonly link: Link }
  /** Shares of so many numbers: those of probabilities that sum to 1 are what they were. */
  | { readonly kind: 'SHARES'; readonly of: number };

/** Goes back from a number of an output to the one model that it comes from. */
export function wayBack(
  plan: TabularPlan,
  origins: ReadonlyMap<string, Origin>,
  { output, index }: { readonly output: string; readonly index: number },
): WayBack | Refused {
  const changes: Change[] = [];
  let value = plan.outputs.find(({ name }) => name === output)?.value ?? output;
  let position = index;
  for (let at = plan.steps.length - 1; at >= 0; at--) {
    const step = plan.steps[at];
    if (!step || !makes(step, value)) continue;
    if (step.kind === 'TREES' || step.kind === 'LINEAR') {
      if (value !== step.scores) return { why: 'a label is no sum: ask for a score' };
      const head = headOf(step, position);
      return 'why' in head ? head : settled(at, step, head, changes.toReversed());
    }
    const before = stepBack(step, position, plan, origins);
    if ('why' in before) return before;
    if (before.change) changes.push(before.change);
    ({ value, position } = before);
  }
  return { why: 'it comes from no trees and no linear model' };
}

const makes = (step: PlanStep, value: string): boolean =>
  step.kind === 'TREES' || step.kind === 'LINEAR'
    ? step.scores === value || step.label === value
    : step.output === value;

interface Before {
  readonly value: string;
  readonly position: number;
  readonly change?: Change;
}

function stepBack(
  step: Exclude<PlanStep, TreeStep | LinearStep>,
  position: number,
  { constants }: TabularPlan,
  origins: ReadonlyMap<string, Origin>,
): Before | Refused {
  switch (step.kind) {
    case 'CAST':
    case 'RESHAPE':
    case 'SQUEEZE':
    case 'FLATTEN':
      return { value: step.input, position };
    case 'EXTRACT':
      return { value: step.input, position: step.columns[position] ?? position };
    case 'CONCAT': {
      let left = position;
      for (const value of step.inputs) {
        const length = origins.get(value)?.columns.length ?? 0;
        if (left < length) return { value, position: left };
        left -= length;
      }
      return { why: 'its output is shorter than the place of its score' };
    }
    case 'ACTIVATION':
      return {
        value: step.input,
        position,
        change: { kind: 'LINK', link: step.activation === 'Sigmoid' ? 'LOGISTIC' : 'OTHER' },
      };
    case 'SOFTMAX':
      return { value: step.input, position, change: { kind: 'LINK', link: step.isLog ? 'OTHER' : 'SOFTMAX' } };
    case 'SCALE': {
      const at = step.scale.length > 1 ? position : 0;
      const [scale, offset] = [step.scale[at] ?? NaN, step.offset[at] ?? NaN];
      return { value: step.input, position, change: { kind: 'AFFINE', factor: scale, shift: -offset * scale } };
    }
    case 'NORMALIZE': {
      if (step.norm !== 'L1') return { why: `its scores go through the norm ${step.norm}` };
      const of = origins.get(step.input)?.columns.length ?? 0;
      return { value: step.input, position, change: { kind: 'SHARES', of } };
    }
    case 'ARITHMETIC': {
      const isLeft = (origins.get(step.right)?.columns ?? []).every((column) => column === CONSTANT);
      const [value, by] = isLeft ? [step.left, step.right] : [step.right, step.left];
      const known = constants.get(by)?.data;
      if (!known) return { why: `two values that are computed go into its ${step.operation}` };
      const change = affineOf(step.operation, Number(known[position % known.length]), isLeft);
      return 'why' in change ? change : { value, position, change };
    }
    case 'BINARIZE':
    case 'ENCODE':
    case 'IMPUTE':
    case 'ONE_HOT':
    default:
      return { why: `its scores go through a ${step.kind} step` };
  }
}

const affine = (factor: number, shift: number): Change => ({ kind: 'AFFINE', factor, shift });

function affineOf(operation: 'Add' | 'Sub' | 'Mul' | 'Div', by: number, isLeft: boolean): Change | Refused {
  if (operation === 'Add') return affine(1, by);
  if (operation === 'Mul') return affine(by, 0);
  if (operation === 'Sub') return isLeft ? affine(1, -by) : affine(-1, by);
  return isLeft ? affine(1 / by, 0) : { why: 'a number is divided by its score' };
}

/** What stands before the first link goes into the margin; what turns a probability round turns the margin round. */
function settled(at: number, model: WayBack['model'], head: Head, changes: readonly Change[]): WayBack | Refused {
  let [factor, shift] = [1, 0];
  let { link } = head;
  for (const change of changes) {
    if (change.kind === 'SHARES') {
      // Of two classes the one is what the other leaves; whoever takes an answer apart holds that against the score.
      if (link !== 'SOFTMAX' && !(link === 'LOGISTIC' && change.of === 2)) link = 'OTHER';
    } else if (change.kind === 'LINK') {
      // Classes stand against each other by their sums alone, which no step in between may have moved.
      const isMoved = factor !== 1 || shift !== 0 || head.sign !== 1 || head.shift !== 0;
      link = link === 'NONE' && !(change.link === 'SOFTMAX' && isMoved) ? change.link : 'OTHER';
    } else if (link === 'NONE') [factor, shift] = [factor * change.factor, shift * change.factor + change.shift];
    else if (link === 'LOGISTIC' && change.factor === -1 && change.shift === 1) [factor, shift] = [-factor, -shift];
    else if (change.factor !== 1 || change.shift !== 0) {
      if (change.factor < 0) [factor, shift] = [-factor, -shift];
      link = 'OTHER';
    }
  }
  return { at, model, head, factor, shift, link };
}
