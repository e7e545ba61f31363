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
