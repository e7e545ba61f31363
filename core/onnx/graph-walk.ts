import { DomainError } from '../errors.ts';
import { refuseOtherFormats } from './other-format.ts';
import { bytesOf, int64Of, malformed, readFields, textOf } from './protobuf.ts';

/** Graphs nest through the bodies of If, Loop and Scan; real ones go two or three deep. */
const MAX_DEPTH = 32;
const DEFAULT_DOMAINS = ['', 'ai.onnx'];

/** `Gemm` in the default domain, `ai.onnx.ml.ZipMap` in any other. */
export const operatorName = (domain: string, opType: string): string =>
  DEFAULT_DOMAINS.includes(domain) ? opType : `${domain}.${opType}`;

/** The graph of a model. Throws INVALID_INPUT that says what the file is where it is no ONNX model. */
export function graphOf(model: Uint8Array): Uint8Array {
  refuseOtherFormats(model);
  const graph = onlyBytes(model, 7);
  if (!graph) throw malformed('it holds no graph');
  return graph;
}

/** The one occurrence of a field that may occur once; merging two, as protobuf would, hides what a file holds. */
export function onlyBytes(message: Uint8Array, number: number): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (const field of readFields(message)) {
    if (field.number !== number) continue;
    if (found) throw malformed(`field ${number} occurs twice where it may occur once`);
    found = bytesOf(field);
  }
  return found;
}

export function onlyText(message: Uint8Array, number: number): string {
  let text = '';
  for (const field of readFields(message)) if (field.number === number) text = textOf(field);
  return text;
}

/** Adds every operator of a GraphProto to `operators`, those of nested graphs too, and refuses weights kept elsewhere. */
export function walkGraph(graph: Uint8Array, operators: Set<string>, depth = 0): void {
  if (depth > MAX_DEPTH) throw malformed(`graphs are nested more than ${MAX_DEPTH} deep`);
  for (const field of readFields(graph)) {
    if (field.number === 1) walkNode(bytesOf(field), operators, depth);
    else if (field.number === 5) refuseExternalData(bytesOf(field));
    else if (field.number === 15) refuseExternalSparse(bytesOf(field));
  }
}

export function walkNode(node: Uint8Array, operators: Set<string>, depth: number): void {
  let opType = '';
  let domain = '';
  for (const field of readFields(node)) {
    if (field.number === 4) opType = textOf(field);
    else if (field.number === 7) domain = textOf(field);
    else if (field.number === 5) walkAttribute(bytesOf(field), operators, depth);
  }
  if (opType === '') throw malformed('a node names no operator');
  operators.add(operatorName(domain, opType));
}

/** Floats, integers and texts, of which there may be a million. */
const LISTS: ReadonlySet<number> = new Set([7, 8, 9]);

function walkAttribute(attribute: Uint8Array, operators: Set<string>, depth: number): void {
  for (const field of readFields(attribute, { without: LISTS })) {
    if (field.number === 5 || field.number === 10) refuseExternalData(bytesOf(field));
    else if (field.number === 6 || field.number === 11) walkGraph(bytesOf(field), operators, depth + 1);
    else if (field.number === 22 || field.number === 23) refuseExternalSparse(bytesOf(field));
  }
}

function refuseExternalSparse(sparse: Uint8Array): void {
  for (const field of readFields(sparse)) {
    if (field.number === 1 || field.number === 2) refuseExternalData(bytesOf(field));
  }
}

/** Loading takes the weights in, and saving keeps them in; torch.onnx.export writes them outside unless told. */
const ONE_FILE =
  '`onnx.save_model(onnx.load("model.onnx"), "one.onnx", save_as_external_data=False)`, or with torch `torch.onnx.export(…, external_data=False)`';

/** A model is one file, named by its digest; a path inside it would make it mean what another file says. */
function refuseExternalData(tensor: Uint8Array): void {
  let name = '';
  let location: string | undefined;
  let external = false;
  for (const field of readFields(tensor)) {
    if (field.number === 8) name = textOf(field);
    else if (field.number === 14) external ||= int64Of(field) !== 0n;
    else if (field.number === 13) {
      external = true;
      const entry = bytesOf(field);
      if (onlyText(entry, 1) === 'location') location = onlyText(entry, 2);
    }
  }
  if (!external) return;
  throw new DomainError(
    'INVALID_INPUT',
    `artifact: the model keeps the weights "${name}" outside the file, in "${location ?? 'a file it does not name'}": save it as one file, in Python where both files lie: ${ONE_FILE}`,
    { field: 'artifact', tensor: name, location: location ?? null, allowed: ['weights inside the file'] },
  );
}
