import * as z from 'zod';
import { EXPERIMENT, EXPERIMENT_STATUSES, type Experiment } from '../domain/experiment.ts';
import type { StoredKind } from './study.ts';

const Split = z.record(z.string(), z.number());

export const experimentKind: StoredKind<Experiment> = {
  rules: EXPERIMENT,
  own: z.object({
    status: z.enum(EXPERIMENT_STATUSES),
    positiveFrom: z.number(),
    split: Split,
    design: z.custom<Experiment['design']>(),
    secondary: z.custom<Experiment['secondary']>(),
    guardrails: z.custom<Experiment['guardrails']>(),
    segments: z.array(z.string()),
    splitRevision: z.number(),
    revisions: z.array(
      z.object({
        number: z.number(),
        split: Split,
        ranges: z.custom<Experiment['revisions'][number]['ranges']>(),
        startedAt: z.coerce.date(),
        endedAt: z.coerce.date().nullable(),
      }),
    ),
    decision: z
      .object({
        arm: z.string().nullable(),
        reason: z.string(),
        recommendation: z.string(),
        by: z.string(),
        at: z.coerce.date(),
      })
      .nullable(),
    clientEvaluation: z.boolean(),
  }),
};
