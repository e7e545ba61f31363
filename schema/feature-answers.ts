import * as z from 'zod/mini';

const Count = z.int().check(z.nonnegative());

/** Answer: accepted rows are stored for good, and are online if they were sent there. */
export const FeaturePushAnswer = z.strictObject({
  /** The pinned view. */
  view: z.string(),
  accepted: Count,
  rejected: z.array(z.strictObject({ index: Count, field: z.string(), code: z.string(), message: z.string() })),
});
export type FeaturePushAnswer = z.infer<typeof FeaturePushAnswer>;

/** Answer: accepted events are in the log for good, and in the windows of every view over the source. */
export const FeatureEventsAnswer = z.strictObject({
  source: z.string(),
  /** The view versions that heard of them. */
  views: z.array(z.string()),
  accepted: Count,
  rejected: z.array(
    z.strictObject({
      /** The line of NDJSON, or the place among `events`; the first is 1. */
      line: z.int().check(z.positive()),
      field: z.string(),
      code: z.string(),
      message: z.string(),
      allowed: z.unknown(),
    }),
  ),
});
export type FeatureEventsAnswer = z.infer<typeof FeatureEventsAnswer>;
