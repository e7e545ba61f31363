import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { ROLES, SCOPES, type Actor } from './actor.ts';

const ISSUER = 'tiffin';
const AUDIENCE = 'tiffin-subgraph';
const LIFETIME_SECONDS = 60;
const TOLERANCE_SECONDS = 5;
/** An operation brings its token once for each of its fetches: what was verified is kept while it is valid. */
const MOST_KEPT = 1_000;

const Header = z.object({ alg: z.literal('HS256') });
const Claims = z.object({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  exp: z.number(),
  sub: z.string(),
  kind: z.enum(['user', 'machine', 'service']),
  roles: z.array(z.enum(ROLES as [(typeof ROLES)[number], ...(typeof ROLES)[number][]])),
  scopes: z.array(z.enum(SCOPES)),
  project: z.string(),
  onBehalfOf: z.string().optional(),
});

/** The secret shared by the gateway and the subgraphs of one install: at least 32 bytes. */
export type InternalSecret = Uint8Array;

interface Verified {
  readonly actor: Actor;
  readonly expiresAtSeconds: number;
}

const kept = new WeakMap<InternalSecret, Map<string, Verified>>();

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
const HEADER = encoded({ alg: 'HS256' });

const keyObjects = new WeakMap<InternalSecret, KeyObject>();

// node:crypto rather than a library over Web Crypto: a hash of 300 bytes is not worth a trip to another thread.
function signatureOf(text: string, secret: InternalSecret): string {
  const key = keyObjects.get(secret) ?? createSecretKey(secret);
  keyObjects.set(secret, key);
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** A JWT (HS256) that says for one minute who is asking. Signed by the gateway, or by a subgraph as its service. */
export async function signInternalToken(actor: Actor, secret: InternalSecret): Promise<string> {
  const { subject, kind, roles, scopes, project, onBehalfOf } = actor;
  const iat = nowSeconds();
  const claims = { kind, roles, scopes, project, ...(onBehalfOf !== undefined && { onBehalfOf }) };
  const times = { iat, exp: iat + LIFETIME_SECONDS };
  const text = `${HEADER}.${encoded({ ...claims, sub: subject, iss: ISSUER, aud: AUDIENCE, ...times })}`;
  return `${text}.${signatureOf(text, secret)}`;
}

/** Reads a token back. Throws UNAUTHENTICATED for a missing, foreign, altered or expired one. */
export async function verifyInternalToken(token: string | undefined, secret: InternalSecret): Promise<Actor> {
  if (!token) throw new DomainError('UNAUTHENTICATED', 'this needs an internal token: ask through the gateway');
  const known = kept.get(secret) ?? new Map<string, Verified>();
  kept.set(secret, known);
  const verified = known.get(token) ?? verify(token, secret);
  if (!verified || verified.expiresAtSeconds + TOLERANCE_SECONDS <= nowSeconds()) {
    known.delete(token);
    throw new DomainError(
      'UNAUTHENTICATED',
      'the internal token is not valid or has expired: all parts of an install share TIFFIN_INTERNAL_SECRET and the time',
    );
  }
  if (known.size >= MOST_KEPT) known.clear();
  known.set(token, verified);
  return verified.actor;
}

function verify(token: string, secret: InternalSecret): Verified | undefined {
  const [header = '', body = '', signature = '', ...more] = token.split('.');
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(`${header}.${body}`, secret));
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  try {
    Header.parse(decoded(header));
    const { sub, exp, onBehalfOf, kind, roles, scopes, project } = Claims.parse(decoded(body));
    const actor = { subject: sub, kind, roles, scopes, project, ...(onBehalfOf !== undefined && { onBehalfOf }) };
    return { actor, expiresAtSeconds: exp };
  } catch {
    return undefined;
  }
}
