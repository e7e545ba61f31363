import { DomainError } from '../errors.ts';
import { readClassLabels } from './class-labels.ts';
import { graphOf, onlyBytes, onlyText, walkGraph, walkNode, operatorName } from './graph-walk.ts';
import { bytesOf, int64Of, malformed, readFields } from './protobuf.ts';
import type { ContractValue } from './value-info.ts';
import { readValueInfo } from './value-info.ts';

export type { ContractValue } from './value-info.ts';

/** What a model takes, gives and needs, as its own file says. */
export interface ModelContract {
  readonly irVersion: number;
  /** Who wrote the file, `skl2onnx 1.5.1`; empty where it does not say. */
  readonly producer: string;
  /** Operator-set version by domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Sorted. Bare names are of the default domain, others carry theirs: `ai.onnx.ml.ZipMap`. */
  readonly operators: readonly string[];
  /** Without the initializers, which older files list among the inputs. */
  readonly inputs: readonly ContractValue[];
  readonly outputs: readonly ContractValue[];
  readonly metadataProps: Readonly<Record<string, string>>;
  /** True: an output is a list of maps, which no JavaScript binding can read. `stripZipMap` mends it. */
  readonly hasZipMap: boolean;
  /** The classes of each stripped ZipMap by its output, in the order of the columns. */
  readonly classLabels: Readonly<Record<string, readonly string[]>>;
}

const MAX_VALUES = 10_000;
const MAX_INITIALIZERS = 1_000_000;

/**
 * Reads the contract of an ONNX file. Any other bytes, a damaged file and weights kept outside the file are refused
 * with INVALID_INPUT; time and memory grow with the file, whatever sizes it claims.
 */
export function readContract(model: Uint8Array): ModelContract {
  const graph = graphOf(model);
  const head = readHead(model);
  const operators = new Set<string>();
  walkGraph(graph, operators);
  walkFunctions(model, operators);
  const { inputs, outputs } = readValues(graph);
  return {
    irVersion: head.irVersion,
    producer: [onlyText(model, 2), onlyText(model, 3)].filter((part) => part !== '').join(' '),
    opsets: Object.fromEntries(head.opsets),
    operators: [...operators].sort(),
    inputs,
    outputs,
    metadataProps: Object.fromEntries(head.metadataProps),
    hasZipMap: operators.has('ai.onnx.ml.ZipMap'),
    classLabels: readClassLabels(head.metadataProps),
  };
}

interface Head {
  readonly irVersion: number;
  readonly opsets: Map<string, number>;
  readonly metadataProps: Map<string, string>;
}

function readHead(model: Uint8Array): Head {
  let irVersion = 0;
  const opsets = new Map<string, number>();
  const metadataProps = new Map<string, string>();
  for (const field of readFields(model)) {
    if (field.number === 1) irVersion = Number(int64Of(field));
    else if (field.number === 8) {
      const [domain, version] = readOpset(bytesOf(field));
      opsets.set(domain, version);
    } else if (field.number === 14) {
      const entry = bytesOf(field);
      metadataProps.set(onlyText(entry, 1), onlyText(entry, 2));
    }
    if (opsets.size + metadataProps.size > MAX_VALUES) throw malformed(`it carries more than ${MAX_VALUES} properties`);
  }
  return { irVersion, opsets, metadataProps };
}

export function readOpset(message: Uint8Array): [domain: string, version: number] {
  let version = 0;
  for (const field of readFields(message)) if (field.number === 2) version = Number(int64Of(field));
  return [onlyText(message, 1) || 'ai.onnx', version];
}

/** Functions that the file defines itself count by what they are made of, not by their own names. */
function walkFunctions(model: Uint8Array, operators: Set<string>): void {
  const own = new Set<string>();
  for (const field of readFields(model)) {
    if (field.number !== 25) continue;
    const definition = bytesOf(field);
    own.add(operatorName(onlyText(definition, 10), onlyText(definition, 1)));
    for (const part of readFields(definition)) if (part.number === 7) walkNode(bytesOf(part), operators, 0);
  }
  for (const name of own) operators.delete(name);
}

function readValues(graph: Uint8Array): Pick<ModelContract, 'inputs' | 'outputs'> {
  const initializers = new Set<string>();
  const inputs: ContractValue[] = [];
  const outputs: ContractValue[] = [];
  for (const field of readFields(graph)) {
    if (field.number === 5) initializers.add(onlyText(bytesOf(field), 8));
    else if (field.number === 15) initializers.add(onlyText(onlyBytes(bytesOf(field), 1) ?? new Uint8Array(), 8));
    else if (field.number === 11) inputs.push(readValueInfo(bytesOf(field)));
    else if (field.number === 12) outputs.push(readValueInfo(bytesOf(field)));
    if (inputs.length + outputs.length > MAX_VALUES || initializers.size > MAX_INITIALIZERS)
      throw malformed(`it has more than ${MAX_VALUES} inputs and outputs, or ${MAX_INITIALIZERS} weights`);
  }
  const fed = inputs.filter(({ name }) => !initializers.has(name));
  for (const [field, values] of [['inputs', fed] as const, ['outputs', outputs] as const]) {
    const seen = new Set<string>();
    if (values.length === 0 && field === 'outputs') throw malformed('its graph has no outputs');
    const twice = values.find(({ name }) => name === '' || seen.size === seen.add(name).size);
    if (twice)
      throw new DomainError('INVALID_INPUT', `The model's ${field} need names that differ; "${twice.name}" does not.`, {
        field: 'artifact',
      });
  }
  return { inputs: fed, outputs };
}
