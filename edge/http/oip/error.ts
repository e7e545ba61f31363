import type { RenderError } from '../render-error.ts';

/** The protocol's errors have a shape of their own, and it knows no status beyond the plainest. */
export const renderOipError: RenderError = (c, error) => {
  const status = error?.status ?? 500;
  const plain = status === 422 || status === 412 ? 400 : status;
  return c.json({ error: error?.message ?? 'internal error' }, plain as 400);
};
