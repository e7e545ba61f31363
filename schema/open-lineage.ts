import * as z from 'zod';
import { isStorableText } from '../core/storable-text.ts';
import { Instant } from './common.ts';

export const EVENT_TYPES = ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] as const;

const Text = z
  .string()
  .min(1, 'write 1 to 1000 characters')
  .max(1_000, 'write 1 to 1000 characters')
  .refine(isStorableText, { error: 'write well-formed text without U+0000' });

/** Facets by name; what is unknown is kept as it came. */
const Facets = z.record(z.string(), z.looseObject({ _deleted: z.boolean().optional() }));

/** A dataset as an event names it. Fields that are not read are kept with the event. */
export const LineageDataset = z.looseObject({ namespace: Text, name: Text, facets: Facets.optional() });

const Job = z.looseObject({ namespace: Text, name: Text, facets: Facets.optional() });
const Run = z.looseObject({ runId: z.guid({ error: 'write a UUID' }) });

/**
 * One event of OpenLineage 2-0-2, whichever of the three: of a run (`run` and `job`), of a job (`job` alone) or of a dataset
 * (`dataset`). Where a job is named, a `dataset` beside it is a field like others that are not read. Marquez's own example has no `schemaURL`, so neither it nor `producer` is asked for.
 */
export const LineageEvent = z
  .looseObject({
    eventTime: Instant,
    eventType: z.enum(EVENT_TYPES).optional(),
    run: Run.optional(),
    job: Job.optional(),
    dataset: LineageDataset.optional(),
    inputs: z.array(LineageDataset).max(1_000, 'an event has at most 1000 inputs').optional(),
    outputs: z.array(LineageDataset).max(1_000, 'an event has at most 1000 outputs').optional(),
  })
  .refine(({ job, dataset }) => job !== undefined || dataset !== undefined, {
    error: 'an event is of a run (run and job), of a job (job) or of a dataset (dataset)',
    path: ['job'],
  })
  .refine(({ run, job }) => run === undefined || job !== undefined, {
    error: 'a run is one of a job: name it',
    path: ['job'],
  });
export type LineageEvent = z.infer<typeof LineageEvent>;
