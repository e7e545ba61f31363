import type { FeatureQuery, FeatureReader, FeatureRow } from './feature-reader.ts';
import type { RedisFeatureReader } from './redis-reader.ts';

/** How long nobody asks a Redis that failed. */
const PAUSE_MS = 1_000;

export interface DirectReaderDeps {
  readonly redis: Pick<RedisFeatureReader, 'read'>;
  readonly server: FeatureReader;
  readonly monotonicMs: () => number;
  /** Told once when Redis cannot be read, and once when it can again (null). */
  readonly onChange: (failure: unknown) => void;
}

/** Reads the online store itself, and asks a feature server where it cannot: the source of each row says which. */
export class DirectFeatureReader implements FeatureReader {
  readonly #deps: DirectReaderDeps;
  #away = false;
  #againAtMs = -Infinity;

  constructor(deps: DirectReaderDeps) {
    this.#deps = deps;
  }

  async read(query: FeatureQuery): Promise<FeatureRow> {
    return (await this.#direct(query)) ?? this.#deps.server.read(query);
  }

  async #direct(query: FeatureQuery): Promise<FeatureRow | null> {
    const { redis, monotonicMs, onChange } = this.#deps;
    if (monotonicMs() < this.#againAtMs) return null;
    try {
      const row = await redis.read(query);
      if (this.#away && row) onChange(null);
      this.#away &&= !row;
      return row;
    } catch (error) {
      this.#againAtMs = monotonicMs() + PAUSE_MS;
      if (!this.#away) onChange(error);
      this.#away = true;
      return null;
    }
  }
}
