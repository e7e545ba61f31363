import { DomainError } from './errors.ts';
import type { Scope } from './scopes.ts';

/** A machine's key as it is stored: never the secret itself. */
export interface MachineKey {
  readonly id: string;
  /** SHA-256 of the whole key, lower-case hex. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  readonly project: string;
  /** `server`: an enrolled node, whose records count in verdicts. `device`: a public key in an app. */
  readonly trust: 'server' | 'device';
  readonly expiresAt?: string | undefined;
  /** The person who answers for it, `user:<subject>`. */
  readonly owner?: string | undefined;
  /** The edge node for which alone it speaks; undefined: for any. */
  readonly node?: string | undefined;
  /** The endpoints that it may ask at an edge; undefined: all of its project. */
  readonly endpoints?: readonly string[] | undefined;
  /** Requests a second that it may make at one process; undefined: what its setting says. */
  readonly ratePerSecond?: number | undefined;
}

/** Where keys are looked up; which ones count may change meanwhile. */
export type KeyLookup = Pick<MachineKeys, 'find'>;

const MAX_REMEMBERED = 1_000;
const encoder = new TextEncoder();

/**
 * Finds whose key it is. The keys come from configuration, so that this works with everything else down; only digests
 * are compared, so that a lookup's duration tells nothing about a secret.
 */
export class MachineKeys {
  readonly #byDigest: ReadonlyMap<string, MachineKey>;
  readonly #now: () => Date;
  /** Keys that were right before: hashing costs more than the rest of a small request's check. */
  readonly #remembered = new Map<string, MachineKey>();

  constructor(keys: readonly MachineKey[], now: () => Date = () => new Date()) {
    this.#byDigest = new Map(keys.map((key) => [key.sha256, key]));
    this.#now = now;
  }

  /** `authorization: Bearer <key>` → its entry. Throws UNAUTHENTICATED when it is missing, unknown or expired. */
  async find(authorization: string | undefined): Promise<MachineKey> {
    const secret = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!secret) throw new DomainError('UNAUTHENTICATED', 'send a key: "authorization: Bearer <key>"');
    const found = this.#remembered.get(secret) ?? (await this.#lookUp(secret));
    if (found.expiresAt !== undefined && new Date(found.expiresAt) <= this.#now()) {
      throw new DomainError('UNAUTHENTICATED', `the key "${found.id}" expired at ${found.expiresAt}`);
    }
    return found;
  }

  async #lookUp(secret: string): Promise<MachineKey> {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret)));
    const found = this.#byDigest.get(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
    if (!found) throw new DomainError('UNAUTHENTICATED', 'this key is not known');
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(secret, found);
    return found;
  }
}
