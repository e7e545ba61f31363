/** Outcomes that came before their predictions. */
export interface EarlyOutcomes {
  readonly waiting: number;
  /** When the one that has waited longest arrived. */
  readonly oldestAt: Date | null;
  /** Whose predictions never came while they could wait. */
  readonly givenUp: number;
}

/** How many outcomes may wait for their predictions, in each project and of each kind of key, and how long. */
export interface EarlyLimits {
  readonly most: number;
  readonly days: number;
}
