import type { Context } from 'hono';
import { takesGzip } from '../../core/accept-encoding.ts';

/** From here on an answer is worth compressing. */
const LEAST_COMPRESSED = 4_096;

/** Text as an answer, compressed where the caller takes that and it is long enough to pay. */
export function textAnswer(c: Context, text: string, headers: Readonly<Record<string, string>>): Response {
  if (text.length < LEAST_COMPRESSED) return c.body(text, 200, headers);
  if (!takesGzip(c.req.header('accept-encoding'))) return c.body(text, 200, { ...headers, vary: 'accept-encoding' });
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return c.body(stream, 200, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
}

export const jsonAnswer = (c: Context, value: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  textAnswer(c, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
