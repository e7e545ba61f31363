import { DomainError } from '../../core/errors.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { bearerOf } from '../../subgraphs/shared/auth/authenticator.ts';
import { actorOf, type KeyRing } from '../../subgraphs/shared/auth/key-ring.ts';
import { personVerifier, type PeopleSettings } from '../../subgraphs/shared/auth/people.ts';
import { DEV_USER_HEADER, devUser } from '../../subgraphs/shared/auth/dev-users.ts';

export interface AuthSettings extends PeopleSettings {
  readonly mode: 'dev' | 'production';
}

/** Who sends this request. Throws UNAUTHENTICATED. */
export type AuthenticateRequest = (header: (name: string) => string | undefined) => Promise<Actor>;

/** People come with a token of the issuer (in dev mode: with a name), machines with a key. */
export function authenticateRequests({ mode, ...people }: AuthSettings, keys: KeyRing): AuthenticateRequest {
  const verify = personVerifier(people);
  return async (header) => {
    const authorization = header('authorization');
    if (authorization === undefined && mode === 'dev') return devUser(header(DEV_USER_HEADER));
    const token = bearerOf(authorization);
    if (token === undefined) {
      throw new DomainError('UNAUTHENTICATED', 'send a token or a key: "authorization: Bearer <token or key>"');
    }
    return (await verify(token)) ?? actorOf(await keys.holderOf(authorization));
  };
}
