import type { Dtype } from '../../../schema/common.ts';
import type { ServingDeployment } from '../../serving/deployment.ts';
import type { JsonObject } from '../request-body.ts';

type Text = string | null;

/** What a deployment's recipes know by name: inputs and features, with their types. */
export interface Fields {
  readonly inputs: ReadonlyMap<string, Dtype>;
  readonly features: ReadonlyMap<string, Dtype>;
}

export function fieldsOf({ plans }: ServingDeployment): Fields {
  const inputs = new Map<string, Dtype>();
  const features = new Map<string, Dtype>();
  for (const plan of plans.values()) {
    for (const [name, { dtype }] of plan.inputs) inputs.set(name, dtype);
    for (const [name, dtype] of plan.featureTypes) features.set(name, dtype);
  }
  return { inputs, features };
}

/** The features of a row apart from its inputs; a name that is neither counts as an input, which refuses it. */
export function requestOf(row: JsonObject, { inputs, features }: Fields): { inputs: JsonObject; features: JsonObject } {
  const isFeature = ([name]: [string, unknown]): boolean => features.has(name) && !inputs.has(name);
  const entries = Object.entries(row);
  return {
    inputs: Object.fromEntries(entries.filter((entry) => !isFeature(entry))),
    features: Object.fromEntries(entries.filter(isFeature)),
  };
}

/** What pandas reads as a missing value, other than an empty cell. */
const MISSING = ['NaN', 'nan', 'NA', 'N/A', '<NA>', 'null', 'NULL', 'None'];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const TRUTH: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

/** A cell of CSV as its field is declared; text that is no such value stays text, which the recipe refuses by name. */
export function valueOfCell(cell: Text, dtype: Dtype | undefined): unknown {
  if (cell === null || dtype === undefined || dtype === 'STRING') return cell;
  if (MISSING.includes(cell)) return null;
  if (dtype === 'TIMESTAMP') return cell;
  if (dtype === 'BOOL') return Object.hasOwn(TRUTH, cell) ? TRUTH[cell] : cell;
  if (!NUMBER.test(cell)) return cell;
  const number = Number(cell);
  return dtype === 'INT64' && !Number.isSafeInteger(number) ? cell : number;
}
