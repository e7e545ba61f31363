import type { FeatureQuery, FeatureReader, FeatureRow } from './feature-reader.ts';

/** What was pinned here for chosen entities. */
export interface PinnedFeatures {
  find(query: FeatureQuery): FeatureRow | null;
}

/** Knows what another reader knows, and then what is pinned. What a store says counts, where it says anything. */
export class PinnedFeatureReader implements FeatureReader {
  readonly #inner: FeatureReader;
  readonly #pinned: PinnedFeatures;

  constructor(inner: FeatureReader, pinned: PinnedFeatures) {
    this.#inner = inner;
    this.#pinned = pinned;
  }

  read(query: FeatureQuery): Promise<FeatureRow> {
    return this.#inner.read(query);
  }

  known(query: FeatureQuery): FeatureRow | null {
    return this.#inner.known?.(query) ?? this.#pinned.find(query);
  }
}
