import * as z from 'zod';
import { Instant } from './common.ts';
import { SHADOW_FAILURES } from './telemetry.ts';

const known = {
  project: z.string(),
  holder: z.string(),
  holderRevision: z.int().positive(),
  /** `server` only where both the prediction and the outcome come from an enrolled node or service. */
  trust: z.enum(['server', 'device']),
  predictionId: z.uuid(),
  /** The outcome's value, if there is one. Of several for one prediction the newest (occurredAt, receivedAt) holds. */
  value: z.number().nullable(),
  occurredAt: Instant,
  receivedAt: Instant,
};

/** A unit met an arm, or an outcome came into force for a prediction of one. */
const UnitFact = z.strictObject({
  ...known,
  kind: z.enum(['exposure', 'outcome']),
  unit: z.string(),
  arm: z.string(),
  /** The prediction's score; null for an exposure. */
  score: z.number().nullable(),
});

/** What a unit was answered in an arm: all that a metric of answers needs. */
const AnswerFact = z.strictObject({
  ...known,
  kind: z.literal('answer'),
  unit: z.string(),
  arm: z.string(),
  score: z.number().nullable(),
  answer: z.strictObject({
    /** From the request to the answer; null where the node could not time it. */
    latencyMs: z.number().nullable(),
    /** Why the models did not answer; null where they did. */
    fallback: z.string().nullable(),
    /** The segments that the recipe declares, with their values. */
    segments: z.record(z.string(), z.string()),
  }),
});
export type AnswerFact = z.infer<typeof AnswerFact>;

const Side = z.strictObject({
  score: z.number().nullable(),
  decision: z.string().nullable(),
  /** What derived fields and the model took. */
  latencyMs: z.number().nullable(),
});

export type UnitFact = z.infer<typeof UnitFact>;

/** A shadow said something beside a prediction; told again, with its value, when an outcome is or comes into force. */
const ShadowFact = z.strictObject({
  ...known,
  kind: z.literal('shadow'),
  shadow: z.strictObject({
    predictedAt: Instant,
    release: z.string(),
    failure: z.enum(SHADOW_FAILURES).nullable(),
    /** The segments of the prediction, with their values. */
    segments: z.record(z.string(), z.string()),
    primary: Side.extend({ release: z.string() }),
    shadow: Side,
  }),
});
export type ShadowFact = z.infer<typeof ShadowFact>;

/** What monitoring tells the experiments. */
export const Fact = z.discriminatedUnion('kind', [UnitFact, AnswerFact, ShadowFact]);
export type Fact = z.infer<typeof Fact>;

/** Answer of `GET /internal/facts?after=&wait=`; cursors are those of event feeds. */
export const FactPage = z.strictObject({
  facts: z.array(Fact),
  cursor: z.string(),
  watermark: z.string(),
  more: z.boolean().default(false),
});
export type FactPage = z.infer<typeof FactPage>;

/** Reads on from a cursor, waiting up to `waitMs` for something new. */
export type FactSource = (after: string | null, waitMs: number, signal?: AbortSignal) => Promise<FactPage>;
