import * as z from 'zod';
import { EXPERIMENT, EXPERIMENT_STATUSES, type Experiment } from '../../domain/experiment/experiment.ts';
import type { StoredKind } from '../study.ts';

const Split = z.record(z.string(), z.number());

const revisable = {
  split: Split,
  targeting: z.string().nullable(),
  secondary: z.custom<Experiment['secondary']>(),
  guardrails: z.custom<Experiment['guardrails']>(),
  segments: z.array(z.string()),
};

export const experimentKind: StoredKind<Experiment> = {
  rules: EXPERIMENT,
  own: z.object({
    status: z.enum(EXPERIMENT_STATUSES),
    positiveFrom: z.number(),
    primary: z.custom<Experiment['primary']>(),
    design: z.custom<Experiment['design']>(),
    stratum: z.string().nullable(),
    covariate: z.custom<Experiment['covariate']>(),
    balance: z.custom<Experiment['balance']>(),
    ...revisable,
    namespace: z.custom<Experiment['namespace']>(),
    splitRevision: z.number(),
    revisions: z.array(
      z.object({
        number: z.number(),
        ...revisable,
        ranges: z.custom<Experiment['revisions'][number]['ranges']>(),
        balanced: z.custom<Experiment['revisions'][number]['balanced']>(),
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
