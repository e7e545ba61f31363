import type { Context } from 'hono';

/** Whether the caller holds what is of this ETag. */
export const hasAlready = (c: Context, etag: string): boolean =>
  (c.req.header('if-none-match') ?? '')
    .split(',')
    .some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
