import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';
import type { TensorSpec } from '../../schema/release.ts';
import { elementCount, isFloat, type ElementType } from '../tensor/element-type.ts';
import type { Columns } from './binding.ts';
import type { Report } from './problem.ts';

type ModelUse = Recipe['models'][number];

const INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'] as const;

/** Which tensors a value may go into without losing what it says; a TIMESTAMP goes in as milliseconds. */
export const FITS: Readonly<Record<Dtype, readonly ElementType[]>> = {
  FLOAT64: ['float16', 'float32', 'float64'],
  INT64: ['float16', 'float32', 'float64', ...INTEGERS],
  BOOL: ['bool', 'float16', 'float32', 'float64', ...INTEGERS],
  STRING: ['string'],
  TIMESTAMP: ['float64', 'int64'],
};

/** A column is a value that goes into its tensor. */
export function checkColumn(
  column: string,
  { name, dtype }: { readonly name: string; readonly dtype: ElementType },
  { types, optional }: Columns,
  report: Report,
  field: string,
): void {
  const type = types.get(column);
  if (type === undefined) report(field, `"${column}" is no input, feature or derived field`, [...types.keys()]);
  else if (!FITS[type].includes(dtype)) {
    report(field, `"${column}" is ${type} and does not go into "${name}", which is ${dtype}`, FITS[type]);
  } else if (optional.has(column) && !isFloat(dtype)) {
    report(field, `"${column}" may be left out, and "${name}", which is ${dtype}, has no value for that`);
  }
}

/** A model can be passed over where the others still make a score. */
export function checkOnError(
  { name, onError, standIn }: ModelUse,
  count: number,
  combine: Recipe['combine'],
  report: Report,
  at: string,
): void {
  if (onError === 'FALLBACK') {
    if (standIn !== undefined) report(`${at}.standIn`, 'it counts only with onError SKIP: leave it out', ['SKIP']);
  } else if (count === 1) {
    report(`${at}.onError`, 'there is no other model to go on with', ['FALLBACK']);
  } else if (combine?.kind === 'STACK' && combine.model === name) {
    report(`${at}.onError`, `"${name}" makes the score of the others: without it there is none`, ['FALLBACK']);
  } else if (standIn === undefined && (combine?.kind === 'STACK' || combine?.kind === 'EXPRESSION')) {
    report(
      `${at}.standIn`,
      `${combine.kind} needs a score of each model: say which counts where "${name}" is passed over`,
    );
  }
}

/** A score is one number of one output: its tensor must be there, hold numbers and reach that far. */
export function checkScore(
  { tensor, index }: ModelUse['score'],
  outputs: readonly TensorSpec[],
  report: Report,
  at: string,
): void {
  const spec = outputs.find(({ name }) => name === tensor);
  if (!spec) {
    const known = outputs.map(({ name }) => name);
    report(`${at}.tensor`, `the model has no output "${tensor}"`, known);
  } else if (spec.dtype === 'string' || spec.dtype === 'bool') {
    report(`${at}.tensor`, `"${tensor}" is ${spec.dtype}: a score is a number`);
  } else {
    const perRow = spec.shape.slice(1);
    const last = perRow.some((size) => size < 0) ? Infinity : elementCount(perRow) - 1;
    if (index > last) report(`${at}.index`, `"${tensor}" has ${last + 1} values a row, the last is ${last}`);
  }
}
