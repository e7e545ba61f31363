import type { Logger } from 'pino';
import type { OnlineAddress } from '../../../../../core/codec/address.ts';
import type { FeatureValue } from '../../../../../core/codec/layout.ts';
import type { NetworkCounts } from '../../../../../core/windows/network.ts';
import { blockOf, encodeStored, evictionOf } from '../../../../../core/codec/stored-block.ts';
import { eventTimeOf } from '../../../../../core/codec/version.ts';
import type {
  FoldedLog,
  FoldedPart,
  OnlineEntry,
  OnlineStore,
  WindowEntry,
  WindowQuestion,
} from '../../../domain/online-store.ts';
import { RedisConnection } from './redis-connection.ts';
import { RedisNetworks } from './redis-networks.ts';
import { RedisParts } from './redis-parts.ts';
import { RedisSweep } from './redis-sweep.ts';
import { RedisWindows } from './redis-windows.ts';
import { all, batchesOf, inGroups, timeBytes, timeOf } from './redis-bytes.ts';

/** So many blocks go in one step: others wait meanwhile. */
const BLOCKS_PER_CALL = 256;
const SWEEP_EVERY_MS = 600_000;

export interface RedisOnlineStoreDeps {
  /** Of one server, or of some nodes of a cluster. */
  readonly urls: readonly string[];
  readonly now: () => Date;
  readonly log: Logger;
}

/** The online store in a Redis, one server or a cluster, for several processes. The log has everything: a Redis that was emptied is filled again. */
export class RedisOnlineStore implements OnlineStore {
  readonly shared = true;
  readonly #redis: RedisConnection;
  readonly #now: () => Date;
  readonly #windows: RedisWindows;
  readonly #networks: RedisNetworks;
  readonly #sweep: RedisSweep;
  readonly #timer: NodeJS.Timeout;
  readonly #parts: RedisParts;

  private constructor(redis: RedisConnection, { now, log }: RedisOnlineStoreDeps) {
    this.#redis = redis;
    this.#now = now;
    this.#parts = new RedisParts(redis, redis.parts);
    this.#windows = new RedisWindows(redis, now, this.#parts);
    this.#networks = new RedisNetworks(redis, now, this.#parts);
    this.#sweep = new RedisSweep(redis, now);
    this.#timer = setInterval(() => {
      this.evict().catch((error: unknown) => log.warn({ err: error }, 'the online store could not be cleared up'));
    }, SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  /** Throws UNAVAILABLE where nothing answers, INVALID_INPUT for a Redis that could lose what is written. */
  static async open(deps: RedisOnlineStoreDeps): Promise<RedisOnlineStore> {
    const redis = await RedisConnection.open(deps.urls, deps.log);
    const store = new RedisOnlineStore(redis, deps);
    try {
      await store.renew();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Throws where one of its parts cannot be read. */
  async ping(): Promise<void> {
    await Promise.all(this.#parts.all.map(({ generation }) => this.#redis.read((redis) => redis.get(generation))));
  }

  async write(entries: readonly OnlineEntry[]): Promise<number> {
    const written: Promise<unknown>[] = [];
    for (const [view, own] of Map.groupBy(entries, (entry) => entry.view)) {
      const newestMs = own.reduce((newest, entry) => Math.max(newest, eventTimeOf(entry.block)), -Infinity);
      const times = [timeBytes(this.#now().getTime()), timeBytes(newestMs)];
      const groups = this.#parts.groups(own);
      for (const [i, part] of this.#parts.all.entries()) {
        // The time of a view is the same in all parts, also where nothing of it lies.
        for (const batch of batchesOf(groups.get(i) ?? [], BLOCKS_PER_CALL, 1)) {
          const keys = [part.blockTime(view), ...batch.map(part.block)];
          written.push(this.#parts.call(i, 'put', keys, [...times, ...batch.map(encodeStored)]));
        }
      }
    }
    return (await all(written)).reduce<number>((sum, one) => sum + Number(one), 0);
  }

  async read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]> {
    const nowMs = this.#now().getTime();
    return inGroups(addresses, this.#parts, async (own, part) => {
      const views = [...new Set(own.map(({ view }) => view))];
      const keys = [...views.map(part.blockTime), ...own.map(part.block)];
      const found = await this.#redis.read((redis) => redis.mgetBuffer(keys));
      const timeOfView = new Map(views.map((view, i) => [view, Math.min(timeOf(found[i]), nowMs)]));
      return own.map(({ view }, i) => {
        const stored = found[views.length + i];
        if (!stored) return null;
        const evictAtMs = evictionOf(stored);
        return evictAtMs !== null && evictAtMs < (timeOfView.get(view) ?? -Infinity) ? null : blockOf(stored);
      });
    });
  }

  applyWindows(entries: readonly WindowEntry[]): Promise<number> {
    return this.#windows.apply(entries);
  }

  readWindows(questions: readonly WindowQuestion[]): Promise<readonly (readonly FeatureValue[] | null)[]> {
    return this.#windows.read(questions);
  }

  readNetworks(questions: readonly WindowQuestion[]): Promise<readonly (readonly NetworkCounts[] | null)[]> {
    return this.#networks.read(questions);
  }

  dropWindows(view: string): Promise<void> {
    return this.#sweep.dropWindows(view);
  }

  evict(): Promise<number> {
    return this.#sweep.evict();
  }

  size(): Promise<number> {
    return this.#sweep.size();
  }

  folded(): Promise<FoldedLog> {
    return this.#parts.folded();
  }

  renew(): Promise<void> {
    return this.#parts.renew();
  }

  foldedPushes(): Promise<number | null> {
    return this.#parts.pushed();
  }

  async noteFolded(part: FoldedPart): Promise<void> {
    if ('settled' in part) await this.#parts.noteSettled(part.settled);
    else if ('pushedSeq' in part) await this.#parts.notePushed(part.pushedSeq);
    else if ('segment' in part) await this.#parts.noteIn('segments', String(part.segment));
    else await this.#parts.noteIn('unsettled', part.unsettled);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#redis.close();
  }
}
