import { bytesOf, ProtobufWriter, readFields, type ProtobufField } from './protobuf.ts';

export const GRAPH = 7;
export const NODE = 1;
export const OUTPUT = 12;
export const VALUE_INFO = 13;

/** What a field of the graph becomes: written by the function, or kept where it answers false. */
export type RewriteField = (field: ProtobufField, out: ProtobufWriter) => boolean;

/** A model with some fields of its graph written anew; everything else stays to the byte. */
export function rewriteGraph(model: Uint8Array, rewrite: RewriteField): Uint8Array {
  const out = new ProtobufWriter();
  for (const field of readFields(model)) {
    if (field.number === GRAPH) out.bytes(GRAPH, rewritten(bytesOf(field), rewrite));
    else out.raw(model.subarray(field.start, field.end));
  }
  return out.finish();
}

function rewritten(graph: Uint8Array, rewrite: RewriteField): Uint8Array {
  const out = new ProtobufWriter();
  for (const field of readFields(graph)) {
    if (!rewrite(field, out)) out.raw(graph.subarray(field.start, field.end));
  }
  return out.finish();
}
