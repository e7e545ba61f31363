import { createHash, timingSafeEqual } from 'node:crypto';
import { DomainError } from '../../core/errors.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { bearerOf } from '../../subgraphs/shared/auth/authenticator.ts';
import type { KeyRing } from '../../subgraphs/shared/auth/key-ring.ts';
import { DEV_USER_HEADER, devUser } from './dev-users.ts';
import { oidcVerifier, type OidcSettings } from './oidc.ts';

export interface AuthSettings {
  readonly mode: 'dev' | 'production';
  readonly oidc?: OidcSettings | undefined;
  /** Lets one administrator in before an issuer is set up. */
  readonly bootstrapSecret?: string | undefined;
}

/** Who sends this request. Throws UNAUTHENTICATED. */
export type AuthenticateRequest = (header: (name: string) => string | undefined) => Promise<Actor>;

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** People come with a token of the issuer (in dev mode: with a name), machines with a key. */
export function authenticateRequests(
  { mode, oidc, bootstrapSecret }: AuthSettings,
  keys: KeyRing,
): AuthenticateRequest {
  const verify = oidc && oidcVerifier(oidc);
  const isBootstrap = secretCheck(bootstrapSecret);
  return async (header) => {
    const authorization = header('authorization');
    if (authorization === undefined && mode === 'dev') return devUser(header(DEV_USER_HEADER));
    const token = bearerOf(authorization);
    if (token === undefined) {
      throw new DomainError('UNAUTHENTICATED', 'send a token or a key: "authorization: Bearer <token or key>"');
    }
    if (isBootstrap(token)) return bootstrapAdmin;
    if (verify && JWT.test(token)) return verify(token);
    const { subject, kind, roles, scopes, project } = await keys.holderOf(authorization);
    return { subject, kind, roles, scopes, project };
  };
}

const bootstrapAdmin: Actor = {
  subject: 'user:bootstrap',
  kind: 'user',
  roles: ['admin'],
  scopes: [],
  project: 'default',
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function secretCheck(secret: string | undefined): (token: string) => boolean {
  if (secret === undefined) return () => false;
  const expected = digest(secret);
  return (token) => timingSafeEqual(digest(token), expected);
}
