import { DomainError } from '../errors.ts';
import { classLabelsKey } from './class-labels.ts';
import { readOpset } from './contract.ts';
import { graphOf, onlyText, operatorName } from './graph-walk.ts';
import { bytesOf, int64sOf, malformed, ProtobufWriter, readFields, textOf, type ProtobufField } from './protobuf.ts';
import { NODE, OUTPUT, rewriteGraph, VALUE_INFO } from './rewrite-graph.ts';
import { valueInfo } from './write-value.ts';

interface ZipMap {
  readonly input: string;
  readonly output: string;
  readonly labels: readonly string[];
}

/** Identity has been in the default operator set since version 1; this one is within what every runtime takes. */
const OPSET_WHERE_NONE_IS_NAMED = 9;

/**
 * Replaces each ZipMap by an Identity, so that class probabilities come out as a tensor [rows, classes] instead of a
 * list of maps, and keeps the class labels in the metadata. A model without one comes back as it is.
 */
export function stripZipMap(model: Uint8Array): Uint8Array {
  const graph = graphOf(model);
  const zipMaps = findZipMaps(graph);
  if (zipMaps.size === 0) return model;
  refuseConsumers(graph, zipMaps);

  let hasDefaultOpset = false;
  for (const field of readFields(model)) {
    if (field.number === 8) hasDefaultOpset ||= readOpset(bytesOf(field))[0] === 'ai.onnx';
  }
  const out = new ProtobufWriter().raw(
    rewriteGraph(model, (field, graphOut) => withoutZipMap(field, graphOut, zipMaps)),
  );
  if (!hasDefaultOpset) out.message(8, new ProtobufWriter().text(1, '').varint(2, OPSET_WHERE_NONE_IS_NAMED));
  for (const { output, labels } of zipMaps.values()) {
    out.message(14, new ProtobufWriter().text(1, classLabelsKey(output)).text(2, JSON.stringify(labels)));
  }
  return out.finish();
}

const isZipMap = (node: Uint8Array): boolean =>
  operatorName(onlyText(node, 7), onlyText(node, 4)) === 'ai.onnx.ml.ZipMap';

function findZipMaps(graph: Uint8Array): Map<string, ZipMap> {
  const found = new Map<string, ZipMap>();
  for (const field of readFields(graph)) {
    if (field.number !== 1) continue;
    const node = bytesOf(field);
    if (!isZipMap(node)) continue;
    const zipMap = { input: onlyText(node, 1), output: onlyText(node, 2), labels: readLabels(node) };
    found.set(zipMap.output, zipMap);
  }
  return found;
}

function readLabels(node: Uint8Array): string[] {
  const labels: string[] = [];
  for (const field of readFields(node)) {
    if (field.number !== 5) continue;
    const attribute = bytesOf(field);
    if (!onlyText(attribute, 1).startsWith('classlabels_')) continue;
    for (const value of readFields(attribute)) {
      if (value.number === 8) for (const label of int64sOf(value)) labels.push(String(label));
      else if (value.number === 9) labels.push(textOf(value));
    }
  }
  if (labels.length === 0) throw malformed('a ZipMap names no class labels');
  return labels;
}

/** What reads a list of maps cannot read a tensor. */
function refuseConsumers(graph: Uint8Array, zipMaps: ReadonlyMap<string, ZipMap>): void {
  for (const field of readFields(graph)) {
    if (field.number !== 1) continue;
    const node = bytesOf(field);
    for (const part of readFields(node)) {
      const name = part.number === 1 ? textOf(part) : undefined;
      if (name === undefined || !zipMaps.has(name)) continue;
      throw new DomainError(
        'INVALID_INPUT',
        `The model feeds "${name}", made by ZipMap, to ${onlyText(node, 4)}: only a ZipMap at the very end can be replaced. Export the model without ZipMap.`,
        { field: 'artifact', output: name },
      );
    }
  }
}

function withoutZipMap(field: ProtobufField, out: ProtobufWriter, zipMaps: ReadonlyMap<string, ZipMap>): boolean {
  if (field.number === NODE && isZipMap(bytesOf(field))) {
    const node = bytesOf(field);
    const identity = new ProtobufWriter().text(1, onlyText(node, 1)).text(2, onlyText(node, 2));
    out.message(NODE, identity.text(3, onlyText(node, 3)).text(4, 'Identity'));
    return true;
  }
  if (field.number !== OUTPUT && field.number !== VALUE_INFO) return false;
  const named = zipMaps.get(onlyText(bytesOf(field), 1));
  if (named && field.number === OUTPUT) {
    out.message(OUTPUT, valueInfo({ name: named.output, dtype: 'float32', shape: [-1, named.labels.length] }));
  }
  return named !== undefined;
}
