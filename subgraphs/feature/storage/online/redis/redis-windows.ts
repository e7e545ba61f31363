import { randomBytes } from 'node:crypto';
import type { FeatureValue } from '../../../../../core/codec/layout.ts';
import { DomainError } from '../../../../../core/errors.ts';
import { applyWithUses, type SharedValue } from '../../../../../core/windows/changed-uses.ts';
import { decodeState, encodeState, WINDOW_STAMP_BYTES } from '../../../../../core/windows/encode-state.ts';
import type { WindowPlan } from '../../../../../core/windows/plan.ts';
import { WindowState } from '../../../../../core/windows/state.ts';
import type { WindowEntry, WindowQuestion } from '../../../domain/online-store.ts';
import { all, batchesOf, inGroups, timeBytes, timeOf } from './redis-bytes.ts';
import type { RedisArgument, RedisConnection } from './redis-connection.ts';
import type { RedisParts } from './redis-parts.ts';

/** Newest event and horizon of a view, as the function takes them. */
type Times = readonly RedisArgument[];
const ENTITIES_PER_CALL = 64;
/** Each time somebody else was quicker, so this never ends but by a fault. */
const MOST_TRIES = 1_000;

/**
 * Windows in Redis. They are folded here, by the same code as in process, and put in their place only if nobody else did so
 * meanwhile; else they are read and folded again.
 */
export class RedisWindows {
  readonly #redis: RedisConnection;
  readonly #now: () => Date;
  readonly #parts: RedisParts;

  constructor(redis: RedisConnection, now: () => Date, parts: RedisParts) {
    this.#redis = redis;
    this.#now = now;
    this.#parts = parts;
  }

  async apply(entries: readonly WindowEntry[]): Promise<number> {
    const applied: Promise<number>[] = [];
    for (const [view, own] of Map.groupBy(entries, (entry) => entry.view)) {
      const newestMs = own.reduce((newest, { event }) => Math.max(newest, event.eventMs), -Infinity);
      const times = [timeBytes(newestMs), String(own[0]?.plan.horizonMs ?? 0)];
      const groups = this.#parts.groups(own);
      for (const i of this.#parts.all.keys()) applied.push(this.#applyIn(i, view, groups.get(i) ?? [], times));
    }
    return (await all(applied)).reduce((sum, one) => sum + one, 0);
  }

  async read(questions: readonly WindowQuestion[]): Promise<readonly (readonly FeatureValue[] | null)[]> {
    const nowMs = this.#now().getTime();
    return inGroups(questions, this.#parts, async (own, part) => {
      const views = [...new Set(own.map(({ view }) => view))];
      const keys = [...views.map(part.windowsTime), ...own.map(part.windows)];
      const found = await this.#redis.read((redis) => redis.mgetBuffer(keys));
      const timeOfView = new Map(views.map((view, i) => [view, Math.min(timeOf(found[i]), nowMs)]));
      return own.map(({ view, plan, atMs }, i) => {
        const stored = found[views.length + i];
        if (stored) return stateOf(stored, plan).read(atMs);
        // Entities that were let go of had nothing in their windows since; nothing is known of what lies before.
        if (atMs < (timeOfView.get(view) ?? -Infinity) - plan.horizonMs) return null;
        return new WindowState(plan).read(atMs);
      });
    });
  }

  /** The entries of one view that lie in a part, of which there may be none: the view’s time is the same in all parts. */
  async #applyIn(index: number, view: string, entries: readonly WindowEntry[], times: Times): Promise<number> {
    const entities = [...Map.groupBy(entries, ({ key }) => key).values()];
    let applied = 0;
    for (const batch of batchesOf(entities, ENTITIES_PER_CALL, 1)) {
      applied += await this.#applyTo(index, view, batch, times);
    }
    return applied;
  }

  /** All entries of one view, those of each entity together and in order. */
  async #applyTo(
    index: number,
    view: string,
    entities: readonly (readonly WindowEntry[])[],
    times: Times,
  ): Promise<number> {
    const part = this.#parts.at(index);
    let applied = 0;
    let left = entities;
    for (let tries = 0; tries === 0 || left.length > 0; tries++) {
      if (tries === MOST_TRIES) throw new DomainError('UNAVAILABLE', 'online store: Redis is written to by too many');
      const keys = left.flatMap(([first]) => (first ? [part.windows(first)] : []));
      const held = keys.length === 0 ? [] : await this.#redis.write((redis) => redis.mgetBuffer(keys));
      const folded = left.map((events, i) => foldInto(held[i] ?? null, events));
      const uses = folded.flatMap((one, i) => one.uses.map((use) => ({ ...use, place: i + 1, key: keyOf(left[i]) })));
      const swapped = (await this.#parts.call(
        index,
        'swap',
        [part.windowsTime(view), part.horizon(view), ...keys, ...uses.map((use) => part.uses(view, use))],
        [
          ...times,
          String(keys.length),
          ...folded.flatMap(({ stamp, bytes }) => [stamp, bytes]),
          ...uses.flatMap(({ place, key, ms }) => [String(place), key, ms === null ? '' : String(ms)]),
        ],
      )) as readonly number[];
      applied += folded.reduce((sum, one, i) => sum + (swapped[i] === 1 ? one.applied : 0), 0);
      left = left.filter((_, i) => swapped[i] !== 1);
    }
    return applied;
  }
}

interface Folded {
  /** What stood before. */
  readonly stamp: Uint8Array;
  /** What is to be there from now on; empty where nothing changed. */
  readonly bytes: Uint8Array;
  readonly applied: number;
  /** The last use of each shared value that may be another now; null: it is used no more. */
  readonly uses: readonly (SharedValue & { readonly ms: number | null })[];
}

const keyOf = (entries: readonly WindowEntry[] | undefined): string => entries?.[0]?.key ?? '';

function foldInto(held: Buffer | null, entries: readonly WindowEntry[]): Folded {
  const stamp = held ? held.subarray(0, WINDOW_STAMP_BYTES) : Buffer.alloc(0);
  const nothing = { stamp, bytes: Buffer.alloc(0), applied: 0, uses: [] };
  const [first] = entries;
  if (!first) return nothing;
  const { plan } = first;
  const state = held ? stateOf(held, plan) : new WindowState(plan);
  const changed = new Map<string, SharedValue>();
  const applied = entries.filter((entry) =>
    applyWithUses(state, plan, entry, (shared) => changed.set(`${shared.column}:${shared.value}`, shared)),
  ).length;
  if (applied === 0) return nothing;
  const uses = [...changed.values()].map((shared) => ({ ...shared, ms: state.lastUse(shared.column, shared.value) }));
  return { stamp, bytes: Buffer.concat([randomBytes(WINDOW_STAMP_BYTES), encodeState(state, plan)]), applied, uses };
}

export function stateOf(stored: Buffer, plan: WindowPlan): WindowState {
  const state = decodeState(stored.subarray(WINDOW_STAMP_BYTES), plan);
  if (!state) throw new Error('windows in Redis cannot be read: another program wrote under their key');
  return state;
}
