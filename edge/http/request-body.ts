import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { parseJson, readBody, readJson, type JsonBody } from '../../core/json-body.ts';
import { unstorablePath } from '../../core/storable-text.ts';

export const MOST_BYTES = 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The body as a JSON object. Throws UNSUPPORTED_MEDIA_TYPE, TOO_LARGE beyond 1 MiB, MALFORMED, or INVALID_INPUT that names
 * a field whose text no record of it could hold; `fieldAt` says how the route names what stands at a path, and is left out
 * where each part is checked by itself.
 */
export async function jsonObject(
  c: Context,
  fieldAt?: (path: readonly string[], body: JsonObject) => string,
): Promise<JsonObject> {
  return checkedObject(await readJson(c.req.raw, MOST_BYTES), fieldAt);
}

/** As jsonObject, for a route whose body may be left out. */
export async function optionalJsonObject(c: Context): Promise<JsonObject> {
  const bytes = await readBody(c.req.raw, MOST_BYTES);
  return bytes.length === 0 ? {} : checkedObject(parseJson(bytes));
}

/** JSON that was read, as an object whose texts a record can hold. Throws as jsonObject does. */
export function checkedObject(
  { value, text }: JsonBody,
  fieldAt?: (path: readonly string[], body: JsonObject) => string,
): JsonObject {
  if (!isObject(value)) throw new DomainError('MALFORMED', 'the body is not a JSON object');
  const path = fieldAt ? unstorablePath(value, text) : null;
  if (!fieldAt || path === null) return value;
  const field = fieldAt(path, value);
  throw new DomainError('INVALID_INPUT', `${field}: the text holds U+0000 or half of a surrogate pair`, {
    field,
    allowed: ['text of whole Unicode characters other than U+0000'],
  });
}
