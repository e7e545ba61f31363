import type { FeatureQuery, FeatureReader, FeatureRow, StoredFeature } from './feature-reader.ts';

export interface CacheLimits {
  /** Until this age a row answers without asking the store; 0: always ask. */
  readonly freshMs: number;
  /** Until this age a row answers when the store cannot. */
  readonly keepMs: number;
  readonly maxRows: number;
}

interface Kept {
  readonly row: FeatureRow;
  readonly atMs: number;
}

/**
 * Keeps rows for a while, and asks once for what many want at the same time. Ages grow while a row is kept, so that
 * the TTL rule holds for it as it does in the store. Replays go past it: a kept row is of now.
 */
export class CachedFeatureReader implements FeatureReader {
  readonly #inner: FeatureReader;
  readonly #limits: CacheLimits;
  readonly #nowMs: () => number;
  /** In the order of last write. */
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<FeatureRow>>();

  constructor(inner: FeatureReader, limits: CacheLimits, nowMs: () => number) {
    this.#inner = inner;
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  async read(query: FeatureQuery): Promise<FeatureRow> {
    if (query.at !== null) return this.#inner.read(query);
    const key = keyOf(query);
    const fresh = this.#keptWithin(key, this.#limits.freshMs);
    if (fresh) return fresh;
    try {
      return await this.#ask(key, query);
    } catch (error) {
      const old = this.known(query);
      if (old) return old;
      throw error;
    }
  }

  known(query: FeatureQuery): FeatureRow | null {
    return query.at === null ? (this.#keptWithin(keyOf(query), this.#limits.keepMs) ?? null) : null;
  }

  #keptWithin(key: string, mostMs: number): FeatureRow | undefined {
    const kept = this.#kept.get(key);
    const heldMs = kept ? Math.max(0, this.#nowMs() - kept.atMs) : Infinity;
    return kept && heldMs < mostMs ? aged(kept.row, heldMs) : undefined;
  }

  #ask(key: string, query: FeatureQuery): Promise<FeatureRow> {
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const asking = this.#askAndKeep(key, query);
    this.#asked.set(key, asking);
    return asking;
  }

  async #askAndKeep(key: string, query: FeatureQuery): Promise<FeatureRow> {
    try {
      const row = await this.#inner.read(query);
      this.#kept.delete(key);
      this.#kept.set(key, { row, atMs: this.#nowMs() });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > this.#limits.maxRows && oldest !== undefined) this.#kept.delete(oldest);
      return row;
    } finally {
      this.#asked.delete(key);
    }
  }
}

const keyOf = ({ service, entity }: FeatureQuery): string =>
  JSON.stringify([service, Object.entries(entity).sort(([a], [b]) => (a < b ? -1 : 1))]);

function aged({ features }: FeatureRow, heldMs: number): FeatureRow {
  const older = (feature: StoredFeature): StoredFeature =>
    feature.ageMs === null ? feature : { ...feature, ageMs: feature.ageMs + heldMs };
  return { features: new Map([...features].map(([name, feature]) => [name, older(feature)])), source: 'CACHE' };
}
