import { graphOf, onlyText, operatorName } from './graph-walk.ts';
import { bytesOf, ProtobufWriter, readFields, textOf } from './protobuf.ts';
import { NODE, OUTPUT, rewriteGraph } from './rewrite-graph.ts';

/**
 * Takes sequences at the very end apart, as multi-output classifiers give them: what a SequenceConstruct puts together
 * becomes an output each, under its own name. A model without one comes back as it is.
 */
export function splitSequences(model: Uint8Array): Uint8Array {
  const graph = graphOf(model);
  const parts = sequencesIn(graph);
  const outputs = new Set<string>();
  for (const field of readFields(graph)) {
    if (field.number === OUTPUT) outputs.add(onlyText(bytesOf(field), 1));
    // What reads a sequence needs it whole.
    else if (field.number === NODE) for (const name of inputsOf(bytesOf(field))) parts.delete(name);
  }
  const split = [...parts.keys()].filter((name) => outputs.has(name));
  if (split.length === 0) return model;
  return rewriteGraph(model, (field, out) => {
    if (field.number === NODE) return split.includes(onlyText(bytesOf(field), 2)) && isSequence(bytesOf(field));
    const own = field.number === OUTPUT ? onlyText(bytesOf(field), 1) : '';
    if (!split.includes(own)) return false;
    for (const name of new Set(parts.get(own))) {
      if (outputs.has(name)) continue;
      outputs.add(name);
      // Its type is what the runtime infers.
      out.message(OUTPUT, new ProtobufWriter().text(1, name));
    }
    return true;
  });
}

/** By the sequence: what it is put together of. */
function sequencesIn(graph: Uint8Array): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const field of readFields(graph)) {
    if (field.number !== NODE) continue;
    const node = bytesOf(field);
    if (isSequence(node)) found.set(onlyText(node, 2), inputsOf(node));
  }
  return found;
}

const isSequence = (node: Uint8Array): boolean =>
  operatorName(onlyText(node, 7), onlyText(node, 4)) === 'SequenceConstruct';

const inputsOf = (node: Uint8Array): readonly string[] =>
  [...readFields(node)].flatMap((field) => (field.number === 1 ? [textOf(field)] : []));
