import type { Interval } from '../../../core/statistics/interval.ts';
import { adjustPValues } from '../../../core/statistics/multiple-testing.ts';
import { normalSf } from '../../../core/statistics/distributions/normal.ts';
import { twoProportionTest } from '../../../core/statistics/two-proportion.ts';

/** Units of an arm with an outcome, and those of them that converted. */
export interface Trials {
  readonly labelled: number;
  readonly converted: number;
}

/** What the units that were first exposed on one day came to, by arm. */
export interface DayUnits {
  readonly day: string;
  readonly arms: Readonly<Record<string, Trials>>;
}

/** An arm against the control, by the units of all days up to one. */
export interface DayEstimate {
  readonly day: string;
  readonly arm: string;
  readonly controlUnits: number;
  readonly units: number;
  readonly difference: number | null;
  readonly interval: Interval;
  /** By the units of that day alone. */
  readonly ownDifference: number | null;
}

const NONE: Trials = { labelled: 0, converted: 0 };
const together = (a: Trials, b: Trials): Trials => ({
  labelled: a.labelled + b.labelled,
  converted: a.converted + b.converted,
});

const compare = (control: Trials, arm: Trials, confidence?: number) =>
  twoProportionTest({
    controlSuccesses: control.converted,
    controlTrials: control.labelled,
    treatmentSuccesses: arm.converted,
    treatmentTrials: arm.labelled,
    ...(confidence !== undefined && { confidence }),
  });

/** How the estimates came to be what they are, day by day. The first of the arms is the control. */
export function estimatesByDay(
  days: readonly DayUnits[],
  [control = '', ...candidates]: readonly string[],
  confidence: number,
): readonly DayEstimate[] {
  return candidates.flatMap((arm) => {
    let [kept, tried] = [NONE, NONE];
    return days.map(({ day, arms }) => {
      const [own, its] = [arms[control] ?? NONE, arms[arm] ?? NONE];
      [kept, tried] = [together(kept, own), together(tried, its)];
      const { difference, newcombeInterval: interval } = compare(kept, tried, confidence);
      const units = { controlUnits: kept.labelled, units: tried.labelled };
      return { day, arm, ...units, difference, interval, ownDifference: compare(own, its).difference };
    });
  });
}

/** Whether units that came early differ from those that came late in what an arm does to them. */
export interface Novelty {
  readonly arm: string;
  /** The difference of rates by the units of the first and of the last half of the days. */
  readonly early: number;
  readonly late: number;
  /** Over all arms (Holm). */
  readonly p: number;
  readonly changed: boolean;
}

/** Below this an effect is said to change: it is looked for beside what was asked, as a broken split is. */
const NOVELTY_ALPHA = 0.01;

/** Compares the effect of the first half of the days with that of the last: one that fades was a novelty. */
export function checkNovelty(
  days: readonly DayUnits[],
  [control = '', ...candidates]: readonly string[],
): readonly Novelty[] {
  const half = Math.floor(days.length / 2);
  const sum = (part: readonly DayUnits[], arm: string): Trials =>
    part.reduce((all, { arms }) => together(all, arms[arm] ?? NONE), NONE);
  const effect = (part: readonly DayUnits[], arm: string) => compare(sum(part, control), sum(part, arm));
  const found = candidates.flatMap((arm) => {
    const early = effect(days.slice(0, half), arm);
    const late = effect(days.slice(days.length - half), arm);
    if (early.difference === null || late.difference === null) return [];
    const error = Math.hypot(early.unpooledStandardError ?? 0, late.unpooledStandardError ?? 0);
    const z = error > 0 ? Math.abs(late.difference - early.difference) / error : 0;
    return [{ arm, early: early.difference, late: late.difference, p: Math.min(1, 2 * normalSf(z)) }];
  });
  const adjusted = adjustPValues(
    found.map(({ p }) => p),
    'holm',
  );
  return found.map((one, i) => {
    const p = adjusted[i] ?? 1;
    return { ...one, p, changed: p < NOVELTY_ALPHA };
  });
}
