import type { InternalSecret } from './internal-token.ts';
import { verifyInternalToken } from './internal-token.ts';
import type { KeyHolder, KeyRing } from './key-ring.ts';

/** `authorization` header → who it is. Throws UNAUTHENTICATED. */
export type Authenticate = (authorization: string | undefined) => Promise<KeyHolder>;

const JWT = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Data-plane routes take a key; other parts of the install come with an internal token. */
export function authenticator(keys: KeyRing, secret: InternalSecret): Authenticate {
  return async (authorization) => {
    const token = JWT.exec(authorization ?? '')?.[1];
    if (!token) return keys.holderOf(authorization);
    return { ...(await verifyInternalToken(token, secret)), trust: 'server' };
  };
}

export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
