import * as z from 'zod';
import { Instant, Sha256, urnOfKind } from './common.ts';

/** The header in which a tester presents a token to an edge. */
export const TESTER_HEADER = 'x-tiffin-tester';

/** Signed in front of the claims, so that no signature over anything else is ever a token. */
const CONTEXT = 'tiffin tester token 1\n';

/** What a token says: this person may have this release answer here, until then. */
export const TesterClaims = z.strictObject({
  deployment: urnOfKind('deployment'),
  release: Sha256,
  tester: z.string().min(1).max(200),
  expiresAt: Instant,
});
export type TesterClaims = z.infer<typeof TesterClaims>;

/** A token taken apart: `<key id>.<claims>.<signature>`, the last two in base64url. */
export interface TesterToken {
  readonly keyId: string;
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const SHAPE = /^([\w.-]{1,128})\.([\w-]{1,2000})\.([\w-]{1,128})$/;

/** The bytes that are signed. */
export const signedBytes = (payload: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...new TextEncoder().encode(CONTEXT), ...payload]);

/** Null for a text that is no token. */
export function parseTesterToken(text: string): TesterToken | null {
  const [, keyId, payload, signature] = SHAPE.exec(text) ?? [];
  if (keyId === undefined || payload === undefined || signature === undefined) return null;
  try {
    return { keyId, payload: fromBase64Url(payload), signature: fromBase64Url(signature) };
  } catch {
    return null;
  }
}

export const formatTesterToken = ({ keyId, payload, signature }: TesterToken): string =>
  [keyId, toBase64Url(payload), toBase64Url(signature)].join('.');

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.codePointAt(0) ?? 0);
