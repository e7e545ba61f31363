import type { Interval } from '../../../../core/statistics/interval.ts';
import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { normalSf } from '../../../../core/statistics/distributions/normal.ts';
import { NO_SRM_LOOK, stepSrm } from '../../../../core/statistics/srm.ts';
import { noEvidence, testOf, together, unitsIn, type Evidence, type Trials } from './evidence.ts';

/** What the units that were first exposed on one day came to, by arm. */
export interface DayUnits {
  readonly day: string;
  readonly arms: Readonly<Record<string, Trials & { readonly exposed: number }>>;
  /** Where a metric decides, or something is taken out: what they came to by it. */
  readonly values?: Readonly<Record<string, Evidence>>;
}

/** An arm against the control, by the units of all days up to one. */
export interface DayEstimate {
  readonly day: string;
  readonly arm: string;
  readonly controlUnits: number;
  readonly units: number;
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** By the units of that day alone. */
  readonly ownDifference: number | null;
}

/** What an arm's units of one day say by the primary metric. */
const evidenceOf = ({ arms, values }: DayUnits, arm: string): Evidence =>
  (values ? values[arm] : arms[arm]) ?? noEvidence(values !== undefined);

const noneOf = (days: readonly DayUnits[]): Evidence => noEvidence(days[0]?.values !== undefined);

/** p of a kept split, as one who has looked at the end of each day may take it: valid at any look (Lindon & Malek). */
export function splitAtAnyLook(days: readonly DayUnits[], arms: readonly string[], shares: readonly number[]): number {
  const seen = arms.map(() => 0);
  let look = NO_SRM_LOOK;
  for (const { arms: own } of days) {
    for (const [i, arm] of arms.entries()) seen[i] = (seen[i] ?? 0) + (own[arm]?.exposed ?? 0);
    look = stepSrm(look, seen, shares);
  }
  return look.sequentialP;
}

/** How the estimates came to be what they are, day by day. The first of the arms is the control. */
export function estimatesByDay(
  days: readonly DayUnits[],
  [control = '', ...candidates]: readonly string[],
  confidence: number,
): readonly DayEstimate[] {
  return candidates.flatMap((arm) => {
    let [kept, tried] = [noneOf(days), noneOf(days)];
    return days.map((of) => {
      const [own, its] = [evidenceOf(of, control), evidenceOf(of, arm)];
      [kept, tried] = [together(kept, own), together(tried, its)];
      const { difference, interval } = testOf(kept, tried, confidence);
      const units = { controlUnits: unitsIn(kept), units: unitsIn(tried) };
      return {
        day: of.day,
        arm,
        ...units,
        difference,
        interval,
        ownDifference: testOf(own, its, confidence).difference,
      };
    });
  });
}

/** Whether units that came early differ from those that came late in what an arm does to them. */
export interface Novelty {
  readonly arm: string;
  /** The difference by the units of the first and of the last half of the days. */
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
  const sum = (part: readonly DayUnits[], arm: string): Evidence =>
    part.reduce((all, of) => together(all, evidenceOf(of, arm)), noneOf(days));
  const effect = (part: readonly DayUnits[], arm: string) => testOf(sum(part, control), sum(part, arm), 0.95);
  const found = candidates.flatMap((arm) => {
    const early = effect(days.slice(0, half), arm);
    const late = effect(days.slice(days.length - half), arm);
    if (early.difference === null || late.difference === null) return [];
    const error = Math.hypot(early.standardError ?? 0, late.standardError ?? 0);
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
