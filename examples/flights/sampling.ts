/** Some flights of a range of days, drawn without replacement by their number (train/matrix.ts, `sampleRows`). */
export interface SampleRule {
  /** The first day and the day after the last, UTC, by departure. */
  readonly from: string;
  readonly to: string;
  /** All of them, if there are no more than this. */
  readonly size: number;
  readonly seed: number;
}

/** Every figure of the report rests on these samples and no others. Days are UTC days; `to` is the day after the last. */
export const SAMPLES = {
  /** The champion's and the leakage models' training rows: 8–31 January. */
  january: { from: '2001-01-08', to: '2001-02-01', size: 60_000, seed: 1 },
  /** What the leakage models are judged on: 1–7 February, a sample of them and all of them. */
  february: { from: '2001-02-01', to: '2001-02-08', size: 20_000, seed: 2 },
  wholeFebruaryWeek: { from: '2001-02-01', to: '2001-02-08', size: Infinity, seed: 2 },
  /** The challengers' training rows: March to May. */
  spring: { from: '2001-03-01', to: '2001-06-01', size: 60_000, seed: 3 },
  /** What champion and challengers are compared on. */
  june: { from: '2001-06-01', to: '2001-07-01', size: 60_000, seed: 4 },
  /** What the challengers are evaluated on when they are registered: the first week of June. */
  juneWeek: { from: '2001-06-01', to: '2001-06-08', size: 20_000, seed: 6 },
  /** The reference of drift: 22–28 January. */
  reference: { from: '2001-01-22', to: '2001-01-29', size: 20_000, seed: 5 },
} as const satisfies Record<string, SampleRule>;

const FIRST_WEEK = Date.UTC(2001, 0, 29);
const WEEKS = 21;
const DAY_MS = 86_400_000;

/** The 21 weeks after the reference, Monday to Sunday, 20,000 flights each. */
export const WEEK_SAMPLES: readonly SampleRule[] = Array.from({ length: WEEKS }, (_none, week) => ({
  from: monday(week),
  to: monday(week + 1),
  size: 20_000,
  seed: 101 + week,
}));

function monday(week: number): string {
  return new Date(FIRST_WEEK + 7 * week * DAY_MS).toISOString().slice(0, 10);
}
