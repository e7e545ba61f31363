import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { OnlineAddress } from '../../../../../core/codec/address.ts';
import type { FeatureValue } from '../../../../../core/codec/layout.ts';
import type { NetworkCounts } from '../../../../../core/windows/network.ts';
import {
  blockKeyOf,
  blockTimeKeyOf,
  GENERATION_KEY,
  PUSHED_KEY,
  SEGMENTS_KEY,
  UNSETTLED_KEY,
} from '../../../../../core/codec/redis-address.ts';
import { blockOf, encodeStored, evictionOf } from '../../../../../core/codec/stored-block.ts';
import { readTimes } from '../../../../../core/codec/version.ts';
import type {
  FoldedLog,
  FoldedPart,
  OnlineEntry,
  OnlineStore,
  WindowEntry,
  WindowQuestion,
} from '../../../domain/online-store.ts';
import { RedisConnection } from './redis-connection.ts';
import { redisErrorOf } from './redis-error.ts';
import { RedisNetworks } from './redis-networks.ts';
import { RedisSweep } from './redis-sweep.ts';
import { RedisWindows } from './redis-windows.ts';
import { batchesOf, timeBytes, timeOf } from './redis-bytes.ts';

/** So many blocks go in one step: others wait meanwhile. */
const BLOCKS_PER_CALL = 256;
const SWEEP_EVERY_MS = 600_000;

const eventMsOf = ({ block }: OnlineEntry): number =>
  readTimes(new DataView(block.buffer, block.byteOffset, block.byteLength)).eventTimeMs;

export interface RedisOnlineStoreDeps {
  readonly url: string;
  readonly now: () => Date;
  readonly log: Logger;
}

/** The online store in one Redis, for several processes. The log has everything: a Redis that was emptied is filled again. */
export class RedisOnlineStore implements OnlineStore {
  readonly shared = true;
  readonly #redis: RedisConnection;
  readonly #now: () => Date;
  readonly #windows: RedisWindows;
  readonly #networks: RedisNetworks;
  readonly #sweep: RedisSweep;
  readonly #timer: NodeJS.Timeout;
  /** Of the store that this process wrote to last; what is written to another is refused. */
  #generation = '';

  private constructor(redis: RedisConnection, { now, log }: RedisOnlineStoreDeps) {
    this.#redis = redis;
    this.#now = now;
    this.#windows = new RedisWindows(redis, now, () => this.#generation);
    this.#networks = new RedisNetworks(redis, now);
    this.#sweep = new RedisSweep(redis, now);
    this.#timer = setInterval(() => {
      this.evict().catch((error: unknown) => log.warn({ err: error }, 'the online store could not be cleared up'));
    }, SWEEP_EVERY_MS);
    this.#timer.unref();
  }

  /** Throws UNAVAILABLE where nothing answers, INVALID_INPUT for a Redis that could lose what is written. */
  static async open(deps: RedisOnlineStoreDeps): Promise<RedisOnlineStore> {
    const redis = await RedisConnection.open(deps.url, deps.log);
    const store = new RedisOnlineStore(redis, deps);
    try {
      await redis.checkSettings();
      await store.renew();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  ping(): Promise<void> {
    return this.#redis.ping();
  }

  async write(entries: readonly OnlineEntry[]): Promise<number> {
    let written = 0;
    for (const [view, own] of Map.groupBy(entries, (entry) => entry.view)) {
      for (const batch of batchesOf(own, BLOCKS_PER_CALL)) {
        const newestMs = batch.reduce((newest, entry) => Math.max(newest, eventMsOf(entry)), -Infinity);
        written += Number(
          await this.#redis.call(
            'put',
            [GENERATION_KEY, blockTimeKeyOf(view), ...batch.map(blockKeyOf)],
            [this.#generation, timeBytes(this.#now().getTime()), timeBytes(newestMs), ...batch.map(encodeStored)],
          ),
        );
      }
    }
    return written;
  }

  async read(addresses: readonly OnlineAddress[]): Promise<readonly (Uint8Array | null)[]> {
    if (addresses.length === 0) return [];
    const views = [...new Set(addresses.map(({ view }) => view))];
    const keys = [...views.map(blockTimeKeyOf), ...addresses.map(blockKeyOf)];
    const found = await this.#redis.read((redis) => redis.mgetBuffer(keys));
    const nowMs = this.#now().getTime();
    const timeOfView = new Map(views.map((view, i) => [view, Math.min(timeOf(found[i]), nowMs)]));
    return addresses.map(({ view }, i) => {
      const stored = found[views.length + i];
      if (!stored) return null;
      const evictAtMs = evictionOf(stored);
      return evictAtMs !== null && evictAtMs < (timeOfView.get(view) ?? -Infinity) ? null : blockOf(stored);
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

  async folded(): Promise<FoldedLog> {
    const [generation, pushed, segments, unsettled] = await this.#redis.write((redis) =>
      Promise.all([
        redis.get(GENERATION_KEY),
        redis.get(PUSHED_KEY),
        redis.smembers(SEGMENTS_KEY),
        redis.smembers(UNSETTLED_KEY),
      ]),
    );
    if (generation !== this.#generation) throw redisErrorOf(new Error('LOST'));
    return { pushedSeq: Number(pushed ?? 0), segments: segments.map(Number), unsettled };
  }

  async renew(): Promise<void> {
    this.#generation = await this.#redis.write(async (redis) => {
      await redis.setnx(GENERATION_KEY, randomUUID());
      return (await redis.get(GENERATION_KEY)) ?? '';
    });
  }

  async foldedPushes(): Promise<number | null> {
    const [generation, pushed] = await this.#redis.read((redis) => redis.mget(GENERATION_KEY, PUSHED_KEY));
    return generation === this.#generation ? Number(pushed ?? 0) : null;
  }

  async noteFolded(part: FoldedPart): Promise<void> {
    if ('settled' in part) {
      await this.#redis.write((redis) => redis.srem(UNSETTLED_KEY, part.settled));
      return;
    }
    if ('pushedSeq' in part) {
      await this.#redis.call('pushed', [GENERATION_KEY, PUSHED_KEY], [this.#generation, String(part.pushedSeq)]);
      return;
    }
    const [key, member] = 'segment' in part ? [SEGMENTS_KEY, String(part.segment)] : [UNSETTLED_KEY, part.unsettled];
    await this.#redis.call('mark', [GENERATION_KEY, key], [this.#generation, member]);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#redis.close();
  }
}
