import * as z from 'zod';

/** How many reasons an answer or a record names at most. */
export const MOST_REASONS = 50;

/** What one named value contributed: base + all contributions + rest + rounding is the total, exactly, in any order. */
const Contribution = z.strictObject({ name: z.string().min(1).max(512), contribution: z.number() });

export const REASON_SPACES = [
  'MARGIN', // of the one model: what its link makes the score of
  'SCORE', // of the release: what several models say together
] as const;

export const Reasons = z.strictObject({
  space: z.enum(REASON_SPACES),
  /** What makes the score of a margin. */
  link: z.enum(['NONE', 'LOGISTIC', 'SOFTMAX', 'OTHER']),
  base: z.number(),
  /** The greatest contributions, the greatest first, whatever their sign. */
  top: z.array(Contribution).max(MOST_REASONS),
  /** All other contributions together. */
  rest: z.number(),
  /** What the engine's arithmetic makes of it. */
  rounding: z.number(),
  total: z.number(),
  /** Models that cannot be taken apart, each with all that it contributed. */
  unexplained: z
    .array(z.strictObject({ model: z.string(), contribution: z.number(), why: z.string().max(500) }))
    .max(8),
});
export type Reasons = z.infer<typeof Reasons>;
export type UnexplainedModel = Reasons['unexplained'][number];
