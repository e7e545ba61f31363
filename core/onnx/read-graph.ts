import { Attributes } from './attributes.ts';
import { readContract, type ModelContract } from './contract.ts';
import { graphOf, onlyText, operatorName } from './graph-walk.ts';
import { bytesOf, malformed, readFields, textOf } from './protobuf.ts';
import { readConstant, type ConstantTensor } from './read-tensor.ts';
import { sortNodes } from './sort-nodes.ts';

/** One node of a graph. */
export interface OnnxNode {
  /** `Gemm`, `ai.onnx.ml.Scaler`. */
  readonly operator: string;
  readonly name: string;
  /** Empty where an optional one in the middle is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A model, whole. */
export interface OnnxGraph {
  readonly contract: ModelContract;
  /** Each after what it reads. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, ConstantTensor>;
}

const SPARSE_CONSTANTS = 15;
const OWN_FUNCTIONS = 25;

/** Reads an ONNX file with everything that runs it. Throws INVALID_INPUT as `readContract` does. */
export function readGraph(model: Uint8Array): OnnxGraph {
  const contract = readContract(model);
  for (const field of readFields(model)) {
    if (field.number === OWN_FUNCTIONS) throw malformed('it defines functions of its own');
  }
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, ConstantTensor>();
  for (const field of readFields(graphOf(model))) {
    if (field.number === 1) nodes.push(readNode(bytesOf(field)));
    else if (field.number === 5) {
      const constant = readConstant(bytesOf(field));
      constants.set(constant.name, constant);
    } else if (field.number === SPARSE_CONSTANTS) throw malformed('it keeps sparse weights');
  }
  return { contract, nodes: sortNodes(nodes), constants };
}

function readNode(node: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Uint8Array[] = [];
  for (const field of readFields(node)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 5) attributes.push(bytesOf(field));
  }
  return {
    operator: operatorName(onlyText(node, 7), onlyText(node, 4)),
    name: onlyText(node, 3),
    inputs,
    outputs,
    attributes: new Attributes(attributes),
  };
}
