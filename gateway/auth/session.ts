import { createHmac } from 'node:crypto';
import { EncryptJWT, jwtDecrypt, type JWTPayload } from 'jose';
import { DomainError } from '../../core/errors.ts';
import type { InternalSecret } from '../../subgraphs/shared/auth/internal-token.ts';

/** Browsers keep them only over https (or on loopback), for this host alone, and show them to no script. */
export const SESSION_COOKIE = '__Host-tiffin';
export const LOGIN_COOKIE = '__Host-tiffin-login';

/** A cookie has room for 4,096 bytes, with its name and what it says of itself. */
const MOST_BYTES = 3_800;

export interface CookieOptions {
  readonly seconds: number;
  /** Strict: sent with requests of our own pages alone. Lax: also when the issuer sends the browser back. */
  readonly sameSite: 'Strict' | 'Lax';
}

export const cookie = (name: string, value: string, { seconds, sameSite }: CookieOptions): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}; Max-Age=${seconds}`;

/** Has the browser forget it. */
export const noCookie = (name: string): string => cookie(name, '', { seconds: 0, sameSite: 'Strict' });

export function cookieIn(header: string | undefined, name: string): string | undefined {
  const found = (header ?? '').split(/;\s*/).find((part) => part.startsWith(`${name}=`));
  return found?.slice(name.length + 1) || undefined;
}

/** Closes and opens what cookies hold: any gateway of the install can, and nobody else. */
export class SealedCookies {
  readonly #key: Uint8Array;

  constructor(secret: InternalSecret) {
    this.#key = createHmac('sha256', secret).update('cookies of the console').digest();
  }

  /** Throws TOO_LARGE where it does not go into a cookie. */
  async seal(purpose: string, claims: JWTPayload, seconds: number): Promise<string> {
    const sealed = await new EncryptJWT(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(purpose)
      .setExpirationTime(`${seconds}s`)
      .encrypt(this.#key);
    if (sealed.length > MOST_BYTES) {
      throw new DomainError(
        'TOO_LARGE',
        `the issuer’s token is too large for a cookie (${sealed.length} of ${MOST_BYTES} bytes): have it carry fewer claims`,
        { maxBytes: MOST_BYTES },
      );
    }
    return sealed;
  }

  /** What is in it; undefined for one that was altered, has expired or was made for something else. */
  async open(purpose: string, sealed: string | undefined): Promise<JWTPayload | undefined> {
    if (sealed === undefined) return undefined;
    try {
      return (await jwtDecrypt(sealed, this.#key, { audience: purpose })).payload;
    } catch {
      return undefined;
    }
  }
}
