import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { DomainError } from '../../../core/errors.ts';
import { isRole, type Actor, type Role } from './actor.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its public keys. */
  readonly jwksUrl: string;
  /** The claim that lists roles: `roles`, `realm_access.roles`, `https://example.com/roles`. */
  readonly rolesClaim: string;
}

/** Public-key signatures only: with a shared secret anybody who can check a token could make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Access token → the person who holds it. Throws UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be read. */
export function oidcVerifier(settings: OidcSettings): (token: string) => Promise<Actor> {
  const { issuer, audience, jwksUrl, rolesClaim } = settings;
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 5_000 });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: 30,
        requiredClaims: ['sub', 'exp'],
      });
      const roles = rolesIn(payload, rolesClaim);
      return { subject: `user:${payload.sub}`, kind: 'user', roles, scopes: [], project: 'default' };
    } catch (error) {
      throw refusal(error);
    }
  };
}

/** Names of roles that are ours; others, which the issuer keeps for other systems, are passed over. */
function rolesIn(payload: JWTPayload, claim: string): readonly Role[] {
  const value = payload[claim] ?? claim.split('.').reduce<unknown>(step, payload);
  const names: readonly unknown[] =
    typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : [];
  return names.filter((name): name is Role => typeof name === 'string' && isRole(name));
}

const step = (here: unknown, name: string): unknown =>
  typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[name] : undefined;

function refusal(error: unknown): DomainError {
  if (error instanceof errors.JWTExpired) return new DomainError('UNAUTHENTICATED', 'the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new DomainError('UNAUTHENTICATED', `the token is not for this install: its claim "${error.claim}" is wrong`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new DomainError('UNAUTHENTICATED', 'the token is not signed by the issuer');
  }
  if (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSEAlgNotAllowed
  ) {
    return new DomainError('UNAUTHENTICATED', 'the token is not a valid JWT of this issuer');
  }
  return new DomainError('UNAVAILABLE', 'the issuer’s keys cannot be read at the moment: try again');
}
