import { ProtobufWriter } from './protobuf.ts';
import type { TensorSpec, ValueSpec } from './write-value.ts';
import { tensor, valueInfo } from './write-value.ts';

export type { TensorSpec, ValueSpec } from './write-value.ts';

/** An attribute says its type by which of the keys it has. */
export type AttributeSpec =
  | { readonly float: number }
  | { readonly int: number | bigint }
  | { readonly string: string }
  | { readonly tensor: TensorSpec }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly strings: readonly string[] };

export interface NodeSpec {
  readonly op: string;
  /** The default domain where left out; trees and the like are in `ai.onnx.ml`. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface ModelSpec {
  readonly nodes: readonly NodeSpec[];
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  readonly initializers?: readonly TensorSpec[];
  /** Operator-set version by domain, `ai.onnx` for the default one. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly producer?: string;
  readonly metadataProps?: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
const OPSETS = { 'ai.onnx': 17, 'ai.onnx.ml': 3 };

/** Writes an ONNX file. The same spec gives the same bytes. */
export function writeModel(spec: ModelSpec): Uint8Array {
  const graph = new ProtobufWriter();
  for (const item of spec.nodes) graph.message(1, node(item));
  graph.text(2, 'graph');
  for (const item of spec.initializers ?? []) graph.message(5, tensor(item));
  for (const item of spec.inputs) graph.message(11, valueInfo(item));
  for (const item of spec.outputs) graph.message(12, valueInfo(item));

  const model = new ProtobufWriter()
    .varint(1, IR_VERSION)
    .text(2, spec.producer ?? 'tiffin')
    .message(7, graph);
  for (const [domain, version] of Object.entries(spec.opsets ?? OPSETS)) {
    model.message(8, new ProtobufWriter().text(1, domain === 'ai.onnx' ? '' : domain).varint(2, version));
  }
  for (const [key, value] of Object.entries(spec.metadataProps ?? {})) {
    model.message(14, new ProtobufWriter().text(1, key).text(2, value));
  }
  return model.finish();
}

function node({ op, domain, inputs, outputs, attributes }: NodeSpec): ProtobufWriter {
  const out = new ProtobufWriter();
  for (const name of inputs) out.text(1, name);
  for (const name of outputs) out.text(2, name);
  out.text(4, op);
  for (const [name, value] of Object.entries(attributes ?? {})) out.message(5, attribute(name, value));
  if (domain !== undefined) out.text(7, domain);
  return out;
}

/** Runtimes read the value from the place that field 20 names, and nothing where it is missing. */
const TYPE = 20;

function attribute(name: string, value: AttributeSpec): ProtobufWriter {
  const out = new ProtobufWriter().text(1, name);
  if ('float' in value) return out.float(2, value.float).varint(TYPE, 1);
  if ('int' in value) return out.varint(3, value.int).varint(TYPE, 2);
  if ('string' in value) return out.text(4, value.string).varint(TYPE, 3);
  if ('tensor' in value) return out.message(5, tensor(value.tensor)).varint(TYPE, 4);
  if ('floats' in value) {
    for (const item of value.floats) out.float(7, item);
    return out.varint(TYPE, 6);
  }
  if ('ints' in value) {
    for (const item of value.ints) out.varint(8, item);
    return out.varint(TYPE, 7);
  }
  for (const item of value.strings) out.text(9, item);
  return out.varint(TYPE, 8);
}
