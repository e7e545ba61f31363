import type { Context } from 'hono';
import { acceptsGzip } from '../../../core/accept-encoding.ts';

/** A body as it is, or compressed where the caller takes that. What breaks the body off breaks the answer off. */
export function gzipAnswer(
  c: Context,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  headers: Readonly<Record<string, string>>,
): Response {
  const varied = { ...headers, vary: 'accept-encoding' };
  if (!acceptsGzip(c.req.header('accept-encoding'))) return c.body(body, 200, varied);
  return c.body(body.pipeThrough(new CompressionStream('gzip')), 200, { ...varied, 'content-encoding': 'gzip' });
}
