import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/**
 * The body as text. Throws MALFORMED for bytes that are not UTF-8, which would otherwise turn into other characters
 * without a word, and UNSUPPORTED_MEDIA_TYPE where another encoding is announced.
 */
export async function textBody(c: Context): Promise<string> {
  const charset = CHARSET.exec(c.req.header('content-type') ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-type: the charset ${charset} is not taken: send UTF-8`, {
      field: 'content-type',
      allowed: ['utf-8'],
    });
  }
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-encoding: ${encoding} is not taken: send it plain`, {
      field: 'content-encoding',
      allowed: ['identity'],
    });
  }
  const bytes = await c.req.arrayBuffer();
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new DomainError('MALFORMED', 'body: is not UTF-8 text');
  }
}
