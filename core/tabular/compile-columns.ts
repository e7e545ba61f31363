import { codeOfDtype } from '../onnx/dtype.ts';
import type { OnnxNode } from '../onnx/read-graph.ts';
import type { ConstantTensor } from '../onnx/read-tensor.ts';
import type { ElementType } from '../tensor/element-type.ts';
import {
  NORMS,
  type BinarizeStep,
  type EncodeStep,
  type ImputeStep,
  type NormalizeStep,
  type OneHotStep,
  type ScaleStep,
} from './plan.ts';
import { choiceOf, refuse, refuseStrangers } from './refuse.ts';

type Without<Step> = Omit<Step, 'input' | 'output'>;

/** Scaler. */
export function compileScaler(node: OnnxNode): Without<ScaleStep> {
  refuseStrangers(node, ['offset', 'scale']);
  const [offset, scale] = [node.attributes.floats('offset'), node.attributes.floats('scale')];
  if (scale.length === 0 || offset.length !== scale.length)
    throw refuse(node, `it has ${offset.length} offsets and ${scale.length} scales, and must have as many of both`);
  return { kind: 'SCALE', offset, scale };
}

/** Imputer. */
export function compileImputer(node: OnnxNode, dtype: ElementType): Without<ImputeStep> {
  refuseStrangers(node, [
    'imputed_value_floats',
    'imputed_value_int64s',
    'replaced_value_float',
    'replaced_value_int64',
  ]);
  const floats = node.attributes.floats('imputed_value_floats');
  const ints = node.attributes.ints('imputed_value_int64s');
  if (floats.length > 0 === ints.length > 0)
    throw refuse(node, 'it must have imputed values, of floats or of integers');
  if (dtype === 'float32' && floats.length > 0) {
    const replaced = node.attributes.float('replaced_value_float');
    if (replaced === undefined) throw refuse(node, 'it does not say which value it replaces');
    return { kind: 'IMPUTE', fill: { dtype, replaced, by: floats } };
  }
  if (dtype === 'int64' && ints.length > 0) {
    const replaced = node.attributes.int('replaced_value_int64');
    if (replaced === undefined) throw refuse(node, 'it does not say which value it replaces');
    return { kind: 'IMPUTE', fill: { dtype, replaced, by: ints } };
  }
  throw refuse(node, `its input is ${dtype}, and its imputed values are not`);
}

/** Normalizer. */
export function compileNormalizer(node: OnnxNode): Without<NormalizeStep> {
  refuseStrangers(node, ['norm']);
  return { kind: 'NORMALIZE', norm: choiceOf(node, 'norm', NORMS, 'MAX') };
}

/** Binarizer. */
export function compileBinarizer(node: OnnxNode): Without<BinarizeStep> {
  refuseStrangers(node, ['threshold']);
  return { kind: 'BINARIZE', threshold: node.attributes.float('threshold') ?? 0 };
}

/** OneHotEncoder. */
export function compileOneHot(node: OnnxNode, dtype: ElementType): Without<OneHotStep> {
  refuseStrangers(node, ['cats_int64s', 'cats_strings', 'zeros']);
  const ints = node.attributes.ints('cats_int64s');
  const texts = node.attributes.texts('cats_strings');
  if (ints.length > 0 === texts.length > 0) throw refuse(node, 'it must list categories, of integers or of texts');
  if ((dtype === 'string') !== texts.length > 0)
    throw refuse(node, `its input is ${dtype}, and its categories are not`);
  const categories = texts.length > 0 ? texts : ints.map(Number);
  if (!categories.every((one) => typeof one === 'string' || Number.isSafeInteger(one)))
    throw refuse(node, 'a category is beyond 2^53');
  // Of a category that is listed twice, the last column counts.
  const columns = new Map<number | string, number>(categories.map((category, i) => [category, i]));
  const width = Math.max(ints.length, texts.length);
  return { kind: 'ONE_HOT', columns, width, zeros: (node.attributes.int('zeros') ?? 1n) !== 0n };
}

type Key = number | bigint | string;
interface Listed {
  readonly dtype: ElementType;
  readonly values: readonly Key[];
}

const LISTS = { int64s: 'int64', floats: 'float32', strings: 'string' } as const;

/** LabelEncoder, of all opsets; the first one knew texts and their positions alone. */
export function compileLabelEncoder(node: OnnxNode, opset: number, from: ElementType): Without<EncodeStep> {
  if (opset < 2) return compileFirstLabelEncoder(node, from);
  const sides = ['keys', 'values'].flatMap((side) =>
    [...Object.keys(LISTS), 'tensor'].map((kind) => `${side}_${kind}`),
  );
  refuseStrangers(node, [...sides, 'default_int64', 'default_float', 'default_string', 'default_tensor']);
  const [keys, values] = [listOf(node, 'keys'), listOf(node, 'values')];
  if (keys.values.length !== values.values.length)
    throw refuse(node, `it has ${keys.values.length} keys and ${values.values.length} values`);
  if (keys.dtype !== from) throw refuse(node, `its input is ${from}, and its keys are ${keys.dtype}`);
  const map = new Map<Key, Key>();
  // Of a key that is listed twice, the first value counts.
  for (const [i, key] of keys.values.entries()) if (!map.has(key)) map.set(key, values.values[i] ?? '');
  // Before opset 4 NaN equals no key.
  if (opset < 4) map.delete(NaN);
  return { kind: 'ENCODE', from, to: values.dtype, values: map, others: othersOf(node, values.dtype) };
}

function compileFirstLabelEncoder(node: OnnxNode, from: ElementType): Without<EncodeStep> {
  refuseStrangers(node, ['classes_strings', 'default_int64', 'default_string']);
  const texts = node.attributes.texts('classes_strings');
  const pairs = texts.map((text, i) => [text, BigInt(i)] as const);
  if (from === 'string') {
    return {
      kind: 'ENCODE',
      from,
      to: 'int64',
      values: new Map(pairs),
      others: node.attributes.int('default_int64') ?? -1n,
    };
  }
  if (from !== 'int64') throw refuse(node, `its input is ${from}, and must be string or int64`);
  const turned = new Map(pairs.map(([text, i]) => [i, text]));
  return {
    kind: 'ENCODE',
    from,
    to: 'string',
    values: turned,
    others: node.attributes.text('default_string') ?? '_Unused',
  };
}

function listOf(node: OnnxNode, side: 'keys' | 'values'): Listed {
  const found: Listed[] = [];
  const { attributes } = node;
  if (attributes.has(`${side}_int64s`)) found.push({ dtype: 'int64', values: attributes.ints(`${side}_int64s`) });
  if (attributes.has(`${side}_floats`))
    found.push({ dtype: 'float32', values: [...attributes.floats(`${side}_floats`)] });
  if (attributes.has(`${side}_strings`)) found.push({ dtype: 'string', values: attributes.texts(`${side}_strings`) });
  const tensor = attributes.tensor(`${side}_tensor`);
  if (tensor) found.push({ dtype: tensor.dtype, values: [...tensor.data] });
  const [only, second] = found;
  if (!only || second) throw refuse(node, `it must list its ${side} once`);
  return only;
}

function othersOf(node: OnnxNode, dtype: ElementType): Key {
  const tensor: ConstantTensor | undefined = node.attributes.tensor('default_tensor');
  if (tensor) {
    const [value] = tensor.data;
    if (tensor.dtype !== dtype || value === undefined)
      throw refuse(node, `default_tensor is not one value of ${dtype}`);
    return value;
  }
  if (dtype === 'int64') return node.attributes.int('default_int64') ?? -1n;
  if (dtype === 'string') return node.attributes.text('default_string') ?? '_Unused';
  if (dtype === 'float32') return node.attributes.float('default_float') ?? -0;
  throw refuse(node, `it does not say what stands for other keys than those listed, of ${dtype}`);
}

/** The type that Cast goes to, of those that are known. */
export function castTarget(node: OnnxNode, known: readonly ElementType[]): ElementType {
  refuseStrangers(node, ['to', 'saturate']);
  const code = node.attributes.int('to') ?? 0n;
  const found = known.find((dtype) => codeOfDtype(dtype) === code);
  if (!found) throw refuse(node, `it casts to type ${code}, and allowed are ${known.join(', ')}`, known);
  return found;
}
