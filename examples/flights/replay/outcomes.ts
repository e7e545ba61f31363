import { outcomeIdOf } from '../../shared/outcome-id.ts';
import type { OutcomeRecord } from '../../../schema/telemetry.ts';
import type { OpenOutcome } from './checkpoint.ts';

/** Splits what is open into what is known before an instant, the earliest first, and what is not. */
export function dueBefore(
  open: readonly OpenOutcome[],
  ms: number,
): { readonly due: readonly OpenOutcome[]; readonly left: readonly OpenOutcome[] } {
  const due = open.filter(({ knownMs }) => knownMs < ms).toSorted((a, b) => a.knownMs - b.knownMs);
  return { due, left: open.filter(({ knownMs }) => knownMs >= ms) };
}

export const outcomeOf = ({ predictionId, knownMs, late }: OpenOutcome): OutcomeRecord => ({
  id: outcomeIdOf(predictionId),
  predictionId,
  value: late ? 1 : 0,
  occurredAt: new Date(knownMs).toISOString(),
});
