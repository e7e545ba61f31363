import { verifyInternalToken, type InternalSecret } from './internal-token.ts';
import type { KeyHolder, KeyRing } from './key-ring.ts';
import type { VerifyPerson } from './people.ts';

/** `authorization` header → who it is. Throws UNAUTHENTICATED. */
export type Authenticate = (authorization: string | undefined) => Promise<KeyHolder>;

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Machines come with a key, people with a token of their issuer, other parts of the install with an internal token. */
export function authenticator(keys: KeyRing, secret: InternalSecret, verify?: VerifyPerson): Authenticate {
  return async (authorization) => {
    const token = bearerOf(authorization);
    if (token === undefined) return keys.holderOf(authorization);
    // What a person sends is nobody's record: nothing is decided by it.
    const person = await verify?.(token);
    if (person) return { ...person, trust: 'device' };
    if (!JWT.test(token)) return keys.holderOf(authorization);
    return { ...(await verifyInternalToken(token, secret)), trust: 'server' };
  };
}

export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
