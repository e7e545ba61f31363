import type { Manifest, SignedManifest } from '../../schema/manifest.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { TrustedKeys } from '../control-plane/trusted-keys.ts';
import type { Freshness } from '../serving/deployment.ts';
import { checkFresh, ManifestRefused, openManifest } from './accept-manifest.ts';

/** A manifest that was accepted, with the bytes that were signed. */
export interface HeldManifest {
  readonly manifest: Manifest;
  readonly envelope: SignedManifest;
  readonly expiresAtMs: number;
}

export const heldManifest = (manifest: Manifest, envelope: SignedManifest): HeldManifest => ({
  manifest,
  envelope,
  expiresAtMs: Date.parse(manifest.expiresAt),
});

export interface NewestManifestDeps {
  readonly control: ControlPlane;
  readonly audience: string;
  readonly trusted: TrustedKeys;
  readonly nowMs: () => number;
  readonly onEvent: (event: ManifestRefusal | { readonly kind: 'REGISTRY_SILENT'; readonly reason: string }) => void;
}

export interface ManifestRefusal {
  readonly kind: 'MANIFEST_REFUSED';
  readonly code: string;
  readonly reason: string;
}

const TIMEOUT_MS = 10_000;
const MOST_MANIFEST_BYTES = 16 * 1024 * 1024;

/** The newest manifest that this node goes by, and how the registry is asked for a newer one. */
export class NewestManifest {
  readonly #deps: NewestManifestDeps;
  #held: HeldManifest | null = null;
  #contactAtMs = 0;
  /** Why the registry cannot be heard, as it was reported last; null while it can. */
  #silence: string | null = null;
  #refused: ManifestRefusal | null = null;
  #etag: string | null = null;
  #announcedRevision = 0;

  constructor(deps: NewestManifestDeps) {
    this.#deps = deps;
  }

  get held(): HeldManifest | null {
    return this.#held;
  }

  /** Why the one that is offered now is not gone by; null while none is refused. */
  get refused(): ManifestRefusal | null {
    return this.#refused;
  }

  /** Whether it could not be heard the last time. */
  get isSilent(): boolean {
    return this.#silence !== null;
  }

  /** When the registry was heard last. */
  get contactAtMs(): number {
    return this.#contactAtMs;
  }

  freshness(): Freshness {
    const nowMs = this.#deps.nowMs();
    if (!this.#held) return { revision: null, ageMs: 0, stale: false };
    const { manifest, expiresAtMs } = this.#held;
    return { revision: manifest.revision, ageMs: Math.max(0, nowMs - this.#contactAtMs), stale: expiresAtMs <= nowMs };
  }

  restore(held: HeldManifest, contactAtMs: number): void {
    this.#held = held;
    this.#contactAtMs = contactAtMs;
  }

  /** The registry has this revision: from now on questions name it. */
  hear(revision: number): void {
    this.#announcedRevision = revision;
  }

  /** Asks once. Never throws: what goes wrong is an event. */
  async ask(): Promise<'ACCEPTED' | 'CONFIRMED' | 'NOTHING'> {
    try {
      const found = await this.#ask();
      this.#refused = null;
      return found;
    } catch (error) {
      if (error instanceof ManifestRefused) this.#deps.onEvent((this.#refused = refusalOf(error)));
      else this.#announceSilence(error instanceof Error ? error.message : 'no answer');
      return 'NOTHING';
    }
  }

  async #ask(): Promise<'ACCEPTED' | 'CONFIRMED' | 'NOTHING'> {
    const { control, audience, trusted, nowMs } = this.#deps;
    const answer = await control.get(this.#path(), {
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_MANIFEST_BYTES,
      // What has expired is asked for whole: the registry may have signed it anew.
      etag: this.freshness().stale ? null : this.#etag,
    });
    if (answer.status === 304) return this.#confirm();
    const envelope = parse(answer.bytes);
    const manifest = await openManifest(envelope, trusted, audience);
    if (JSON.stringify(manifest) === JSON.stringify(this.#held?.manifest)) {
      this.#etag = answer.etag;
      return this.#confirm();
    }
    checkFresh(manifest, this.#held?.manifest ?? null, nowMs());
    this.#held = heldManifest(manifest, envelope as SignedManifest);
    this.#etag = answer.etag;
    this.#silence = null;
    this.#contactAtMs = nowMs();
    return 'ACCEPTED';
  }

  /** By the newest revision that is known of: what caches keep under that name is never older. */
  #path(): string {
    const path = `/v1/manifests/${encodeURIComponent(this.#deps.audience)}`;
    const revision = Math.max(this.#announcedRevision, this.#held?.manifest.revision ?? 0);
    return revision > 0 ? `${path}?revision=${revision}` : path;
  }

  /**
   * The registry has nothing newer. That counts while what is held has not expired: the registry signs anew long before, and
   * whoever goes on giving an old manifest must not keep this node on it for ever.
   */
  #confirm(): 'CONFIRMED' | 'NOTHING' {
    const nowMs = this.#deps.nowMs();
    if (this.#held && this.#held.expiresAtMs <= nowMs) {
      const { revision, expiresAt } = this.#held.manifest;
      this.#announceSilence(`it goes on answering with revision ${revision}, which expired at ${expiresAt}`);
      return 'NOTHING';
    }
    this.#silence = null;
    this.#contactAtMs = nowMs;
    return 'CONFIRMED';
  }

  /** Once for each reason: a node without its registry has better things to write. */
  #announceSilence(reason: string): void {
    if (this.#silence === reason) return;
    this.#silence = reason;
    this.#deps.onEvent({ kind: 'REGISTRY_SILENT', reason });
  }
}

export const refusalOf = (error: unknown): ManifestRefusal => ({
  kind: 'MANIFEST_REFUSED',
  code: error instanceof ManifestRefused ? error.code : 'MALFORMED',
  reason: error instanceof Error ? error.message : 'it cannot be read',
});

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new ManifestRefused('MALFORMED', 'the answer is not JSON');
  }
}
