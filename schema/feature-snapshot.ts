import * as z from 'zod';
import { FEATURE_STATUSES } from '../core/codec/feature-status.ts';
import { Instant, urnOfKind } from './common.ts';

const Scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** A snapshot is kept in a node's memory whole. */
export const MOST_SNAPSHOT_BYTES = 4 * 1024 * 1024;
export const MOST_SNAPSHOT_ENTITIES = 10_000;

/**
 * What a pinned feature service had for chosen entities at one moment: a blob addressed by its SHA-256, that signed manifests
 * name. `values[i][j]` is feature `names[j]` of `entities[i]`; ages are those of `readAt`, and grow from there.
 */
export const FeatureSnapshot = z.strictObject({
  format: z.literal(1),
  service: urnOfKind('feature-service'),
  readAt: Instant,
  names: z.array(z.string()),
  /** Join key → value. */
  entities: z.array(z.record(z.string(), Scalar)).max(MOST_SNAPSHOT_ENTITIES),
  values: z.array(z.array(Scalar)),
  statuses: z.array(z.array(z.enum(FEATURE_STATUSES))),
  agesMs: z.array(z.array(z.number().nonnegative().nullable())),
});
export type FeatureSnapshot = z.infer<typeof FeatureSnapshot>;
