import { createHash } from 'node:crypto';
import type { OutcomeRecord } from '../../../schema/telemetry.ts';
import type { OpenOutcome } from './checkpoint.ts';

/** A UUIDv8 (RFC 9562) made of the prediction's id: telling an outcome twice is telling it once. */
export function outcomeIdOf(predictionId: string): string {
  const hex = createHash('sha256').update(`flights outcome of ${predictionId}`).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

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
