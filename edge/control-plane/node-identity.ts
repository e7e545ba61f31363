import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';
import { EnrolledNode } from '../../schema/enrolment.ts';
import { ControlPlane } from './control-plane.ts';

/** The key of a node as it is kept, where nobody else can read it. */
export const HeldKey = z.strictObject({
  key: z.string().min(1),
  /** When the registry took it; null: not yet. */
  enrolledAt: z.iso.datetime().nullable(),
  /** Its next key, kept before the registry hears of it: a crash at any moment leaves one that is good. */
  next: z.string().min(1).nullable(),
  /** SHA-256 of the token that it was enrolled with; null: not known. */
  token: z.string().nullable().default(null),
  /** The key that it enrols with another token, kept before the registry hears of it. */
  another: z
    .strictObject({ key: z.string().min(1), token: z.string() })
    .nullable()
    .default(null),
});
export type HeldKey = z.infer<typeof HeldKey>;

export interface KeyStore {
  save(held: HeldKey): Promise<void>;
}

export interface IdentityOptions {
  readonly registryUrl: string;
  readonly node: string;
  /** The one-time token; null where there is none any more. */
  readonly token: string | null;
  /** After so long a key is rotated; 0: never. */
  readonly rotateAfterMs: number;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  readonly store: KeyStore;
}

export type Settled =
  | { readonly kind: 'UNCHANGED' }
  | { readonly kind: 'ENROLLED' | 'ROTATED'; readonly number: number }
  | { readonly kind: 'FAILED'; readonly reason: string };

/** A key of the node's own, enrolled and rotated where it is kept. */
export interface OwnKey {
  readonly key: string;
  /** Enrols or rotates it where that is due. Never throws. */
  settle(): Promise<Settled>;
}

const TIMEOUT_MS = 10_000;
const KEY_BYTES = 24;

/** A key of the node's own: it is made here and never leaves but as what the node asks with; the registry has its digest. */
export class NodeIdentity implements OwnKey {
  readonly #options: IdentityOptions;
  #held: HeldKey;

  constructor(held: HeldKey, options: IdentityOptions) {
    this.#held = held;
    this.#options = options;
  }

  get key(): string {
    return this.#held.key;
  }

  get isEnrolled(): boolean {
    return this.#held.enrolledAt !== null;
  }

  async settle(): Promise<Settled> {
    try {
      if (this.#held.enrolledAt === null) return await this.#enrol();
      const another = await this.#otherToken();
      if (another !== null) return await this.#enrolAnew(another);
      return this.#isDue() ? await this.#rotate() : { kind: 'UNCHANGED' };
    } catch (error) {
      return { kind: 'FAILED', reason: error instanceof Error ? error.message : 'no reason given' };
    }
  }

  async #enrol(): Promise<Settled> {
    const { token, node } = this.#options;
    if (token === null) return { kind: 'FAILED', reason: 'it has no token: set TIFFIN_EDGE_ENROL_TOKEN' };
    const keySha256 = await sha256Of(this.#held.key);
    const { number } = await this.#post('/v1/nodes/enrol', this.#held.key, { token, node, keySha256 });
    await this.#keep({ ...this.#held, enrolledAt: this.#now(), token: await sha256Of(token) });
    return { kind: 'ENROLLED', number };
  }

  /** The digest of a token that it was not enrolled with: somebody wants it to come back with another key. */
  async #otherToken(): Promise<string | null> {
    const { token } = this.#options;
    if (token === null || this.#held.token === null) return null;
    const digest = await sha256Of(token);
    return digest === this.#held.token ? null : digest;
  }

  /** The key before counts until the registry has taken the new one. */
  async #enrolAnew(tokenDigest: string): Promise<Settled> {
    const { token, node } = this.#options;
    const kept = this.#held.another;
    const another = kept?.token === tokenDigest ? kept : { key: newKey(), token: tokenDigest };
    if (another !== kept) await this.#keep({ ...this.#held, another });
    const keySha256 = await sha256Of(another.key);
    const { number } = await this.#post('/v1/nodes/enrol', another.key, { token, node, keySha256 });
    await this.#keep({ ...heldKey(another.key), enrolledAt: this.#now(), token: tokenDigest });
    return { kind: 'ENROLLED', number };
  }

  #isDue(): boolean {
    const { rotateAfterMs, nowMs } = this.#options;
    if (this.#held.next !== null) return true;
    return rotateAfterMs > 0 && nowMs() - Date.parse(this.#held.enrolledAt ?? '') >= rotateAfterMs;
  }

  async #rotate(): Promise<Settled> {
    const next = this.#held.next ?? newKey();
    if (this.#held.next === null) await this.#keep({ ...this.#held, next });
    const body = { keySha256: await sha256Of(next) };
    const { number } = await this.#post('/v1/nodes/rotate', this.#held.key, body).catch((error: unknown) => {
      // The registry took it in an earlier run of this process, and the key before has ended since.
      if (error instanceof DomainError && error.details['status'] === 401)
        return this.#post('/v1/nodes/rotate', next, body);
      throw error;
    });
    await this.#keep({ ...this.#held, key: next, enrolledAt: this.#now(), next: null });
    return { kind: 'ROTATED', number };
  }

  async #post(path: string, key: string, body: object): Promise<EnrolledNode> {
    const { registryUrl, fetch } = this.#options;
    return EnrolledNode.parse(
      await new ControlPlane({ url: registryUrl, key, fetch }).postJson(path, body, TIMEOUT_MS),
    );
  }

  async #keep(held: HeldKey): Promise<void> {
    await this.#options.store.save(held);
    this.#held = held;
  }

  #now(): string {
    return new Date(this.#options.nowMs()).toISOString();
  }
}

/** A key that nobody has heard of yet. */
export const heldKey = (key = newKey()): HeldKey => ({
  key,
  enrolledAt: null,
  next: null,
  token: null,
  another: null,
});

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return `tfn_${btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;
}

async function sha256Of(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
