import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { decodeUtf8, refuseOtherCharset } from '../../../core/utf8-text.ts';

/** The body as text. Throws MALFORMED for what is no UTF-8, UNSUPPORTED_MEDIA_TYPE for another charset or a compressed body. */
export async function textBody(c: Context): Promise<string> {
  refuseOtherCharset(c.req.header('content-type'));
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-encoding: ${encoding} is not read: send it plain`, {
      field: 'content-encoding',
      allowed: ['identity'],
    });
  }
  return decodeUtf8(await c.req.arrayBuffer());
}
