import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { ROLES, SCOPES, type Actor } from './actor.ts';

const ISSUER = 'tiffin';
const AUDIENCE = 'tiffin-subgraph';
const LIFETIME = '60s';

const Claims = z.object({
  sub: z.string(),
  kind: z.enum(['user', 'machine', 'service']),
  roles: z.array(z.enum(ROLES as [(typeof ROLES)[number], ...(typeof ROLES)[number][]])),
  scopes: z.array(z.enum(SCOPES)),
  project: z.string(),
  onBehalfOf: z.string().optional(),
});

/** The secret shared by the gateway and the subgraphs of one install: at least 32 bytes. */
export type InternalSecret = Uint8Array;

/** Says for one minute who is asking. Signed by the gateway, or by a subgraph under its service identity. */
export function signInternalToken(actor: Actor, secret: InternalSecret): Promise<string> {
  const { subject, ...claims } = actor;
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(secret);
}

/** Reads a token back. Throws UNAUTHENTICATED for a missing, foreign, altered or expired one. */
export async function verifyInternalToken(token: string | undefined, secret: InternalSecret): Promise<Actor> {
  if (!token) throw new DomainError('UNAUTHENTICATED', 'this needs an internal token: ask through the gateway');
  try {
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTolerance: 5,
    });
    const { sub, onBehalfOf, ...claims } = Claims.parse(payload);
    return { subject: sub, ...claims, ...(onBehalfOf !== undefined && { onBehalfOf }) };
  } catch {
    throw new DomainError(
      'UNAUTHENTICATED',
      'the internal token is not valid or has expired: all parts of an install share TIFFIN_INTERNAL_SECRET and the time',
    );
  }
}
