import * as z from 'zod';
import { IdText, Instant } from './common.ts';

const Scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** Body of `POST /v1/features/push`. Rows are checked one by one, so that one bad row costs only itself. */
export const FeaturePushRequest = z.strictObject({
  /** A view, by its id or as `user_txn@2`; without a version the newest one. */
  view: IdText,
  /** ONLINE rows answer reads, OFFLINE rows enter training sets. */
  to: z.enum(['ONLINE', 'OFFLINE', 'BOTH']).default('BOTH'),
  rows: z.array(z.unknown()).min(1).max(1_000),
});
export type FeaturePushRequest = z.infer<typeof FeaturePushRequest>;

export const FeaturePushRow = z.strictObject({
  /** Join key → value, for every join key of the view. */
  entity: z.record(z.string(), Scalar),
  /** When it happened; not after its arrival here. */
  eventTime: Instant,
  /** When the sender knew of it; between rows of one event time the latest wins. */
  createdTime: Instant.nullable().default(null),
  /** Which event it is, where the view has an eventIdColumn: the row written last for an id is the one that counts. */
  eventId: z.union([z.string(), z.int()]).optional(),
  /** Takes the event of this id back; such a row has no values. */
  retract: z.boolean().default(false),
  /** Name → value, for every feature that is a column and every column that windows read; null where it is unknown. */
  values: z.record(z.string(), Scalar).default({}),
});
export type FeaturePushRow = z.infer<typeof FeaturePushRow>;
