import { DomainError } from '../errors.ts';
import { graphOf, onlyText } from './graph-walk.ts';
import { bytesOf, int64Of, ProtobufWriter, readFields } from './protobuf.ts';
import { rewriteGraph } from './rewrite-graph.ts';

/** Where GraphProto keeps weights, and TensorProto says that they lie in another file. */
const INITIALIZER = 5;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

interface Outside {
  readonly location: string;
  readonly offset: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** The files beside a model in which it keeps weights, each once. */
export function externalFilesOf(model: Uint8Array): readonly string[] {
  const names = new Set<string>();
  for (const field of readFields(graphOf(model))) {
    if (field.number !== INITIALIZER) continue;
    const outside = outsideOf(bytesOf(field));
    if (outside) names.add(outside.location);
  }
  return [...names];
}

/**
 * The same model as one file, with the weights of `files` in it. Throws INVALID_INPUT where a file is missing or shorter
 * than the model says.
 */
export function inlineExternalData(model: Uint8Array, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return rewriteGraph(model, (field, out) => {
    if (field.number !== INITIALIZER) return false;
    const tensor = bytesOf(field);
    const outside = outsideOf(tensor);
    if (!outside) return false;
    const weights = weightsOf(outside, files);
    const whole = new ProtobufWriter();
    for (const part of readFields(tensor)) {
      const isOutside = [RAW_DATA, EXTERNAL_DATA, DATA_LOCATION].includes(part.number);
      if (!isOutside) whole.raw(tensor.subarray(part.start, part.end));
    }
    out.message(INITIALIZER, whole.bytes(RAW_DATA, weights));
    return true;
  });
}

function outsideOf(tensor: Uint8Array): Outside | undefined {
  const said = new Map<string, string>();
  let isOutside = false;
  for (const field of readFields(tensor)) {
    if (field.number === DATA_LOCATION) isOutside = int64Of(field) === 1n;
    else if (field.number === EXTERNAL_DATA) {
      const entry = bytesOf(field);
      said.set(onlyText(entry, 1), onlyText(entry, 2));
    }
  }
  if (!isOutside) return undefined;
  const length = said.get('length');
  return {
    location: said.get('location') ?? '',
    offset: Number(said.get('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

function weightsOf({ location, offset, length }: Outside, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const file = files.get(location);
  const end = length === undefined ? file?.length : offset + length;
  const isInside = file && end !== undefined && offset >= 0 && end >= offset && end <= file.length;
  if (isInside) return file.subarray(offset, end);
  const why = file
    ? `"${location}" has ${file.length} bytes, and the model reads beyond them`
    : `"${location}" is missing`;
  throw new DomainError('INVALID_INPUT', `artifact: the weights outside the file: ${why}`, {
    field: 'artifact',
    location,
  });
}
