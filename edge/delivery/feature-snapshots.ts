import { DomainError } from '../../core/errors.ts';
import type { ManifestSnapshot } from '../../schema/manifest.ts';
import type { FeatureQuery, FeatureRow } from '../features/feature-reader.ts';
import { LoadedSnapshot } from '../features/loaded-snapshot.ts';
import type { Blobs } from './blobs.ts';
import { refusedBecause, type RefusedEntry } from './refused-entries.ts';

interface NamedSnapshot {
  readonly deployment: string;
  /** What the deployment calls it. */
  readonly snapshot: string;
}

/** What there is to tell of a snapshot, for the log. */
export type SnapshotEvent =
  | (NamedSnapshot & { readonly kind: 'SNAPSHOT_READY'; readonly entities: number })
  | (NamedSnapshot & { readonly kind: 'SNAPSHOT_REFUSED'; readonly reason: string });

export interface FeatureSnapshotsDeps {
  readonly blobs: Pick<Blobs, 'load'>;
  /** How large the snapshots in memory may be together. */
  readonly mostBytes: number;
  readonly nowMs: () => number;
  readonly onEvent: (event: SnapshotEvent) => void;
}

/** A snapshot that the entry of a deployment names. */
export interface WantedSnapshot extends ManifestSnapshot {
  readonly deployment: string;
}

interface Held {
  readonly wanted: WantedSnapshot;
  readonly loaded: LoadedSnapshot;
}

/**
 * The snapshots that the newest manifest names: features of chosen entities, for when nobody can be asked. A newer one takes
 * the place of an older one once it is here whole and verified; until then, and where it cannot be had, the older one answers.
 */
export class FeatureSnapshots {
  readonly #deps: FeatureSnapshotsDeps;
  /** By deployment, name and service. */
  #held: ReadonlyMap<string, Held> = new Map();
  readonly #refused = new Map<string, RefusedEntry>();

  constructor(deps: FeatureSnapshotsDeps) {
    this.#deps = deps;
  }

  /** What the newest snapshot that has the entity says of it; null where none has, and for a replay: snapshots are of now. */
  find({ service, entity, at }: FeatureQuery): FeatureRow | null {
    if (at !== null) return null;
    const nowMs = this.#deps.nowMs();
    let found: FeatureRow | null = null;
    let readAtMs = -Infinity;
    for (const { loaded } of this.#held.values()) {
      if (loaded.service !== service || loaded.readAtMs <= readAtMs) continue;
      const row = loaded.find(entity, nowMs);
      if (row) [found, readAtMs] = [row, loaded.readAtMs];
    }
    return found;
  }

  /** The blobs of those in memory. */
  digests(): readonly string[] {
    return [...this.#held.values()].map(({ wanted }) => wanted.digest);
  }

  /** Loads what is wanted and not here, forgets what nobody wants any more; says whether anything changed. Never throws. */
  async follow(all: readonly WantedSnapshot[]): Promise<boolean> {
    const named = new Map(all.map((wanted) => [slotOf(wanted), wanted]));
    const kept = [...this.#held].filter(([slot]) => named.has(slot));
    let changed = kept.length < this.#held.size;
    this.#held = new Map(kept);
    this.#forgetRefused(named);
    for (const [slot, wanted] of named) {
      if (this.#held.get(slot)?.wanted.digest === wanted.digest) continue;
      const loaded = await this.#try(slot, wanted);
      if (!loaded) continue;
      this.#held = new Map([...this.#held, [slot, { wanted, loaded }]]);
      changed = true;
    }
    return changed;
  }

  /** Why another one than the newest was refused is of no use any more. */
  #forgetRefused(named: ReadonlyMap<string, WantedSnapshot>): void {
    const wanted = new Set([...named].map(([slot, { digest }]) => `${slot} ${digest}`));
    for (const key of this.#refused.keys()) if (!wanted.has(key)) this.#refused.delete(key);
  }

  async #try(slot: string, wanted: WantedSnapshot): Promise<LoadedSnapshot | null> {
    const { nowMs, onEvent } = this.#deps;
    const { deployment, name: snapshot, digest } = wanted;
    const key = `${slot} ${digest}`;
    const before = this.#refused.get(key);
    if (before && (before.retryAtMs === null || before.retryAtMs > nowMs())) return null;
    try {
      const loaded = await this.#load(slot, wanted);
      this.#refused.delete(key);
      onEvent({ kind: 'SNAPSHOT_READY', deployment, snapshot, entities: loaded.entities });
      return loaded;
    } catch (error) {
      const refused = refusedBecause(error, before, nowMs());
      this.#refused.set(key, refused);
      onEvent({ kind: 'SNAPSHOT_REFUSED', deployment, snapshot, reason: refused.reason });
      return null;
    }
  }

  async #load(slot: string, { digest, sizeBytes, service }: WantedSnapshot): Promise<LoadedSnapshot> {
    const { blobs, mostBytes } = this.#deps;
    const others = [...this.#held].filter(([other]) => other !== slot);
    const heldBytes = others.reduce((sum, [, { wanted }]) => sum + wanted.sizeBytes, 0);
    if (heldBytes + sizeBytes > mostBytes) {
      throw new DomainError(
        'FAILED_PRECONDITION',
        `with its ${sizeBytes} bytes the snapshots here would have more than the ${mostBytes} bytes that they may`,
      );
    }
    const loaded = LoadedSnapshot.read(await blobs.load(digest, sizeBytes));
    if (loaded.service === service) return loaded;
    throw new DomainError('FAILED_PRECONDITION', `the snapshot ${digest} is of ${loaded.service}, not of ${service}`);
  }
}

const slotOf = ({ deployment, name, service }: WantedSnapshot): string => JSON.stringify([deployment, name, service]);
