import { cors } from 'hono/cors';

const ANY = '*';
const A_DAY_SECONDS = 86_400;

/** Lets scripts of these origins ask from a browser; the key is theirs to send, so that no cookie is ever needed. */
export const allowOrigins = (origins: readonly string[]): ReturnType<typeof cors> =>
  cors({
    origin: origins.includes(ANY) ? ANY : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: [
      'authorization',
      'content-type',
      'content-encoding',
      'inference-header-content-length',
      'x-request-id',
      'x-tiffin-tester',
      'x-tiffin-deadline-ms',
    ],
    exposeHeaders: ['x-request-id', 'server-timing', 'retry-after', 'allow', 'inference-header-content-length'],
    maxAge: A_DAY_SECONDS,
  });
