import * as z from 'zod';
import { EXPIRY_POLICIES, ROLLOUT, ROLLOUT_STATUSES, type Rollout } from '../../domain/rollout/rollout.ts';
import type { StoredKind } from '../study.ts';

export const rolloutKind: StoredKind<Rollout> = {
  rules: ROLLOUT,
  own: z.object({
    status: z.enum(ROLLOUT_STATUSES),
    steps: z.custom<Rollout['steps']>(),
    guardrails: z.custom<Rollout['guardrails']>(),
    blueGreen: z.custom<Rollout['blueGreen']>(),
    alpha: z.number(),
    onExpiry: z.enum(EXPIRY_POLICIES),
    step: z.number(),
    runs: z.array(
      z.object({
        number: z.number(),
        ranges: z.custom<Rollout['runs'][number]['ranges']>(),
        startedAt: z.coerce.date(),
        endedAt: z.coerce.date().nullable(),
        passedAt: z.coerce.date().nullable(),
        approvedBy: z.string().nullable(),
      }),
    ),
    paused: z.object({ by: z.string(), at: z.coerce.date(), reason: z.string() }).nullable(),
    verdict: z.custom<Rollout['verdict']>(),
    endedAt: z.coerce.date().nullable(),
  }),
};
