/** Units of one arm in one revision, multiple-exposed ones left out. */
export interface ArmCounts {
  /** Units that met this arm. */
  readonly exposed: number;
  /** Those with at least one outcome: the trials. */
  readonly labelled: number;
  /** Those with at least one positive outcome: the successes. */
  readonly converted: number;
  /** Of the labelled units, the first ones up to the planned size, in the order of their exposure. */
  readonly planned: { readonly labelled: number; readonly converted: number };
}

export interface UnitCounts {
  readonly arms: Readonly<Record<string, ArmCounts>>;
  /** Units that met several arms: left out, since none of them can claim them. */
  readonly multipleExposure: number;
}

const NONE: ArmCounts = { exposed: 0, labelled: 0, converted: 0, planned: { labelled: 0, converted: 0 } };

/** An arm that nobody has met yet has no units. */
export const countsOf = ({ arms }: UnitCounts, arm: string): ArmCounts => arms[arm] ?? NONE;
