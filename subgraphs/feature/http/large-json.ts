import type { Context } from 'hono';
import { acceptsGzip } from '../../../core/accept-encoding.ts';
import { gzipAnswer } from '../../shared/http/gzip.ts';
import type { DataPlaneEnv } from '../../shared/http/data-plane.ts';

/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM = 64 * 1024;

/** JSON, compressed where it is large and the client takes gzip. */
export function largeJson(c: Context<DataPlaneEnv>, value: unknown): Response {
  const text = JSON.stringify(value);
  const headers = { 'content-type': 'application/json' };
  if (text.length < COMPRESS_FROM || !acceptsGzip(c.req.header('accept-encoding'))) {
    return c.body(text, 200, { ...headers, vary: 'accept-encoding' });
  }
  return gzipAnswer(c, new Blob([text]).stream(), headers);
}
