import type { DetectorInRecipe } from '../../schema/recipe.ts';
import type { DetectorReport } from '../../schema/telemetry.ts';
import type { Answer } from '../recipe/run.ts';
import { cellsOf, type Cells } from './cells.ts';
import { RecentCounts } from './recent-counts.ts';

export interface DetectorClock {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/**
 * One detector of a release. It trips when its figure over the latest answers is above its limit. One that only reports
 * is back as soon as the figure is; one that lets the fallback answer sees no more answers of the models, so that after
 * its rest it is CHECKING: the models answer again, and once it has seen enough of them it trips again or is back.
 */
export class Detector {
  readonly #definition: DetectorInRecipe;
  readonly #cells: Cells;
  readonly #clock: DetectorClock;
  readonly #recent: RecentCounts;
  #state: DetectorReport['state'] = 'WATCHING';
  #since: number;
  #restsUntilMs = 0;
  /** Null: there were too few answers so far. */
  #figure: number | null = null;

  constructor(definition: DetectorInRecipe, clock: DetectorClock) {
    this.#definition = definition;
    this.#cells = cellsOf(definition.watch);
    this.#clock = clock;
    this.#recent = new RecentCounts(definition.answers, this.#cells.cells);
    this.#since = clock.nowMs();
  }

  /** Whether the fallback is to answer now. */
  isHolding(): boolean {
    if (this.#state !== 'TRIPPED' || this.#definition.action !== 'FALL_BACK') return false;
    if (this.#clock.monotonicMs() < this.#restsUntilMs) return true;
    this.#recent.clear();
    this.#turn('CHECKING');
    return false;
  }

  /** Counts an answer that the models were asked for; null: there was none. Gives whether the state has changed. */
  note(answer: Answer | null): boolean {
    const cell = this.#cells.cellOf(answer);
    if (cell === null || this.isHolding()) return false;
    this.#recent.add(cell);
    if (!this.#recent.isFull) return false;
    this.#figure = this.#cells.figureOf(this.#recent.shares());
    const { action, restMs } = this.#definition;
    if (this.#figure <= this.#cells.limit) return this.#turn('WATCHING');
    if (action === 'FALL_BACK') this.#restsUntilMs = this.#clock.monotonicMs() + restMs;
    return this.#turn('TRIPPED');
  }

  report(): DetectorReport {
    return {
      name: this.#definition.name,
      state: this.#state,
      since: new Date(this.#since).toISOString(),
      figure: this.#figure,
      limit: this.#cells.limit,
      answers: this.#recent.held,
    };
  }

  #turn(state: DetectorReport['state']): boolean {
    if (state === this.#state) return false;
    this.#state = state;
    this.#since = this.#clock.nowMs();
    return true;
  }
}
