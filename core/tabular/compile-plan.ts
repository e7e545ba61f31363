import { DomainError } from '../errors.ts';
import { readGraph, type OnnxGraph, type OnnxNode } from '../onnx/read-graph.ts';
import type { ConstantTensor } from '../onnx/read-tensor.ts';
import { isElementType, type ElementType } from '../tensor/element-type.ts';
import { compileNode, type Compiled } from './compile-node.ts';
import type { PlanInput, PlanOutput, PlanStep, TabularPlan } from './plan.ts';
import { refuse } from './refuse.ts';

/** Reading a file takes a turn of the event loop to itself: one that is larger would hold up what else is answered. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Either the model as the tabular engine runs it, or why it does not. */
export type CompiledModel = { readonly plan: TabularPlan } | { readonly refused: string };

/** Compiles an ONNX file. What is not known, operator or attribute, is refused with its name. */
export function compileModel(bytes: Uint8Array): CompiledModel {
  if (bytes.length > MOST_BYTES) {
    return { refused: `artifact: it has ${bytes.length} bytes, and of more than ${MOST_BYTES} none is read here` };
  }
  try {
    return { plan: compileGraph(readGraph(bytes)) };
  } catch (error) {
    if (error instanceof DomainError) return { refused: error.message };
    throw error;
  }
}

/** What is known of the values of a graph while its nodes are compiled. */
export interface Scope {
  readonly opsets: Readonly<Record<string, number>>;
  dtypeOf(node: OnnxNode, input: number): ElementType;
  constantOf(node: OnnxNode, input: number): ConstantTensor | undefined;
  /** The value that stands under the name of an input. */
  valueOf(node: OnnxNode, input: number): string;
}

/** Throws INVALID_INPUT that names what is not known. */
export function compileGraph({ contract, nodes, constants }: OnnxGraph): TabularPlan {
  const dtypes = new Map<string, ElementType>();
  const known = new Map(constants);
  /** Names that stand for another value. */
  const aliases = new Map<string, string>();
  const actual = (name: string): string => aliases.get(name) ?? name;
  const inputs = contract.inputs.map((input): PlanInput => {
    if (!isElementType(input.dtype)) throw wrong(`its input "${input.name}" is ${input.dtype}, which no engine takes`);
    dtypes.set(input.name, input.dtype);
    return { name: input.name, dtype: input.dtype, shape: input.shape };
  });
  for (const { name, dtype } of constants.values()) dtypes.set(name, dtype);

  const nameAt = (node: OnnxNode, input: number): string => {
    const name = node.inputs[input] ?? '';
    if (name === '') throw refuse(node, `its input ${input} is missing`);
    return actual(name);
  };
  const scope: Scope = {
    opsets: contract.opsets,
    valueOf: nameAt,
    dtypeOf: (node, input) => {
      const dtype = dtypes.get(nameAt(node, input));
      if (!dtype) throw refuse(node, `"${nameAt(node, input)}" is not made by a node before it`);
      return dtype;
    },
    constantOf: (node, input) => ((node.inputs[input] ?? '') === '' ? undefined : known.get(nameAt(node, input))),
  };
  const steps: PlanStep[] = [];
  for (const node of nodes) {
    const compiled: Compiled = compileNode(node, scope);
    for (const [name, dtype] of Object.entries(compiled.makes)) dtypes.set(name, dtype);
    if ('step' in compiled) steps.push(compiled.step);
    else if ('constant' in compiled) known.set(compiled.constant.name, compiled.constant);
    else aliases.set(compiled.alias.name, actual(compiled.alias.of));
  }
  refuseLarge(steps);
  const outputs = contract.outputs.map(({ name }): PlanOutput => {
    if (!dtypes.has(actual(name))) throw wrong(`nothing makes its output "${name}"`);
    return { name, value: actual(name) };
  });
  const read = new Set([...steps.flatMap(readBy), ...outputs.map(({ value }) => value)]);
  const used = [...known.values()]
    .filter(({ name }) => read.has(name))
    .map((constant) => [constant.name, constant] as const);
  return { inputs, outputs, steps, constants: new Map(used) };
}

function readBy(step: PlanStep): readonly string[] {
  if (step.kind === 'CONCAT') return step.inputs;
  return step.kind === 'ARITHMETIC' ? [step.left, step.right] : [step.input];
}

/** Products and sums one by one: from here on ONNX Runtime, which does four at once, is the quicker one. */
const MOST_WEIGHTS = 2_048;

function refuseLarge(steps: readonly PlanStep[]): void {
  const weights = steps.reduce((sum, step) => sum + (step.kind === 'LINEAR' ? step.model.weights.length : 0), 0);
  if (weights > MOST_WEIGHTS)
    throw wrong(
      `its linear layers have ${weights} weights, and with more than ${MOST_WEIGHTS} ONNX Runtime is quicker`,
    );
}

const wrong = (why: string): DomainError => new DomainError('INVALID_INPUT', `artifact: ${why}`, { field: 'artifact' });
