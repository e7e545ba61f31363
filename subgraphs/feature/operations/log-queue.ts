import { DomainError } from '../../../core/errors.ts';
import type { Alongside, PushedBatch } from '../storage/log/pushed-row.ts';
import type { OnlineFold } from '../storage/online/fold.ts';
import { LogPace, ROWS_PER_COMMIT } from './log-pace.ts';

export interface LogQueueDeps {
  readonly fold: OnlineFold;
  readonly now: () => Date;
}

interface Waiting {
  readonly batches: readonly PushedBatch[];
  readonly rows: number;
  readonly alongside: Alongside | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Rows that may wait: beyond, or where they would wait longer than that, whoever comes is sent away for a while. */
const MOST_ROWS = 50_000;
const LONGEST_WAIT_MS = 10_000;
const LONGEST_RETRY_MS = 60_000;

/** The way into the log: whoever comes waits for its turn, and those who wait share the next commit. */
export class LogQueue {
  readonly #deps: LogQueueDeps;
  readonly #queue: Waiting[] = [];
  #draining: Promise<void> | undefined;
  /** All rows that are not in the log yet, those of the running commit too. */
  #waitingRows = 0;
  readonly #pace = new LogPace();

  constructor(deps: LogQueueDeps) {
    this.#deps = deps;
  }

  get waitingRows(): number {
    return this.#waitingRows;
  }

  /** Throws RATE_LIMITED, with what was measured and when to come again, where too much waits already. */
  refuseUnderPressure(rows = 1): void {
    const waiting = this.#waitingRows;
    if (waiting === 0) return;
    const waitMs = this.#pace.waitMs(waiting);
    const isFull = waiting + rows > MOST_ROWS;
    if (!isFull && waitMs <= LONGEST_WAIT_MS) return;
    const why = isFull
      ? `${waiting} rows wait for the log, and at most ${MOST_ROWS} may`
      : `${waiting} rows wait for the log for some ${Math.ceil(waitMs / 1_000)} s, and at most ${LONGEST_WAIT_MS / 1_000} s are allowed`;
    throw new DomainError('RATE_LIMITED', `${why}: send this again later`, {
      retryAfterMs: Math.min(Math.max(1_000, Math.ceil(waitMs)), LONGEST_RETRY_MS),
      waitingRows: waiting,
      rowsPerSecond: this.#pace.rowsPerSecond,
      allowed: { waitingRows: MOST_ROWS, waitMs: LONGEST_WAIT_MS },
    });
  }

  /**
   * Resolves once the rows are in the log for good and online. All batches go in together, and what is written alongside
   * with them.
   */
  append(batches: readonly PushedBatch[], alongside?: Alongside): Promise<void> {
    const rows = batches.reduce((sum, batch) => sum + batch.rows.length, 0);
    if (rows === 0 && !alongside) return Promise.resolve();
    this.refuseUnderPressure(rows);
    this.#waitingRows += rows;
    return new Promise((resolve, reject) => {
      this.#queue.push({ batches, rows, alongside, resolve, reject });
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = undefined;
      });
    });
  }

  /** Ends what has begun. */
  async stop(): Promise<void> {
    await this.#draining;
  }

  /** One commit at a time, so that places in the log and in the store agree. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const turn = this.#nextTurn();
      const rows = turn.reduce((sum, one) => sum + one.rows, 0);
      const ended = this.#pace.begin(rows);
      try {
        await this.#deps.fold.push(
          turn.flatMap(({ batches }) => batches),
          this.#deps.now(),
          turn[0]?.alongside,
        );
        for (const { resolve } of turn) resolve();
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
      ended();
      this.#waitingRows -= rows;
    }
  }

  /** Those who share a commit. What is written alongside may refuse it, so whoever brings such goes alone. */
  #nextTurn(): Waiting[] {
    const turn: Waiting[] = [];
    for (let rows = 0; rows < ROWS_PER_COMMIT;) {
      const [next] = this.#queue;
      if (!next || (turn.length > 0 && next.alongside)) break;
      this.#queue.shift();
      turn.push(next);
      rows += next.rows;
      if (next.alongside) break;
    }
    return turn;
  }
}
