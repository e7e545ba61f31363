import { compareVersions } from '../../../../core/codec/version.ts';
import type { OnlineAddress, OnlineEntry, OnlineStore } from '../../domain/online-store.ts';

/** Whether `entry` is to stand where `held` stands: by event and created time, then by place in the log. */
function isNewer(entry: OnlineEntry, held: OnlineEntry): boolean {
  const byTime = compareVersions(entry.block, held.block);
  if (byTime !== 0) return byTime > 0;
  return entry.seq === held.seq ? entry.ordinal >= held.ordinal : entry.seq > held.seq;
}

/** The online store in this process’s memory. */
export class MemoryOnlineStore implements OnlineStore {
  readonly #views = new Map<string, Map<string, OnlineEntry>>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async write(entries: readonly OnlineEntry[]): Promise<number> {
    const nowMs = this.#now().getTime();
    let written = 0;
    for (const entry of entries) {
      if (entry.evictAtMs !== null && entry.evictAtMs < nowMs) continue;
      let view = this.#views.get(entry.view);
      if (!view) this.#views.set(entry.view, (view = new Map()));
      const held = view.get(entry.key);
      if (held && !isNewer(entry, held)) continue;
      view.set(entry.key, entry);
      written++;
    }
    return written;
  }

  async read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]> {
    const nowMs = this.#now().getTime();
    return addresses.map(({ view, key }) => {
      const entry = this.#views.get(view)?.get(key);
      return entry && (entry.evictAtMs === null || entry.evictAtMs >= nowMs) ? entry.block : null;
    });
  }

  async evict(): Promise<number> {
    const nowMs = this.#now().getTime();
    let evicted = 0;
    for (const view of this.#views.values()) {
      for (const [key, { evictAtMs }] of view) {
        if (evictAtMs === null || evictAtMs >= nowMs) continue;
        view.delete(key);
        evicted++;
      }
    }
    return evicted;
  }

  async size(): Promise<number> {
    return [...this.#views.values()].reduce((sum, view) => sum + view.size, 0);
  }

  async close(): Promise<void> {
    this.#views.clear();
  }

  /** Everything that is stored, while writes go on: an entry may come as it was or as it is by then. */
  *entries(): Iterable<OnlineEntry> {
    for (const view of this.#views.values()) yield* view.values();
  }
}
