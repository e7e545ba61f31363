import * as z from 'zod';
import { isStorableText } from '../core/storable-text.ts';
import { Instant, Name } from './common.ts';

const Text = z
  .string()
  .min(1, 'must have 1 to 256 characters')
  .max(256, 'must have 1 to 256 characters')
  .refine(isStorableText, 'must be text without U+0000 and half characters');

/** Something that a unit did or that happened to it, such as an order; `id` tells two of one name apart. */
export const UnitEvent = z.strictObject({
  name: Name,
  id: Text,
  /** The input field by which experiments know the unit: `user_id`. */
  unitField: Text,
  unit: Text,
  value: z.number().default(1),
  occurredAt: Instant,
});
export type UnitEvent = z.infer<typeof UnitEvent>;

/** Body of `POST /v1/unit-events`. */
export const UnitEventBatch = z.strictObject({ events: z.array(UnitEvent).min(1).max(10_000) });
export type UnitEventBatch = z.infer<typeof UnitEventBatch>;

/** Its answer: how many are new, how many were known already, and how many are of units that were erased, and are dropped. */
export interface UnitEventReceipt {
  readonly stored: number;
  readonly duplicates: number;
  readonly erased: number;
}
