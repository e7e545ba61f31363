import { randomUUID } from 'node:crypto';
import type { OnlineAddress } from '../../../../../core/codec/address.ts';
import { partOf, redisParts, type PartCount, type RedisPart } from '../../../../../core/codec/redis-address.ts';
import type { FoldedLog } from '../../../domain/online-store.ts';
import { WRITES_SECONDS, type FunctionName } from './functions.ts';
import type { RedisArgument, RedisConnection } from './redis-connection.ts';
import { redisErrorOf } from './redis-error.ts';

/** What this process knows of a part; a part that has less has lost something. */
interface Known {
  readonly part: RedisPart;
  generation: string;
  pushed: number;
  writes: number;
  wroteAtMs: number;
}

/**
 * The parts of the store, each on one server of the Redis. A write says what its part must hold: one that was emptied, or
 * comes from a replica that lacks the last moments, refuses it, and takes nothing more from this process until `renew`.
 */
export class RedisParts {
  readonly count: PartCount;
  readonly #redis: RedisConnection;
  readonly #writer = randomUUID();
  readonly #known: readonly Known[];
  #lost = false;

  constructor(redis: RedisConnection, count: PartCount) {
    this.count = count;
    this.#redis = redis;
    this.#known = redisParts(count).map((part) => ({ part, generation: '', pushed: 0, writes: 0, wroteAtMs: 0 }));
  }

  get all(): readonly RedisPart[] {
    return redisParts(this.count);
  }

  /** Things by the part in which their entities lie. */
  groups<T extends Pick<OnlineAddress, 'key'>>(items: readonly T[]): Map<number, T[]> {
    return Map.groupBy(items, (item) => partOf(item, this.count));
  }

  at(index: number): RedisPart {
    return this.#at(index).part;
  }

  /** From now on parts are taken as they are. */
  async renew(): Promise<void> {
    await Promise.all(
      this.#known.map(async (known) => {
        const { part } = known;
        const [generation, pushed] = await this.#redis.write(async (redis) => {
          await redis.setnx(part.generation, randomUUID());
          return redis.mget(part.generation, part.pushed);
        });
        Object.assign(known, { generation: generation ?? '', pushed: Number(pushed ?? 0), writes: 0 });
      }),
    );
    this.#lost = false;
  }

  /** Calls a function that writes to a part. */
  async call(
    index: number,
    name: Exclude<FunctionName, 'drop'>,
    keys: readonly string[],
    args: readonly RedisArgument[],
  ): Promise<unknown> {
    const known = this.#at(index);
    const { part, generation, pushed } = known;
    if (this.#lost) throw redisErrorOf(new Error('LOST'));
    const [writes, answer] = (await this.#redis.call(
      name,
      [part.generation, part.pushed, part.writes(this.#writer), ...keys],
      [generation, String(pushed), String(writesOf(known)), ...args],
    )) as readonly [number, unknown];
    known.writes = Math.max(known.writes, writes);
    known.wroteAtMs = performance.now();
    return answer;
  }

  /** Notes in all parts that pushed rows up to a place have been written. */
  async notePushed(seq: number): Promise<void> {
    await Promise.all(
      this.#known.map(async (known, i) => {
        await this.call(i, 'pushed', [], [String(seq)]);
        known.pushed = Math.max(known.pushed, seq);
      }),
    );
  }

  async noteIn(set: 'segments' | 'unsettled', member: string): Promise<void> {
    await Promise.all(this.all.map((part, i) => this.call(i, 'mark', [part[set]], [member])));
  }

  async noteSettled(view: string): Promise<void> {
    await Promise.all(this.all.map((part) => this.#redis.write((redis) => redis.srem(part.unsettled, view))));
  }

  /** Pushed rows up to this place are in all parts; null where one has lost something since `renew`. */
  async pushed(): Promise<number | null> {
    const places = await Promise.all(
      this.#known.map(async (known) => {
        const { part } = known;
        const keys = [part.generation, part.pushed, part.writes(this.#writer)];
        // What it knows now: meanwhile it may come to know more.
        const [atLeast, writes] = [known.pushed, writesOf(known)];
        const [generation, pushed, wrote] = await this.#redis.read((redis) => redis.mget(keys));
        const place = Number(pushed ?? 0);
        if (generation !== known.generation || place < atLeast || Number(wrote ?? 0) < writes) return null;
        known.pushed = Math.max(known.pushed, place);
        return place;
      }),
    );
    if (places.includes(null)) this.#lost = true;
    return this.#lost ? null : Math.min(...places.map((place) => place ?? 0));
  }

  /** What all parts hold of the log. */
  async folded(): Promise<FoldedLog> {
    const pushedSeq = await this.pushed();
    if (pushedSeq === null) throw redisErrorOf(new Error('LOST'));
    const [first, ...others] = await Promise.all(
      this.all.map((part) => this.#redis.write((redis) => redis.smembers(part.segments))),
    );
    const held = others.map((segments) => new Set(segments));
    const unsettled = await Promise.all(
      this.all.map((part) => this.#redis.write((redis) => redis.smembers(part.unsettled))),
    );
    return {
      pushedSeq,
      segments: (first ?? []).filter((seq) => held.every((segments) => segments.has(seq))).map(Number),
      unsettled: [...new Set(unsettled.flat())],
    };
  }

  #at(index: number): Known {
    const known = this.#known[index];
    if (!known) throw new RangeError(`there is no part ${index}`);
    return known;
  }
}

/** What it has written for certain, as long as the part remembers that. */
const writesOf = ({ writes, wroteAtMs }: Known): number =>
  performance.now() - wroteAtMs < (WRITES_SECONDS * 1_000) / 2 ? writes : 0;
