import { dtypeOfCode } from './dtype.ts';
import { graphOf, onlyText } from './graph-walk.ts';
import { bytesOf, int64Of, int64sOf, readFields, type ProtobufField } from './protobuf.ts';

/** Where the splits of an ensemble stand: those of the operators before opset 5 of `ai.onnx.ml`, and of the one since. */
const VALUES = ['nodes_values', 'nodes_values_as_tensor', 'nodes_splits'];
const FEATURES = 'nodes_featureids';
const MOST_PER_FEATURE = 64;

/**
 * The values at which the trees of a model split, by the position of the feature; a row that stands exactly there shows
 * whether two engines compare alike. Empty for a model without trees. What cannot be read is left out.
 */
export function readThresholds(model: Uint8Array): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, Set<number>>();
  for (const field of readFields(graphOf(model))) {
    if (field.number !== 1) continue;
    const node = bytesOf(field);
    if (!onlyText(node, 4).startsWith('TreeEnsemble')) continue;
    const { features, values } = splitsOf(node);
    for (const [i, value] of values.entries()) {
      const feature = Number(features[i] ?? -1n);
      if (feature < 0 || !Number.isFinite(value)) continue;
      const own = found.get(feature) ?? new Set();
      if (own.size < MOST_PER_FEATURE) found.set(feature, own.add(value));
    }
  }
  return new Map([...found].map(([feature, own]) => [feature, [...own]]));
}

function splitsOf(node: Uint8Array): { readonly features: readonly bigint[]; readonly values: readonly number[] } {
  const features: bigint[] = [];
  const values: number[] = [];
  for (const field of readFields(node)) {
    if (field.number !== 5) continue;
    const attribute = bytesOf(field);
    const name = onlyText(attribute, 1);
    for (const part of readFields(attribute)) {
      if (name === FEATURES && part.number === 8) features.push(...int64sOf(part));
      else if (VALUES.includes(name) && part.number === 7) values.push(...floatsOf(part));
      else if (VALUES.includes(name) && part.number === 5) values.push(...tensorValues(bytesOf(part)));
    }
  }
  return { features, values };
}

/** One float or, packed, several. */
const floatsOf = (field: ProtobufField): number[] => (field.kind === 'varint' ? [] : numbersIn(field.bytes, 4));

function tensorValues(tensor: Uint8Array): number[] {
  let dtype: string | undefined;
  const raw: Uint8Array[] = [];
  for (const field of readFields(tensor)) {
    if (field.number === 2) dtype = dtypeOfCode(int64Of(field));
    // Of float and double: raw_data, float_data, double_data.
    else if ([4, 9, 10].includes(field.number) && field.kind !== 'varint') raw.push(field.bytes);
  }
  const size = dtype === 'float32' ? 4 : dtype === 'float64' ? 8 : undefined;
  return size === undefined ? [] : raw.flatMap((bytes) => numbersIn(bytes, size));
}

function numbersIn(bytes: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
    size === 4 ? view.getFloat32(i * size, true) : view.getFloat64(i * size, true),
  );
}
