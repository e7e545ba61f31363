/** What ends: an approval at its own end, the time by which a version must be validated again, the waiver of a gate. */
export const ENDING_KINDS = ['APPROVAL', 'VALIDATION', 'WAIVER'] as const;
export type EndingKind = (typeof ENDING_KINDS)[number];

export interface Ending {
  readonly model: string;
  readonly number: number;
  readonly kind: EndingKind;
  /** Of a waiver; else empty. */
  readonly gate: string;
  readonly at: Date;
}
