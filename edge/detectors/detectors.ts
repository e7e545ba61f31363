import type { DetectorReport } from '../../schema/telemetry.ts';
import type { ReadyPlan } from '../recipe/plan.ts';
import type { Answer } from '../recipe/run.ts';
import type { AskerTrust } from '../telemetry/asker-trust.ts';
import { Detector, type DetectorClock } from './detector.ts';

export interface DetectorsDeps extends DetectorClock {
  /** Whose answers count: on a server not those that were asked with public keys, which may ask anything. */
  readonly heeds: (trust: AskerTrust) => boolean;
  readonly onChange: (change: DetectorReport & { readonly deployment: string; readonly release: string }) => void;
}

/** Who answered, and to whom. */
export interface Asked {
  readonly deployment: string;
  readonly plan: ReadyPlan;
  readonly trust: AskerTrust;
}

/** The detectors of what this node serves: counted as answers are made, and asked before the models are. */
export class Detectors {
  readonly #deps: DetectorsDeps;
  /** By deployment and release; those of releases that have no detectors are not there. */
  readonly #known = new Map<string, readonly Detector[]>();

  constructor(deps: DetectorsDeps) {
    this.#deps = deps;
  }

  /** Why the fallback answers in place of the models; null where it does not. */
  tripped(deployment: string, plan: ReadyPlan): string | null {
    if (!plan.recipe.detectors) return null;
    const holding = this.#of(deployment, plan).find((detector) => detector.isHolding());
    if (!holding) return null;
    const { name, figure, limit, since } = holding.report();
    return `the detector "${name}" has tripped at ${since}: ${figure?.toPrecision(3)}, allowed: ${limit}`;
  }

  /** Counts what the models were asked for; `answer` is null where there was none for a reason of the node's. */
  note({ deployment, plan, trust }: Asked, answer: Answer | null): void {
    if (!plan.recipe.detectors || !this.#deps.heeds(trust)) return;
    for (const detector of this.#of(deployment, plan)) {
      if (!detector.note(answer)) continue;
      this.#deps.onChange({ ...detector.report(), deployment, release: plan.digest });
    }
  }

  report(deployment: string, release: string): readonly DetectorReport[] {
    return (this.#known.get(keyOf(deployment, release)) ?? []).map((detector) => detector.report());
  }

  /** Forgets those of releases that are not served any more. */
  keepOnly(served: Iterable<readonly [deployment: string, release: string]>): void {
    const kept = new Set([...served].map(([deployment, release]) => keyOf(deployment, release)));
    for (const key of this.#known.keys()) if (!kept.has(key)) this.#known.delete(key);
  }

  #of(deployment: string, { digest, recipe }: ReadyPlan): readonly Detector[] {
    const key = keyOf(deployment, digest);
    const known = this.#known.get(key);
    if (known) return known;
    const made = (recipe.detectors ?? []).map((definition) => new Detector(definition, this.#deps));
    this.#known.set(key, made);
    return made;
  }
}

const keyOf = (deployment: string, release: string): string => `${deployment}\0${release}`;
