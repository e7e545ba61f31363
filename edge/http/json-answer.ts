import type { Context } from 'hono';
import { acceptsGzip } from '../../core/accept-encoding.ts';

/** From here on an answer is worth compressing. */
const LEAST_COMPRESSED = 4_096;

/** Text as an answer, compressed where the caller takes that and it is long enough to pay. */
export function textAnswer(c: Context, text: string, headers: Readonly<Record<string, string>>): Response {
  if (text.length < LEAST_COMPRESSED) return answerOf(c, text, headers);
  if (!acceptsGzip(c.req.header('accept-encoding'))) return answerOf(c, text, { ...headers, vary: 'accept-encoding' });
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return answerOf(c, stream, { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' });
}

/** With all of its headers from the start: to set one later costs more than all the rest of an answer. */
function answerOf(c: Context, body: string | ReadableStream, headers: Readonly<Record<string, string>>): Response {
  c.set('bearsId', true);
  return new Response(body, { headers: { ...headers, 'x-request-id': String(c.get('requestId')) } });
}

export const jsonAnswer = (c: Context, value: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  textAnswer(c, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
