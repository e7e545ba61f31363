import type { Dtype } from '../../../schema/common.ts';
import type { Recipe } from '../../../schema/recipe.ts';
import type { Contract, TensorSpec } from '../../../schema/release.ts';
import type { Problem } from './recipe-check.ts';

const INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'];
const FLOATS = ['float32', 'float64'];

/** Which tensors a value may go into without losing what it says; a TIMESTAMP goes in as milliseconds. */
const FITS: Readonly<Record<Dtype, readonly string[]>> = {
  FLOAT64: FLOATS,
  INT64: [...FLOATS, ...INTEGERS],
  BOOL: ['bool', ...FLOATS, ...INTEGERS],
  STRING: ['string'],
  TIMESTAMP: ['float64', 'int64'],
};

/** What is wrong with the columns that are fed to the model's tensors. */
export function bindingProblems(recipe: Recipe, { inputs }: Contract, names: ReadonlyMap<string, Dtype>): Problem[] {
  const problems: Problem[] = [];
  const optional = new Set(recipe.inputs.filter(({ required }) => !required).map(({ name }) => name));
  const bindings = recipe.models[0]?.inputs ?? [];
  const fed = new Set<string>();
  for (const [i, { tensor, columns }] of bindings.entries()) {
    const field = `models.0.inputs.${i}`;
    const spec = inputs.find(({ name }) => name === tensor);
    if (fed.has(tensor)) problems.push({ field: `${field}.tensor`, message: `"${tensor}" is fed twice` });
    fed.add(tensor);
    if (!spec) {
      const allowed = inputs.map(({ name }) => name);
      problems.push({ field: `${field}.tensor`, message: `the model has no input "${tensor}"`, allowed });
      continue;
    }
    for (const [j, column] of columns.entries()) {
      const message = columnProblem(column, spec, names, optional);
      if (message !== undefined) problems.push({ field: `${field}.columns.${j}`, message });
    }
    if (!fillsRow(spec.shape, columns.length)) {
      const shape = spec.shape.join(', ');
      problems.push({
        field: `${field}.columns`,
        message: `${columns.length} columns do not fill one row of "${tensor}" [${shape}]`,
      });
    }
  }
  for (const { name } of inputs) {
    if (!fed.has(name)) problems.push({ field: 'models.0.inputs', message: `the model's input "${name}" is not fed` });
  }
  return problems;
}

function columnProblem(
  column: string,
  { name, dtype }: TensorSpec,
  names: ReadonlyMap<string, Dtype>,
  optional: ReadonlySet<string>,
): string | undefined {
  const type = names.get(column);
  if (type === undefined) return `"${column}" is no input, feature or derived field`;
  if (!FITS[type].includes(dtype)) return `"${column}" is ${type} and does not go into "${name}", which is ${dtype}`;
  if (optional.has(column) && !dtype.startsWith('float')) {
    return `"${column}" may be left out, and "${name}", which is ${dtype}, has no value for that`;
  }
  return undefined;
}

/** One row: a free first dimension is the batch; the last of the other free ones takes what the rest leave. */
function fillsRow(declared: readonly number[], columns: number): boolean {
  const known = declared.reduce((count, size) => count * (size < 0 ? 1 : size), 1);
  const open = declared.some((size, axis) => size < 0 && (axis > 0 || declared.length === 1));
  return known === columns || (open && known > 0 && columns % known === 0);
}
