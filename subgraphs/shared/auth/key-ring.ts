import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { SCOPES, type Actor } from './actor.ts';

/** A machine's key as it is stored: never the secret itself. */
const StoredKey = z.strictObject({
  id: z.string().min(1),
  /** SHA-256 of the whole key, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(z.enum(SCOPES)),
  project: z.string().default('default'),
  /** `server`: an enrolled node, whose records count in verdicts. `device`: a public key in an app. */
  trust: z.enum(['server', 'device']).default('device'),
  expiresAt: z.iso.datetime().optional(),
});
export type StoredKey = z.infer<typeof StoredKey>;
export const StoredKeys = z.array(StoredKey);

export interface KeyHolder extends Actor {
  readonly trust: 'server' | 'device';
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
export const sha256OfKey = (key: string): string => digest(key).toString('hex');

/** Finds whose key it is. The keys come from configuration, so that this works with everything else down. */
export class KeyRing {
  readonly #keys: readonly { readonly stored: StoredKey; readonly sha256: Buffer }[];
  readonly #now: () => Date;

  constructor(keys: readonly StoredKey[], now: () => Date = () => new Date()) {
    this.#keys = keys.map((stored) => ({ stored, sha256: Buffer.from(stored.sha256, 'hex') }));
    this.#now = now;
  }

  /** `authorization: Bearer <key>` → its holder. Throws UNAUTHENTICATED when it is missing, unknown or expired. */
  holderOf(authorization: string | undefined): KeyHolder {
    const key = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!key) throw new DomainError('UNAUTHENTICATED', 'send a key: "authorization: Bearer <key>"');
    const sought = digest(key);
    const found = this.#keys.find(({ sha256 }) => timingSafeEqual(sha256, sought))?.stored;
    if (!found) throw new DomainError('UNAUTHENTICATED', 'this key is not known');
    if (found.expiresAt !== undefined && new Date(found.expiresAt) <= this.#now()) {
      throw new DomainError('UNAUTHENTICATED', `the key "${found.id}" expired at ${found.expiresAt}`);
    }
    const { id, scopes, project, trust } = found;
    return { subject: `key:${id}`, kind: 'machine', roles: [], scopes, project, trust };
  }
}
