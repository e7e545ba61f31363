import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';

const OWN_HEADER = 'x-tiffin-console';

/** Browsers let pages of other origins send this header only where we allow it, and we do not. Throws FORBIDDEN without it. */
export function requireOwnPage(c: Context): void {
  if (c.req.header(OWN_HEADER) !== undefined) return;
  throw new DomainError('FORBIDDEN', `${OWN_HEADER}: only pages of the console call here, and they send it`, {
    field: OWN_HEADER,
    allowed: ['1'],
  });
}
