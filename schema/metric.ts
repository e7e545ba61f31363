import * as z from 'zod';
import { Instant } from './common.ts';

/** Names of PromQL: of a metric also with ":", of a label without. */
const MetricName = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,254}$/, 'a metric has letters, digits, "_" and ":", no digit first, at most 255');
const LabelName = z
  .string()
  .regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,127}$/, 'a label has letters, digits and "_", no digit or "__" first');

export const MOST_SAMPLES = 10_000;

/** One number of a series; what `POST /v1/samples` takes. */
export const SampleRecord = z.object({
  name: MetricName,
  labels: z
    .record(LabelName, z.string().max(1_024))
    .refine((labels) => Object.keys(labels).length <= 32, 'a series has at most 32 labels')
    .default({}),
  value: z.number(),
  /** Left out: when it arrives. */
  at: Instant.optional(),
});

export const SampleBatch = z.object({ samples: z.array(SampleRecord).max(MOST_SAMPLES) });
export type SampleBatch = z.infer<typeof SampleBatch>;
