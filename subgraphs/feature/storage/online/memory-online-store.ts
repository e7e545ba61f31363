import { compareVersions, readTimes } from '../../../../core/codec/version.ts';
import type { OnlineAddress, OnlineEntry, OnlineStore } from '../../domain/online-store.ts';

/** Whether `entry` is to stand where `held` stands: by event and created time, then by place in the log. */
function isNewer(entry: OnlineEntry, held: OnlineEntry): boolean {
  const byTime = compareVersions(entry.block, held.block);
  if (byTime !== 0) return byTime > 0;
  return entry.seq === held.seq ? entry.ordinal >= held.ordinal : entry.seq > held.seq;
}

const eventMsOf = ({ block }: OnlineEntry): number =>
  readTimes(new DataView(block.buffer, block.byteOffset, block.byteLength)).eventTimeMs;

interface HeldView {
  readonly entries: Map<string, OnlineEntry>;
  /** The newest event that the view has ever told of. */
  newestMs: number;
}

/** The online store in this process’s memory. */
export class MemoryOnlineStore implements OnlineStore {
  readonly #views = new Map<string, HeldView>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async write(entries: readonly OnlineEntry[]): Promise<number> {
    let written = 0;
    for (const entry of entries) {
      let view = this.#views.get(entry.view);
      if (!view) this.#views.set(entry.view, (view = { entries: new Map(), newestMs: -Infinity }));
      view.newestMs = Math.max(view.newestMs, eventMsOf(entry));
      if (this.#isPast(entry, view)) continue;
      const held = view.entries.get(entry.key);
      if (held && !isNewer(entry, held)) continue;
      view.entries.set(entry.key, entry);
      written++;
    }
    return written;
  }

  async read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]> {
    return addresses.map(({ view, key }) => {
      const held = this.#views.get(view);
      const entry = held?.entries.get(key);
      return held && entry && !this.#isPast(entry, held) ? entry.block : null;
    });
  }

  async evict(): Promise<number> {
    let evicted = 0;
    for (const view of this.#views.values()) {
      for (const [key, entry] of view.entries) {
        if (!this.#isPast(entry, view)) continue;
        view.entries.delete(key);
        evicted++;
      }
    }
    return evicted;
  }

  async size(): Promise<number> {
    return [...this.#views.values()].reduce((sum, { entries }) => sum + entries.size, 0);
  }

  async close(): Promise<void> {
    this.#views.clear();
  }

  /** Everything that is stored, while writes go on: an entry may come as it was or as it is by then. */
  *entries(): Iterable<OnlineEntry> {
    for (const { entries } of this.#views.values()) yield* entries.values();
  }

  /** A view's time is that of its newest event, so that days of long ago can be replayed; it never runs ahead of the clock. */
  #isPast({ evictAtMs }: OnlineEntry, { newestMs }: HeldView): boolean {
    return evictAtMs !== null && evictAtMs < Math.min(newestMs, this.#now().getTime());
  }
}
