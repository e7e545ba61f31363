import type { Tensor } from '../tensor/tensor.ts';
import type { PlanStep, TabularPlan } from '../tabular/plan.ts';

/** What is known of a value of one row without running it: how many numbers it has, and where each comes from. */
export interface Origin {
  /** The column of the inputs, counted over all of them; `CONSTANT`, or `MIXED` where it comes from several or a model. */
  readonly columns: Int32Array;
}

export const CONSTANT = -1;
export const MIXED = -2;

const same = (length: number, column: number): Origin => ({ columns: new Int32Array(length).fill(column) });

/** Where the numbers of each value come from, by its name, for one row of inputs with so many columns. */
export function originsOf(plan: TabularPlan, widthOf: (input: string) => number): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  let first = 0;
  for (const { name } of plan.inputs) {
    const width = widthOf(name);
    origins.set(name, { columns: Int32Array.from({ length: width }, (_, i) => first + i) });
    first += width;
  }
  for (const [name, tensor] of plan.constants) origins.set(name, same(lengthOf(tensor), CONSTANT));
  for (const step of plan.steps) for (const [name, origin] of made(step, origins)) origins.set(name, origin);
  return origins;
}

const lengthOf = ({ data }: Tensor): number => data.length;

function made(step: PlanStep, origins: ReadonlyMap<string, Origin>): readonly (readonly [string, Origin])[] {
  const of = (name: string): Int32Array => origins.get(name)?.columns ?? new Int32Array();
  switch (step.kind) {
    case 'TREES': {
      const scores = [step.scores, same(step.trees.targets, MIXED)] as const;
      return step.label === null ? [scores] : [scores, [step.label, same(1, MIXED)]];
    }
    case 'LINEAR': {
      const { classifier, targets } = step.model;
      const scores = [step.scores, same(classifier ? classifier.labels.values.length : targets, MIXED)] as const;
      return step.label === null ? [scores] : [scores, [step.label, same(1, MIXED)]];
    }
    case 'CONCAT':
      return [[step.output, { columns: Int32Array.from(step.inputs.flatMap((input) => [...of(input)])) }]];
    case 'EXTRACT':
      return [[step.output, { columns: step.columns.map((column) => of(step.input)[column] ?? MIXED) }]];
    case 'ONE_HOT':
      return [
        [step.output, { columns: Int32Array.from([...of(step.input)].flatMap((from) => repeated(from, step.width))) }],
      ];
    case 'ARITHMETIC':
      return [[step.output, { columns: together(of(step.left), of(step.right)) }]];
    case 'NORMALIZE':
    case 'SOFTMAX':
      return [[step.output, same(of(step.input).length, MIXED)]];
    case 'ACTIVATION':
    case 'BINARIZE':
    case 'CAST':
    case 'ENCODE':
    case 'FLATTEN':
    case 'IMPUTE':
    case 'RESHAPE':
    case 'SCALE':
    case 'SQUEEZE':
    default:
      return [[step.output, { columns: of(step.input) }]];
  }
}

const repeated = (value: number, times: number): readonly number[] => Array.from({ length: times }, () => value);

/** Value by value; the shorter one is repeated. */
function together(left: Int32Array, right: Int32Array): Int32Array {
  const length = Math.max(left.length, right.length);
  return Int32Array.from({ length }, (_, i) => {
    const [a, b] = [left[i % left.length] ?? MIXED, right[i % right.length] ?? MIXED];
    if (a === b || b === CONSTANT) return a;
    return a === CONSTANT ? b : MIXED;
  });
}
