import { graphOf, onlyText } from './graph-walk.ts';
import { bytesOf, int64sOf, readFields, textOf } from './protobuf.ts';

/** What encoders look values up by, in any of their opsets. */
const LISTS = ['cats_strings', 'cats_int64s', 'keys_strings', 'keys_int64s', 'classes_strings'];
const MOST = 64;

/** The texts and whole numbers that a model knows. */
export interface Categories {
  readonly texts: readonly string[];
  readonly integers: readonly bigint[];
}

/**
 * The categories that the encoders of a model look up; a row without any of them shows nothing but what stands for all others.
 * Empty for a model without encoders.
 */
export function readCategories(model: Uint8Array): Categories {
  const texts = new Set<string>();
  const integers = new Set<bigint>();
  for (const field of readFields(graphOf(model))) {
    if (field.number !== 1) continue;
    for (const part of readFields(bytesOf(field))) {
      if (part.number !== 5) continue;
      const attribute = bytesOf(part);
      if (!LISTS.includes(onlyText(attribute, 1))) continue;
      for (const value of readFields(attribute)) {
        if (value.number === 9 && texts.size < MOST) texts.add(textOf(value));
        else if (value.number === 8 && integers.size < MOST) for (const one of int64sOf(value)) integers.add(one);
      }
    }
  }
  return { texts: [...texts], integers: [...integers].slice(0, MOST) };
}
