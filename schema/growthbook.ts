import * as z from 'zod';

const Range = z.tuple([z.number(), z.number()]);

/** Who of the units counts at all: those whose hash lies in a range. */
const Filter = z.strictObject({
  seed: z.string(),
  attribute: z.string(),
  hashVersion: z.literal([1, 2]),
  ranges: z.array(Range).min(1),
});
export type GrowthbookFilter = z.infer<typeof Filter>;

/** A split as GrowthBook's SDKs evaluate it: one variation per range, so that an arm may have several. */
const Rule = z.strictObject({
  /** The experiment's id: the holder of an exposure. */
  key: z.string(),
  /** The number of the split: the holder's revision of an exposure. */
  phase: z.string(),
  hashAttribute: z.string(),
  hashVersion: z.literal([1, 2]),
  seed: z.string(),
  variations: z.array(z.string()).min(2),
  ranges: z.array(Range).min(2),
  /** The arm of each variation. */
  meta: z.array(z.strictObject({ key: z.string() })),
  /** What SDKs that know no ranges would go by, and what tools show. */
  coverage: z.number(),
  weights: z.array(z.number()),
  /** The edge remembers nobody: a remembered arm would not be the one that it assigns. */
  disableStickyBucketing: z.literal(true),
  filters: z.array(Filter).min(1).optional(),
  condition: z.record(z.string(), z.unknown()).optional(),
});
export type GrowthbookRule = z.infer<typeof Rule>;

const Feature = z.strictObject({
  /** The name of an arm: for units outside of the split, and for everybody where none is running. */
  defaultValue: z.string(),
  rules: z.array(Rule).min(1).optional(),
});
export type GrowthbookFeature = z.infer<typeof Feature>;

/** Answer of `GET /api/features/{clientKey}`: experiments as features, by name. */
export const GrowthbookFeatures = z.strictObject({ status: z.literal(200), features: z.record(z.string(), Feature) });
export type GrowthbookFeatures = z.infer<typeof GrowthbookFeatures>;

/** A refusal in GrowthBook's form. */
export const GrowthbookError = z.strictObject({ status: z.int(), error: z.string() });
export type GrowthbookError = z.infer<typeof GrowthbookError>;
