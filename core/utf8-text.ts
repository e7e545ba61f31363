import { DomainError } from './errors.ts';

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
const UTF_8 = /^(utf-?8|us-ascii)$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws UNSUPPORTED_MEDIA_TYPE for a content type that names another encoding than UTF-8 or its part ASCII. */
export function refuseOtherCharset(contentType: string | null | undefined): void {
  const charset = CHARSET.exec(contentType ?? '')?.[1];
  if (charset === undefined || UTF_8.test(charset)) return;
  throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `content-type: the charset ${charset} is not read: send UTF-8`, {
    field: 'content-type',
    allowed: ['charset=utf-8'],
  });
}

/** Throws MALFORMED for a body that is not UTF-8, whose bytes would otherwise turn into other characters without a word. */
export function decodeUtf8(bytes: Uint8Array | ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new DomainError('MALFORMED', 'body: is not UTF-8 text');
  }
}
