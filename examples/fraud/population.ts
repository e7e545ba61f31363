/** Who is in the example: the same people, merchants and devices in history, training and load. */
export const POPULATION = { seed: 20_260_101, users: 6_000, merchants: 1_500, newcomers: 0.08 } as const;

/** The history that a set-up begins with, in days before it; the label of each payment is known after the last part. */
export const HISTORY = {
  /** Windows of a week have to fill. */
  warmUpDays: 7,
  trainingDays: 21,
  evaluationDays: 7,
  labelDays: 7,
} as const;

export const DAY_MS = 86_400_000;

export interface Timeline {
  readonly fromMs: number;
  readonly trainFromMs: number;
  readonly evaluateFromMs: number;
  readonly labelFromMs: number;
  readonly toMs: number;
}

/** The parts of a history that ends at an instant. */
export function timelineTo(toMs: number): Timeline {
  const labelFromMs = toMs - HISTORY.labelDays * DAY_MS;
  const evaluateFromMs = labelFromMs - HISTORY.evaluationDays * DAY_MS;
  const trainFromMs = evaluateFromMs - HISTORY.trainingDays * DAY_MS;
  return { fromMs: trainFromMs - HISTORY.warmUpDays * DAY_MS, trainFromMs, evaluateFromMs, labelFromMs, toMs };
}
