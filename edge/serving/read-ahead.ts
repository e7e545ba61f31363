import { readInputs } from '../../core/recipe/inputs.ts';
import { allocationIn } from '../../core/traffic/layers.ts';
import type { Traffic } from '../../schema/manifest.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import type { RunRequest } from '../recipe/run.ts';
import type { ServingDeployment } from './deployment.ts';
import type { FeatureReads } from '../telemetry/feature-reads.ts';
import type { FeatureReader } from '../features/feature-reader.ts';
import { gather } from '../features/gather.ts';

export interface ReadAheadOptions {
  readonly reader: FeatureReader;
  readonly reads: FeatureReads;
  readonly monotonicMs: () => number;
}

/** Of ten requests a second at most, whatever comes in. */
const EVERY_MS = 100;

/**
 * Reads the features of releases that hold a split without a bucket of it, for requests that others were answered: so that it
 * is known how fresh they are before anybody is answered by them. Nothing is computed, and no answer waits for it.
 */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  readonly #lastMs = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: ReadAheadOptions) {
    this.#options = options;
  }

  offer({ entry, plans }: ServingDeployment, request: Pick<RunRequest, 'inputs' | 'at'>): void {
    for (const release of idleIn(entry.traffic)) {
      const plan = plans.get(release);
      if (!plan || plan.features.length === 0 || !this.#isDue(release)) continue;
      const reading = this.#read(plan, request).finally(() => this.#underWay.delete(reading));
      this.#underWay.add(reading);
    }
  }

  /** Releases whose next read is held up: those that were read within the last tenth of a second. */
  get held(): number {
    return this.#lastMs.size;
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #isDue(release: string): boolean {
    const nowMs = this.#options.monotonicMs();
    if (nowMs - (this.#lastMs.get(release) ?? -EVERY_MS) < EVERY_MS) return false;
    this.#lastMs.delete(release);
    // In the order of their reads: the first ones are the oldest, and hold up nothing any more.
    for (const [before, atMs] of this.#lastMs) {
      if (nowMs - atMs < EVERY_MS) break;
      this.#lastMs.delete(before);
    }
    this.#lastMs.set(release, nowMs);
    return true;
  }

  async #read(plan: ReadyPlan, { inputs, at }: Pick<RunRequest, 'inputs' | 'at'>): Promise<void> {
    const { reader, reads } = this.#options;
    try {
      const request = { given: {}, inputs: readInputs(plan, inputs), at };
      const { uses } = await gather(plan, request, reader, plan.recipe.budgets.featuresMs);
      reads.note(plan.digest, uses);
    } catch {
      // A request that lacks what its features are looked up by.
      reads.noteUnread(plan.digest, plan.features.length);
    }
  }
}

/** The releases of a split to which none of its buckets leads. */
function idleIn(traffic: Traffic): readonly string[] {
  const arms = allocationIn(traffic)?.arms ?? [];
  const idle = arms.filter(({ ranges }) => ranges.length === 0);
  if (idle.length === 0) return [];
  const answering = new Set(arms.filter(({ ranges }) => ranges.length > 0).map(({ release }) => release));
  return [...new Set(idle.map(({ release }) => release))].filter((release) => !answering.has(release));
}
