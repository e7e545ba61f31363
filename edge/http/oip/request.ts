import { DomainError } from '../../../core/errors.ts';
import type { ReadyModel } from '../../recipe/plan.ts';
import type { Tensor } from '../../../core/tensor/tensor.ts';
import type { InferRequest } from '../../serving/inference.ts';
import type { ServingDeployment } from '../../serving/deployment.ts';
import { valueOf } from '../../../core/recipe/value.ts';
import { isObject, type JsonObject } from '../request-body.ts';
import type { BinaryTail } from './binary.ts';
import { readInput } from './tensor.ts';

const MOST_ROWS = 1_000;

const wrong = (message: string, field: string, allowed: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', message, { field, allowed });

/** What the protocol lets a request carry beside its tensors. */
export function readParameters(body: JsonObject): {
  readonly id: string | null;
  readonly parameters: JsonObject;
} {
  const { id = null, parameters = {} } = body;
  if (id !== null && typeof id !== 'string') {
    throw new DomainError('INVALID_INPUT', '"id" is text', { field: 'id', allowed: ['text'] });
  }
  if (!isObject(parameters))
    throw new DomainError('INVALID_INPUT', '"parameters" is an object', { field: 'parameters' });
  return { id, parameters };
}

/** How messages name what stands at a path: tensors go by their names. */
export function fieldAt(path: readonly string[], { inputs }: JsonObject): string {
  const [list, position, ...rest] = path;
  const tensor = list === 'inputs' && Array.isArray(inputs) ? (inputs as readonly unknown[])[Number(position)] : null;
  if (!isObject(tensor) || typeof tensor['name'] !== 'string' || rest[0] !== 'data') return path.join('.');
  return `${tensor['name']}.${rest.map((key, i) => (i === 0 ? key : `[${key}]`)).join('')}`;
}

/**
 * Parameters that are inputs of the recipe stand for these where traffic looks at them. One of another type would be
 * outside every split without a word. Throws INVALID_INPUT that names it.
 */
export function checkTrafficInputs({ plans }: ServingDeployment, parameters: JsonObject): void {
  for (const [name, value] of Object.entries(parameters)) {
    for (const { inputs } of plans.values()) {
      const input = inputs.get(name);
      if (input && value !== null) valueOf(input.dtype, value, name);
    }
  }
}

/** Throws INVALID_INPUT and LIMIT_EXCEEDED that name the tensor and what the model takes. */
export function readInfer(model: ReadyModel, body: JsonObject, tail: BinaryTail | null): InferRequest {
  const { contract } = model.file;
  const names = contract.inputs.map(({ name }) => name);
  if (!Array.isArray(body['inputs'])) throw wrong('"inputs" is a list of tensors', 'inputs', names);
  const inputs: Record<string, Tensor> = {};
  for (const given of body['inputs'] as readonly unknown[]) {
    const [name, tensor] = readInput(given, contract.inputs, tail);
    if (Object.hasOwn(inputs, name)) throw wrong(`input "${name}" is there twice`, name, names);
    inputs[name] = tensor;
  }
  const missing = names.find((name) => !Object.hasOwn(inputs, name));
  if (missing !== undefined) throw wrong(`input "${missing}" is missing`, missing, names);
  tail?.finish();
  return { inputs, rows: rowsOf(model, inputs), outputs: outputsOf(model, body['outputs']) };
}

/** How many rows there are: the inputs whose first dimension is free must agree. */
function rowsOf({ file }: ReadyModel, inputs: Readonly<Record<string, Tensor>>): number {
  let rows: number | undefined;
  for (const { name, shape } of file.contract.inputs) {
    const own = (shape[0] ?? 0) < 0 ? inputs[name]?.shape[0] : undefined;
    if (own !== undefined && rows !== undefined && own !== rows) {
      throw new DomainError('INVALID_INPUT', `input "${name}" has ${own} rows and another has ${rows}`, {
        field: `${name}.shape`,
        allowed: ['the same number of rows in each input'],
      });
    }
    rows ??= own;
  }
  if (rows !== undefined && rows > MOST_ROWS) {
    throw new DomainError('LIMIT_EXCEEDED', `a request has at most ${MOST_ROWS} rows, not ${rows}`, {
      field: 'inputs',
      allowed: [`at most ${MOST_ROWS} rows`],
    });
  }
  return rows ?? 1;
}

function outputsOf({ file: { contract } }: ReadyModel, wanted: unknown): readonly string[] {
  const names = contract.outputs.map(({ name }) => name);
  if (wanted === undefined || wanted === null) return names;
  if (!Array.isArray(wanted)) throw wrong('"outputs" is a list of {"name": …}', 'outputs', names);
  const chosen = (wanted as readonly unknown[]).map((one) => {
    if (!isObject(one)) throw wrong('"outputs" is a list of {"name": …}', 'outputs', names);
    const { name, parameters } = one;
    if (isObject(parameters) && Number(parameters['classification'] ?? 0) !== 0) throw noClassification(name);
    if (typeof name !== 'string' || !names.includes(name)) {
      throw wrong(
        `the model has no output ${JSON.stringify(name) ?? 'without a name'}, only ${names.join(', ')}`,
        'outputs',
        names,
      );
    }
    return name;
  });
  if (new Set(chosen).size < chosen.length) throw wrong('an output is asked for twice', 'outputs', names);
  return chosen.length > 0 ? chosen : names;
}

const noClassification = (output: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `"classification" of the output ${JSON.stringify(output)} is not answered here`, {
    field: `${String(output)}.parameters.classification`,
    allowed: ['none: the values of the output, which the caller can sort'],
  });

/** The outputs that are wanted as bytes: as each says, else as the request says for all. */
export function binaryOutputs({ parameters, outputs }: JsonObject): (name: string) => boolean {
  const all = isObject(parameters) && parameters['binary_data_output'] === true;
  const own = new Map(
    (Array.isArray(outputs) ? (outputs as readonly unknown[]) : []).filter(isObject).map((one) => {
      const chosen = isObject(one['parameters']) ? one['parameters']['binary_data'] : undefined;
      return [one['name'], typeof chosen === 'boolean' ? chosen : all] as const;
    }),
  );
  return (name) => own.get(name) ?? all;
}
