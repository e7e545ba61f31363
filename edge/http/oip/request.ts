import { DomainError } from '../../../core/errors.ts';
import type { ReadyPlan } from '../../recipe/run.ts';
import type { Tensor } from '../../../core/tensor/tensor.ts';
import type { InferRequest } from '../../serving/inference.ts';
import { isObject } from '../request-body.ts';
import { noBinary, readInput } from './tensor.ts';

const MOST_ROWS = 1_000;

const wrong = (message: string, field: string, allowed: readonly string[]): DomainError =>
  new DomainError('INVALID_INPUT', message, { field, allowed });

/** What the protocol lets a request carry beside its tensors. */
export function readParameters(body: Readonly<Record<string, unknown>>): {
  readonly id: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
} {
  const { id = null, parameters = {} } = body;
  if (id !== null && typeof id !== 'string') {
    throw new DomainError('INVALID_INPUT', '"id" is text', { field: 'id', allowed: ['text'] });
  }
  if (!isObject(parameters))
    throw new DomainError('INVALID_INPUT', '"parameters" is an object', { field: 'parameters' });
  if (parameters['binary_data_output'] === true) throw noBinary();
  return { id, parameters };
}

/** Throws INVALID_INPUT and LIMIT_EXCEEDED that name the tensor and what the model takes. */
export function readInfer(plan: ReadyPlan, body: Readonly<Record<string, unknown>>): InferRequest {
  const { contract } = plan.model;
  const names = contract.inputs.map(({ name }) => name);
  if (!Array.isArray(body['inputs'])) throw wrong('"inputs" is a list of tensors', 'inputs', names);
  const inputs: Record<string, Tensor> = {};
  for (const given of body['inputs'] as readonly unknown[]) {
    const [name, tensor] = readInput(given, contract.inputs);
    if (Object.hasOwn(inputs, name)) throw wrong(`input "${name}" is there twice`, name, names);
    inputs[name] = tensor;
  }
  const missing = names.find((name) => !Object.hasOwn(inputs, name));
  if (missing !== undefined) throw wrong(`input "${missing}" is missing`, missing, names);
  return { inputs, rows: rowsOf(plan, inputs), outputs: outputsOf(plan, body['outputs']) };
}

/** How many rows there are: the inputs whose first dimension is free must agree. */
function rowsOf({ model }: ReadyPlan, inputs: Readonly<Record<string, Tensor>>): number {
  let rows: number | undefined;
  for (const { name, shape } of model.contract.inputs) {
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

function outputsOf({ model: { contract } }: ReadyPlan, wanted: unknown): readonly string[] {
  const names = contract.outputs.map(({ name }) => name);
  if (wanted === undefined || wanted === null) return names;
  if (!Array.isArray(wanted)) throw wrong('"outputs" is a list of {"name": …}', 'outputs', names);
  const chosen = (wanted as readonly unknown[]).map((one) => {
    if (!isObject(one)) throw wrong('"outputs" is a list of {"name": …}', 'outputs', names);
    const { name, parameters } = one;
    if (isObject(parameters) && parameters['binary_data'] === true) throw noBinary();
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
