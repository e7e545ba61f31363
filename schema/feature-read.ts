import * as z from 'zod';
import { IdText, Instant } from './common.ts';

/** Body of `POST /v1/features/read`: the edge's door to the online store. */
export const FeatureReadRequest = z.strictObject({
  /** By its id or as `fraud@1`; without a version the newest one. */
  service: IdText,
  /** One row per request: join key → value. */
  entities: z
    .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
    .min(1)
    .max(1_000),
  /** The instant of the request, for replays: one for all rows or a list, one for each; now when left out. */
  at: z
    .union([Instant, z.array(Instant)], { error: 'write an instant such as 2026-01-31T12:00:00Z, or a list of them' })
    .optional(),
  /** Gives expired values as well, still marked OUTSIDE_MAX_AGE. */
  includeExpired: z.boolean().default(false),
});
export type FeatureReadRequest = z.infer<typeof FeatureReadRequest>;

/** Answer: `values[i][j]` is feature `names[j]` of entity row i; `names` are `view__feature`. INT64 beyond 2^53 comes as text. */
export const FeatureReadAnswer = z.strictObject({
  service: z.string(),
  names: z.array(z.string()),
  values: z.array(z.array(z.union([z.number(), z.boolean(), z.string(), z.null()]))),
  statuses: z.array(z.array(z.enum(['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE']))),
  agesMs: z.array(z.array(z.number().nullable())),
  /** Whether a network stopped at its limit, value by value; left out where none did. */
  cut: z.array(z.array(z.boolean())).optional(),
});
export type FeatureReadAnswer = z.infer<typeof FeatureReadAnswer>;
