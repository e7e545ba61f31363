import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';

const MOST_BYTES = 1024 * 1024;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as a JSON object. Throws UNSUPPORTED_MEDIA_TYPE, TOO_LARGE beyond 1 MiB, or MALFORMED. */
export async function jsonObject(c: Context): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/([\w.+-]*\+)?json\b/i.test(c.req.header('content-type') ?? '')) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'send JSON with "content-type: application/json"');
  }
  const text = await textOf(c);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new DomainError('MALFORMED', 'the body is not valid JSON');
  }
  if (!isObject(body)) throw new DomainError('MALFORMED', 'the body is not a JSON object');
  return body;
}

/** A length that is announced is held to by the server below; one that is not is counted while reading. */
async function textOf(c: Context): Promise<string> {
  const announced = c.req.header('content-length');
  if (announced !== undefined) {
    if (Number(announced) > MOST_BYTES) throw tooLarge();
    return c.req.text();
  }
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = (): DomainError =>
  new DomainError('TOO_LARGE', `the body is larger than the ${MOST_BYTES} bytes that this route takes`, {
    maxBytes: MOST_BYTES,
  });
