/** Why one record of a batch was not taken; the rest of the batch was. */
export const REJECTION_CODES = [
  'INVALID_INPUT', // the record is not valid; it will never be taken
  'CONFLICT', // another record has this id
  'OUT_OF_RANGE', // it happened too long ago, or in the future
  'PREDICTION_UNKNOWN', // its prediction is not in the store (yet): it may be sent again
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export interface Rejection {
  readonly id: string;
  readonly code: RejectionCode;
  readonly message: string;
}

/** What came of a batch, id by id. */
export interface IngestResult {
  readonly acked: readonly string[];
  readonly rejected: readonly Rejection[];
}

/** What is valid and was not refused is acknowledged. */
export function answerOf(valid: readonly { readonly id: string }[], rejected: readonly Rejection[]): IngestResult {
  const refused = new Set(rejected.map(({ id }) => id));
  return { acked: valid.map(({ id }) => id).filter((id) => !refused.has(id)), rejected };
}

/** How many records will never be taken, by code. */
export function refusals(rejected: readonly Rejection[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of rejected) {
    if (code !== 'PREDICTION_UNKNOWN') counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}
