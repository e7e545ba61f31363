import type { Logger } from 'pino';
import { Turns } from '../../../shared/turns.ts';
import type { OnlineAddress } from '../../../../core/codec/address.ts';
import { compareVersions, eventTimeOf } from '../../../../core/codec/version.ts';
import type { FeatureValue } from '../../../../core/codec/layout.ts';
import type { NetworkCounts } from '../../../../core/windows/network.ts';
import type {
  FoldedLog,
  FoldedPart,
  OnlineEntry,
  OnlineStore,
  WindowEntry,
  WindowQuestion,
} from '../../domain/online-store.ts';
import { MemoryWindows } from './memory-windows.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

const SNAPSHOT_EVERY_MS = 60_000;

/** Whether `entry` is to stand where `held` stands: by event and created time, then by place in the log. */
function isNewer(entry: OnlineEntry, held: OnlineEntry): boolean {
  const byTime = compareVersions(entry.block, held.block);
  if (byTime !== 0) return byTime > 0;
  return entry.seq === held.seq ? entry.ordinal >= held.ordinal : entry.seq > held.seq;
}

interface HeldView {
  readonly entries: Map<string, OnlineEntry>;
  /** The newest event that the view has ever told of. */
  newestMs: number;
}

export interface MemoryOnlineStoreDeps {
  readonly now: () => Date;
  /** Where its snapshots go: they only shorten a start. Without a file it forgets everything when it is closed. */
  readonly snapshotFile?: string;
  readonly log: Logger;
}

/** The online store in this process’s memory, with a snapshot on the disk every minute and at its end. */
export class MemoryOnlineStore implements OnlineStore {
  readonly shared = false;
  readonly #views = new Map<string, HeldView>();
  readonly #windows: MemoryWindows;
  readonly #segments = new Set<number>();
  readonly #unsettled = new Set<string>();
  readonly #deps: MemoryOnlineStoreDeps;
  #pushedSeq = 0;
  #changed = false;
  #timer: NodeJS.Timeout | undefined;
  #snapshotting: Promise<void> = Promise.resolve();

  private constructor(deps: MemoryOnlineStoreDeps) {
    this.#deps = deps;
    this.#windows = new MemoryWindows(deps.now);
  }

  /** A store with what the last snapshot held. */
  static async open(deps: MemoryOnlineStoreDeps): Promise<MemoryOnlineStore> {
    const store = new MemoryOnlineStore(deps);
    const snapshot = deps.snapshotFile === undefined ? null : await readSnapshot(deps.snapshotFile);
    if (snapshot) {
      await store.write(snapshot.entries);
      store.#windows.load(snapshot.windows, snapshot.uses);
      store.#pushedSeq = snapshot.position.pushedSeq;
      for (const seq of snapshot.position.segments) store.#segments.add(seq);
      for (const view of snapshot.position.unsettled) store.#unsettled.add(view);
      store.#changed = false;
    }
    store.#timer = setInterval(() => void store.#tick(), SNAPSHOT_EVERY_MS);
    store.#timer.unref();
    return store;
  }

  async write(entries: readonly OnlineEntry[]): Promise<number> {
    let written = 0;
    const turns = new Turns();
    for (const entry of entries) {
      await turns.pass();
      let view = this.#views.get(entry.view);
      if (!view) this.#views.set(entry.view, (view = { entries: new Map(), newestMs: -Infinity }));
      view.newestMs = Math.max(view.newestMs, eventTimeOf(entry.block));
      if (this.#isPast(entry, view)) continue;
      const held = view.entries.get(entry.key);
      if (held && !isNewer(entry, held)) continue;
      view.entries.set(entry.key, entry);
      written++;
    }
    this.#changed ||= written > 0;
    return written;
  }

  async read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]> {
    return addresses.map(({ view, key }) => {
      const held = this.#views.get(view);
      const entry = held?.entries.get(key);
      return held && entry && !this.#isPast(entry, held) ? entry.block : null;
    });
  }

  async applyWindows(entries: readonly WindowEntry[]): Promise<number> {
    const turns = new Turns();
    const applied = await this.#windows.apply(entries, () => turns.pass());
    this.#changed ||= applied > 0;
    return applied;
  }

  async readWindows(questions: readonly WindowQuestion[]): Promise<readonly (readonly FeatureValue[] | null)[]> {
    return this.#windows.read(questions);
  }

  async readNetworks(questions: readonly WindowQuestion[]): Promise<readonly (readonly NetworkCounts[] | null)[]> {
    return this.#windows.readNetworks(questions);
  }

  async dropWindows(view: string): Promise<void> {
    this.#windows.drop(view);
    this.#changed = true;
  }

  async evict(): Promise<number> {
    const turns = new Turns();
    let evicted = await this.#windows.evict(() => turns.pass());
    for (const view of this.#views.values()) {
      for (const [key, entry] of view.entries) {
        if (this.#isPast(entry, view)) {
          view.entries.delete(key);
          evicted++;
        }
        await turns.pass();
      }
    }
    this.#changed ||= evicted > 0;
    return evicted;
  }

  async size(): Promise<number> {
    return [...this.#views.values()].reduce((sum, { entries }) => sum + entries.size, this.#windows.size);
  }

  async folded(): Promise<FoldedLog> {
    return { pushedSeq: this.#pushedSeq, segments: [...this.#segments], unsettled: [...this.#unsettled] };
  }

  async renew(): Promise<void> {}

  async foldedPushes(): Promise<number> {
    return this.#pushedSeq;
  }

  async noteFolded(part: FoldedPart): Promise<void> {
    if ('segment' in part) this.#segments.add(part.segment);
    else if ('unsettled' in part) this.#unsettled.add(part.unsettled);
    else if ('settled' in part) this.#unsettled.delete(part.settled);
    else this.#pushedSeq = Math.max(this.#pushedSeq, part.pushedSeq);
    this.#changed = true;
  }

  /** Leaves a snapshot for the next start. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.snapshot().catch((error: unknown) => this.#tellNoSnapshot(error));
    this.#views.clear();
  }

  /** Writes a snapshot if anything changed since the last one; one at a time. */
  async snapshot(): Promise<void> {
    const done = this.#snapshotAfter(this.#snapshotting);
    this.#snapshotting = done.catch(() => undefined);
    await done;
  }

  async #snapshotAfter(before: Promise<void>): Promise<void> {
    await before;
    const { snapshotFile } = this.#deps;
    if (!this.#changed || snapshotFile === undefined) return;
    this.#changed = false;
    try {
      await writeSnapshot(snapshotFile, await this.folded(), {
        entries: this.#entries(),
        windows: this.#windows.stored(),
        uses: this.#windows.storedUses(),
      });
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }

  async #tick(): Promise<void> {
    try {
      await this.evict();
      await this.snapshot();
    } catch (error) {
      this.#tellNoSnapshot(error);
    }
  }

  #tellNoSnapshot(error: unknown): void {
    this.#deps.log.error({ err: error }, 'the online store’s snapshot failed; the log still has everything');
  }

  /** Everything that is stored, while writes go on: an entry may come as it was or as it is by then. */
  *#entries(): Iterable<OnlineEntry> {
    for (const { entries } of this.#views.values()) yield* entries.values();
  }

  /** A view's time is that of its newest event, so that days of long ago can be replayed; it never runs ahead of the clock. */
  #isPast({ evictAtMs }: OnlineEntry, { newestMs }: HeldView): boolean {
    return evictAtMs !== null && evictAtMs < Math.min(newestMs, this.#deps.now().getTime());
  }
}
