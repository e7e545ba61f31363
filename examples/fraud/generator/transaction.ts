/** What was planted: of frauds how they were made, of honest payments what makes them look like one. */
export const PATTERNS = ['RING', 'BURST', 'TAKEOVER', 'QUIET', 'SHOPPING', 'PLAIN'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** A payment with a card. All of it is synthetic. */
export interface Transaction {
  readonly id: string;
  readonly ms: number;
  readonly user: string;
  readonly card: string;
  readonly device: string;
  readonly merchant: string;
  readonly category: string;
  /** Rupees. */
  readonly amount: number;
  readonly state: string;
  readonly city: string;
  readonly language: string;
  readonly address: string;
  /** The truth, which nobody knows at once. */
  readonly pattern: Pattern;
  readonly fraud: boolean;
  /** Whether it is reported in the end; some frauds never are, and some honest payments are disputed. */
  readonly reported: boolean;
  /** When a report comes, or when it is clear that none will. */
  readonly labelMs: number;
}

export const FRAUDS: ReadonlySet<Pattern> = new Set<Pattern>(['RING', 'BURST', 'TAKEOVER', 'QUIET']);
