/** Whoever waits shares a commit with others, up to about so many rows. */
export const ROWS_PER_COMMIT = 5_000;

/** Below this a commit takes as long as a commit takes, whatever is in it: it says nothing of rows. */
const ROWS_TO_MEASURE = 500;
/** How much of a measured time the last commit decides. */
const NEWEST_WEIGHT = 0.3;

const smoothed = (before: number | null, value: number): number =>
  before === null ? value : NEWEST_WEIGHT * value + (1 - NEWEST_WEIGHT) * before;

/** How fast rows go into the log, as it was measured. */
export class LogPace {
  readonly #clock: () => number;
  #commitMs: number | null = null;
  #rowMs: number | null = null;
  #began: number | null = null;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** A commit begins; what it answers is to be called at its end. */
  begin(rows: number): () => void {
    const began = (this.#began = this.#clock());
    return () => {
      const ms = this.#clock() - began;
      this.#began = null;
      this.#commitMs = smoothed(this.#commitMs, ms);
      if (rows >= ROWS_TO_MEASURE) this.#rowMs = smoothed(this.#rowMs, ms / rows);
    };
  }

  /** Null until a commit was large enough to tell. */
  get rowsPerSecond(): number | null {
    return this.#rowMs === null ? null : Math.round(1_000 / Math.max(this.#rowMs, 1e-6));
  }

  /** How long the last of so many rows will wait; at least what the running commit has taken by now, for a log may stand still. */
  waitMs(rows: number): number {
    const running = this.#began === null ? 0 : this.#clock() - this.#began;
    const byCommits = Math.ceil(rows / ROWS_PER_COMMIT) * (this.#commitMs ?? 0);
    return Math.max(running, byCommits, rows * (this.#rowMs ?? 0));
  }
}
