import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import type { Environment } from '../../../core/environment.ts';
import type { Actor, Role } from './actor.ts';
import { oidcVerifier, type OidcSettings } from './oidc.ts';

/** How people prove who they are. */
export interface PeopleSettings {
  readonly oidc?: OidcSettings | undefined;
  /** Lets one administrator in before an issuer is set up. */
  readonly bootstrapSecret?: string | undefined;
  /** Lets a second person in, who approves what the administrator made. */
  readonly bootstrapApproverSecret?: string | undefined;
}

/** A bearer token → the person who holds it; undefined for what is no person's token. Throws UNAUTHENTICATED. */
export type VerifyPerson = (token: string) => Promise<Actor | undefined>;

const SHORTEST_SECRET = 32;

export function personVerifier({ oidc, bootstrapSecret, bootstrapApproverSecret }: PeopleSettings): VerifyPerson {
  const verify = oidc && oidcVerifier(oidc);
  const isAdmin = secretCheck(bootstrapSecret);
  const isApprover = secretCheck(bootstrapApproverSecret);
  return async (token) => {
    if (isAdmin(token)) return bootstrapPerson('bootstrap', 'admin');
    if (isApprover(token)) return bootstrapPerson('bootstrap-approver', 'approver');
    return verify && isSignedByIssuer(token) ? verify(token) : undefined;
  };
}

/** Reads how people are known here; all OIDC settings or none. Problems are kept in `env`. */
export function readPeople(env: Environment): PeopleSettings {
  const issuer = env.url('OIDC_ISSUER');
  const audience = env.text('OIDC_AUDIENCE');
  const jwksUrl = env.url('OIDC_JWKS_URL');
  const rolesClaim = env.text('OIDC_ROLES_CLAIM') ?? 'roles';
  const together = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl };
  const missing = Object.entries(together).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0 && missing.length < 3) {
    for (const name of missing) env.wrong(name, 'goes with the other OIDC settings and is missing');
  }
  const bootstrapSecret = secretOf(env, 'TIFFIN_BOOTSTRAP_SECRET');
  const bootstrapApproverSecret = secretOf(env, 'TIFFIN_BOOTSTRAP_APPROVER_SECRET');
  if (bootstrapApproverSecret !== undefined && bootstrapApproverSecret === bootstrapSecret) {
    env.wrong(
      'TIFFIN_BOOTSTRAP_APPROVER_SECRET',
      'is that of the administrator: a second person has a secret of their own',
    );
  }
  return {
    bootstrapSecret,
    bootstrapApproverSecret,
    oidc: issuer && audience && jwksUrl ? { issuer, audience, jwksUrl, rolesClaim } : undefined,
  };
}

function secretOf(env: Environment, name: string): string | undefined {
  const secret = env.text(name);
  if (secret !== undefined && secret.length < SHORTEST_SECRET) {
    env.wrong(name, `must have at least ${SHORTEST_SECRET} characters`);
  }
  return secret;
}

const bootstrapPerson = (name: string, role: Role): Actor => ({
  subject: `user:${name}`,
  kind: 'user',
  roles: [role],
  scopes: [],
  project: 'default',
});

/** A JWT that is none of ours: the parts of an install sign theirs with HS256, an issuer never does. */
function isSignedByIssuer(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg !== 'HS256';
  } catch {
    return false;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function secretCheck(secret: string | undefined): (token: string) => boolean {
  if (secret === undefined) return () => false;
  const expected = digest(secret);
  return (token) => timingSafeEqual(digest(token), expected);
}
