import { entityKeyOf } from '../../core/codec/address.ts';
import { partOf, redisParts, type PartCount } from '../../core/codec/redis-address.ts';
import { blockOf, evictionOf } from '../../core/codec/stored-block.ts';
import { timeAt } from '../../core/codec/version.ts';
import type { FeatureValue } from '../../core/codec/layout.ts';
import { DomainError } from '../../core/errors.ts';
import { rowOf, wantsBlock } from '../../core/online/answer-row.ts';
import type { ReadPlan, ViewPlan } from '../../core/online/read-plan.ts';
import { decodeState, WINDOW_STAMP_BYTES } from '../../core/windows/encode-state.ts';
import { WindowState } from '../../core/windows/state.ts';
import type { FeatureQuery, FeatureRow, StoredFeature } from './feature-reader.ts';

/** A Redis with an online store in it. */
export interface RedisSource {
  /** In how many parts the store lies there. Throws while it is not known yet. */
  readonly parts: PartCount;
  /** All keys lie in one slot. */
  mget(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
}

export interface RedisReaderDeps {
  readonly source: RedisSource;
  /** Null where only a feature server can read a service. */
  readonly planOf: (service: string) => Promise<ReadPlan | null>;
  readonly nowMs: () => number;
}

/** What is asked of one view. */
interface Question {
  readonly view: ViewPlan;
  /** Among the views of the plan. */
  readonly place: number;
  readonly key: string;
}

/** Reads the online store where it lies, as a feature server would answer, to the bit. */
export class RedisFeatureReader {
  readonly #deps: RedisReaderDeps;

  constructor(deps: RedisReaderDeps) {
    this.#deps = deps;
  }

  /** Null for what a feature server has to answer: networks, and entities that it would refuse. Throws while Redis is away. */
  async read({ service, entity, at }: FeatureQuery): Promise<FeatureRow | null> {
    const { planOf, nowMs, source } = this.#deps;
    // Who cannot say where it lies cannot be asked here; the feature server says what is wrong.
    const plan = await planOf(service).catch(() => null);
    if (!plan || !Object.keys(entity).every((name) => plan.keyNames.has(name))) return null;
    const keys = plan.views.map(({ joinKeys }) => entityKeyOf(joinKeys, entity));
    const questions: Question[] = [];
    for (const [i, view] of plan.views.entries()) {
      const key = keys[i] ?? null;
      if (key !== null && typeof key !== 'string') return null;
      if (key !== null) questions.push({ view, place: i, key });
    }
    const readAtMs = nowMs();
    const atMs = at === null ? readAtMs : Date.parse(at);
    const found = new Map<number, FoundInView>();
    const groups = Map.groupBy(questions, (question) => partOf(question, source.parts));
    await Promise.all([...groups].map(([part, own]) => this.#ask(part, own, { readAtMs, atMs }, found)));
    const row = {
      block: (i: number) => found.get(i)?.block ?? null,
      windows: (i: number) => found.get(i)?.windows ?? null,
      networks: () => null,
    };
    const { values, statuses, agesMs } = rowOf(plan, row, atMs, false);
    const features = new Map<string, StoredFeature>();
    for (const [i, name] of plan.names.entries()) {
      const status = statuses[i];
      if (status) features.set(name, { value: values[i] ?? null, status, ageMs: agesMs[i] ?? null });
    }
    return { features, source: 'REDIS' };
  }

  async #ask(
    index: number,
    questions: readonly Question[],
    { readAtMs, atMs }: { readonly readAtMs: number; readonly atMs: number },
    found: Map<number, FoundInView>,
  ): Promise<void> {
    const { source } = this.#deps;
    const part = redisParts(source.parts)[index];
    if (!part) return;
    const keys: string[] = [];
    const places = questions.map(({ view, place, key }) => {
      const address = { view: view.onlineView, key };
      const block = wantsBlock(view) ? keys.push(part.blockTime(view.onlineView), part.block(address)) : -1;
      const windows = view.windows ? keys.push(part.windowsTime(view.onlineView), part.windows(address)) : -1;
      return { view, place, block, windows };
    });
    if (keys.length === 0) return;
    const stored = await source.mget(keys);
    const timeBefore = (at: number): number => Math.min(timeOf(stored[at - 2]), readAtMs);
    for (const { view, place, block, windows } of places) {
      found.set(place, {
        block: blockIn(stored[block - 1], timeBefore(block)),
        windows: view.windows ? windowsIn(view.windows, stored[windows - 1], timeBefore(windows), atMs) : null,
      });
    }
  }
}

interface FoundInView {
  readonly block: Uint8Array | null;
  readonly windows: readonly FeatureValue[] | null;
}

function timeOf(bytes: Uint8Array | null | undefined): number {
  return (bytes?.length === 8 ? timeAt(bytes, 0) : null) ?? -Infinity;
}

function blockIn(stored: Uint8Array | null | undefined, timeMs: number): Uint8Array | null {
  if (!stored) return null;
  const evictAtMs = evictionOf(stored);
  return evictAtMs !== null && evictAtMs < timeMs ? null : blockOf(stored);
}

function windowsIn(
  plan: NonNullable<ViewPlan['windows']>,
  stored: Uint8Array | null | undefined,
  timeMs: number,
  atMs: number,
): FoundInView['windows'] {
  if (stored) {
    const state = decodeState(stored.subarray(WINDOW_STAMP_BYTES), plan);
    if (!state) throw new DomainError('UNAVAILABLE', 'windows in Redis are of a form that is not known here');
    return state.read(atMs);
  }
  // Entities that were let go of had nothing in their windows since; nothing is known of what lies before.
  return atMs < timeMs - plan.horizonMs ? null : new WindowState(plan).read(atMs);
}
