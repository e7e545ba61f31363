import {
  ALL_BLOCKS,
  allUses,
  allWindows,
  namesOfKey,
  redisParts,
  type RedisPart,
} from '../../../../../core/codec/redis-address.ts';
import { BLOCK_AT, evictionOf } from '../../../../../core/codec/stored-block.ts';
import { timesOfState, WINDOW_STAMP_BYTES } from '../../../../../core/windows/encode-state.ts';
import { timeOf } from './redis-bytes.ts';
import type { RedisConnection } from './redis-connection.ts';

const ANY = { view: 'any', key: '[]' };
const KEYS_PER_SCAN = 1_000;
/** Form, newest event and horizon, behind the stamp. */
const WINDOW_HEADER_BYTES = WINDOW_STAMP_BYTES + 17;

/** Goes through the keys of the store, in small steps between which others are served. */
export class RedisSweep {
  readonly #redis: RedisConnection;
  readonly #now: () => Date;

  constructor(redis: RedisConnection, now: () => Date) {
    this.#redis = redis;
    this.#now = now;
  }

  /** Removes blocks past their time, and windows that have been empty for as long again. Answers how many went. */
  async evict(): Promise<number> {
    const blocks = await this.#evict(ALL_BLOCKS, BLOCK_AT, 'blockTime', (header, timeMs) => {
      const evictAtMs = evictionOf(header);
      return evictAtMs !== null && evictAtMs < timeMs;
    });
    const windows = await this.#evict(allWindows(), WINDOW_HEADER_BYTES, 'windowsTime', (header, timeMs) => {
      const { newestMs, horizonMs } = timesOfState(header.subarray(WINDOW_STAMP_BYTES));
      return newestMs + 2 * horizonMs < timeMs;
    });
    await this.#forgetUses();
    return blocks + windows;
  }

  async size(): Promise<number> {
    let size = 0;
    for (const pattern of [ALL_BLOCKS, allWindows()]) {
      const seen = new Set<string>();
      for await (const { keys } of this.#keys(pattern)) for (const key of keys) seen.add(key);
      size += seen.size;
    }
    return size;
  }

  async dropWindows(view: string): Promise<void> {
    for (const pattern of [allWindows(view), allUses(view)]) {
      for await (const { keys } of this.#keys(pattern)) await this.#redis.write((redis) => redis.unlink(keys));
    }
    const times = redisParts(this.#redis.parts).map((part) => part.windowsTime(view));
    await Promise.all(times.map((time) => this.#redis.write((redis) => redis.unlink(time))));
  }

  async #evict(
    pattern: string,
    headerBytes: number,
    time: 'blockTime' | 'windowsTime',
    isPast: (header: Buffer, timeMs: number) => boolean,
  ): Promise<number> {
    let evicted = 0;
    for await (const { keys, part } of this.#keys(pattern)) {
      const viewOf = new Map(keys.map((key) => [key, namesOfKey(key).view]));
      const views = [...new Set(viewOf.values())];
      const times = await this.#redis.write((redis) => redis.mgetBuffer(views.map(part[time])));
      const nowMs = this.#now().getTime();
      const timeOfView = new Map(views.map((view, i) => [view, Math.min(timeOf(times[i]), nowMs)]));
      const headers = await this.#redis.write((redis) =>
        Promise.all(keys.map((key) => redis.getrangeBuffer(key, 0, headerBytes - 1))),
      );
      const past = keys.flatMap((key, i) => {
        const header = headers[i];
        const timeMs = timeOfView.get(viewOf.get(key) ?? '') ?? -Infinity;
        return header?.length === headerBytes && isPast(header, timeMs) ? [{ key, header }] : [];
      });
      if (past.length === 0) continue;
      const [gone, began] = [past.map(({ key }) => key), past.map(({ header }) => header)];
      evicted += Number(await this.#redis.call('drop', gone, began));
    }
    return evicted;
  }

  /** Uses that have been in no network for as long again. A set whose last member goes is gone. */
  async #forgetUses(): Promise<void> {
    for await (const { keys, part } of this.#keys(allUses())) {
      const viewOf = new Map(keys.map((key) => [key, namesOfKey(key).view]));
      const views = [...new Set(viewOf.values())];
      const times = await this.#redis.write((redis) => redis.mgetBuffer(views.map(part.windowsTime)));
      const horizons = await this.#redis.write((redis) => redis.mget(views.map(part.horizon)));
      const nowMs = this.#now().getTime();
      const untilOfView = new Map(
        views.map((view, i) => [view, Math.min(timeOf(times[i]), nowMs) - 2 * Number(horizons[i] ?? Infinity)]),
      );
      const untilOf = (key: string): number | string => untilOfView.get(viewOf.get(key) ?? '') ?? '-inf';
      await this.#redis.write((redis) =>
        Promise.all(keys.map((key) => redis.zremrangebyscore(key, '-inf', `(${untilOf(key)}`))),
      );
    }
  }

  /** What is there, on each server in turn, a few keys of one part at a time. */
  async *#keys(pattern: string): AsyncIterable<{ readonly keys: string[]; readonly part: RedisPart }> {
    const parts = new Map(redisParts(this.#redis.parts).map((part) => [namesOfKey(part.block(ANY)).tag, part]));
    for (const server of this.#redis.primaries()) {
      for (let cursor = '0'; ;) {
        const from = cursor;
        const [next, found] = await this.#redis.write(() =>
          server.scan(from, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN),
        );
        for (const [tag, keys] of Map.groupBy(found, (key) => namesOfKey(key).tag)) {
          const part = parts.get(tag);
          // What another form of store left there is not ours.
          if (part) yield { keys, part };
        }
        if (next === '0') break;
        cursor = next;
      }
    }
  }
}
