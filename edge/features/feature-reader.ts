import type { FeatureStatus } from '../../core/codec/feature-status.ts';
import type { Scalar } from '../../core/recipe/value.ts';

/** A feature's value as the store has it, with its age at the time of the request. */
export interface StoredFeature {
  readonly value: Scalar;
  readonly status: FeatureStatus;
  readonly ageMs: number | null;
}

export interface FeatureQuery {
  readonly service: string;
  /** Join key → value. */
  readonly entity: Readonly<Record<string, Scalar>>;
  /** The instant of a replay; null: now. */
  readonly at: string | null;
}

export interface FeatureRow {
  /** By `view__feature`. */
  readonly features: ReadonlyMap<string, StoredFeature>;
  /** Who was asked: a feature server, the Redis of the online store, or nobody. */
  readonly source: 'STORE' | 'REDIS' | 'CACHE' | 'SNAPSHOT';
}

/** Reads the features of one entity. Rejects when they cannot be read; never answers with a part of them. */
export interface FeatureReader {
  read(query: FeatureQuery): Promise<FeatureRow>;
  /** What it knows without asking anybody, for when `read` cannot answer or is late; null: nothing. */
  known?(query: FeatureQuery): FeatureRow | null;
}
