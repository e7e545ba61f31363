import type { Context } from 'hono';
import type { DataPlaneEnv } from '../../shared/http/data-plane.ts';

/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM = 64 * 1024;

/** JSON, compressed where it is large and the client takes gzip. */
export function largeJson(c: Context<DataPlaneEnv>, value: unknown): Response {
  const text = JSON.stringify(value);
  const headers = { 'content-type': 'application/json', vary: 'accept-encoding' };
  if (text.length < COMPRESS_FROM || !takesGzip(c.req.header('accept-encoding') ?? '')) {
    return new Response(text, { headers });
  }
  const zipped = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(zipped, { headers: { ...headers, 'content-encoding': 'gzip' } });
}

const takesGzip = (accepted: string): boolean =>
  accepted.split(',').some((one) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(one));
