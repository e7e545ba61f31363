import * as z from 'zod';
import { Instant } from './common.ts';

/** What monitoring tells the experiments: a unit met an arm, or an outcome came into force for a prediction of one. */
export const Fact = z.strictObject({
  kind: z.enum(['exposure', 'outcome']),
  project: z.string(),
  holder: z.string(),
  holderRevision: z.int().positive(),
  unit: z.string(),
  arm: z.string(),
  /** `server` only where both the prediction and the outcome come from an enrolled node or service. */
  trust: z.enum(['server', 'device']),
  predictionId: z.uuid(),
  /** The prediction's score; null for an exposure. */
  score: z.number().nullable(),
  /** The outcome's value; null for an exposure. Of several for one prediction the newest (occurredAt, receivedAt) holds. */
  value: z.number().nullable(),
  occurredAt: Instant,
  receivedAt: Instant,
});
export type Fact = z.infer<typeof Fact>;

/** Answer of `GET /internal/facts?after=&wait=`; cursors are those of event feeds. */
export const FactPage = z.strictObject({ facts: z.array(Fact), cursor: z.string(), watermark: z.string() });
export type FactPage = z.infer<typeof FactPage>;

/** Reads on from a cursor, waiting up to `waitMs` for something new. */
export type FactSource = (after: string | null, waitMs: number, signal?: AbortSignal) => Promise<FactPage>;
