import * as z from 'zod';
import { SHADOW, SHADOW_STATUSES, type Shadow } from '../../domain/shadow/shadow.ts';
import type { StoredKind } from '../study.ts';

export const shadowKind: StoredKind<Shadow> = {
  rules: SHADOW,
  own: z.object({
    status: z.enum(SHADOW_STATUSES),
    positiveFrom: z.number(),
    share: z.number(),
    minEffect: z.number(),
    costs: z.array(z.object({ decision: z.string(), positive: z.boolean(), cost: z.number() })),
    endsAt: z.coerce.date().nullable(),
    startedAt: z.coerce.date().nullable(),
    stoppedAt: z.coerce.date().nullable(),
  }),
};
