import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import type { RequestVariables } from './request-log.ts';

/** Of a body that is refused this much is read to its end, for this long; what is larger is cut off. */
const MOST_DROPPED_BYTES = 32 * 1024 * 1024;
const LONGEST_DROP_MS = 10_000;

/**
 * Refuses bodies over `maxBytes` with TOO_LARGE. Most clients read no answer before they have sent everything, and see a
 * broken connection where the rest is not taken from them: so it is read and dropped before the refusal goes out.
 */
export function limitBody(maxBytes: number): MiddlewareHandler<{ Variables: RequestVariables }> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const announced = c.req.header('transfer-encoding') === undefined ? c.req.header('content-length') : undefined;
    // Most requests: what is announced is what can come, and the body stays untouched.
    if (announced !== undefined && Number(announced) <= maxBytes) return next();
    const { body } = c.req.raw;
    if (!body) return next();
    const reader = body.getReader();
    const kept = announced === undefined ? await readUpTo(reader, maxBytes) : undefined;
    if (kept) {
      const { method } = c.req;
      c.req.raw = new Request(c.req.raw, { method, body: kept });
      return next();
    }
    const isWorthIt = announced === undefined || Number(announced) <= MOST_DROPPED_BYTES;
    if (!isWorthIt || !(await dropRest(reader))) c.set('closing', true);
    throw new DomainError('TOO_LARGE', `the body is larger than the ${maxBytes} bytes that this route takes`, {
      maxBytes,
    });
  };
}

/** Reads a body and drops it, before a refusal that did not wait for it goes out. Answers whether its end was reached. */
export const dropBody = async ({ body }: Request): Promise<boolean> => body === null || dropRest(body.getReader());

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** The whole body; undefined where it goes on beyond `maxBytes`. */
async function readUpTo(reader: Reader, maxBytes: number): Promise<Blob | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(value);
  }
}

/** Whether the end was reached. */
async function dropRest(reader: Reader): Promise<boolean> {
  const until = performance.now() + LONGEST_DROP_MS;
  let left = MOST_DROPPED_BYTES;
  while (left > 0) {
    const ms = until - performance.now();
    if (ms <= 0) return false;
    const chunk = await Promise.race([reader.read(), afterMs(ms)]);
    if (!chunk) return false;
    if (chunk.done) return true;
    left -= chunk.value.byteLength;
  }
  return false;
}

const afterMs = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
