import { guardInWords, type ArmGuard } from './arm-guard.ts';
import type { ArmComparison } from './comparison.ts';
import type { Design } from './design.ts';
import { planFor, type ReleasePlan } from './release-plan.ts';

/** INVALID: the units themselves are wrong. CONTINUE: too few yet. SHIP: an arm is better and breaks nothing. KEEP: the control stays. */
export const RECOMMENDATIONS = ['INVALID', 'CONTINUE', 'SHIP', 'KEEP'] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

export interface Recommended {
  readonly recommendation: Recommendation;
  /** The arm of SHIP. */
  readonly ships: string | null;
  /** The best of the arms that are better than the control, whether it may ship or not. */
  readonly winner: string | null;
  readonly reasons: readonly string[];
  /** Of CONTINUE: how many more days, as units come in so far; null where it cannot be estimated. */
  readonly daysLeft: number | null;
  readonly plans: readonly ReleasePlan[];
}

export interface Judged {
  readonly design: Design;
  readonly arms: readonly string[];
  readonly comparisons: readonly ArmComparison[];
  readonly guards: readonly ArmGuard[];
  /** Why the units cannot be trusted. */
  readonly wrong: readonly string[];
  readonly missing: Readonly<Record<string, number>>;
  readonly labelled: Readonly<Record<string, number>>;
  readonly ended: boolean;
  readonly days: number;
}

const NOTHING = { ships: null, winner: null, daysLeft: null, plans: [] };

/** What the analysis comes to, in words: what is wrong first, then what is missing, then who wins and what stands in its way. */
export function recommend(judged: Judged): Recommended {
  const { wrong, missing } = judged;
  if (wrong.length > 0) return { ...NOTHING, recommendation: 'INVALID', reasons: wrong };
  if (Object.values(missing).some((units) => units > 0)) return tooEarly(judged);
  const winners = judged.comparisons
    .filter(({ better }) => better === true)
    .toSorted((a, b) => Math.abs(b.test.difference ?? 0) - Math.abs(a.test.difference ?? 0));
  const others = judged.comparisons.filter(({ better }) => better !== true).map((one) => primaryInWords(judged, one));
  const [best] = winners;
  if (!best) return { ...NOTHING, recommendation: 'KEEP', reasons: others };
  return among(judged, winners, others);
}

/** Before the planned size nothing is called, save harm: an experiment goes on, one that has ended changes nothing. */
function tooEarly(judged: Judged): Recommended {
  const { arms, missing, ended, guards } = judged;
  const lack = `${arms.map((arm) => `${missing[arm] ?? 0} more units of ${arm}`).join(', ')}, each with ${judged.design.deviation === undefined ? 'an outcome' : 'a value'}`;
  const harm = guards.filter(({ state }) => state === 'HARMED').map(guardInWords);
  if (ended) {
    const reasons = [...harm, `it ended before its planned size, short of ${lack}: nothing can be called`];
    return { ...NOTHING, recommendation: 'KEEP', reasons };
  }
  const left = arms.slice(1).filter((arm) => !guards.some((guard) => guard.arm === arm && guard.state === 'HARMED'));
  if (left.length === 0) {
    return { ...NOTHING, recommendation: 'KEEP', reasons: [...harm, 'no arm is left that may ship: stop it'] };
  }
  const daysLeft = daysLeftOf(judged);
  const about = daysLeft === null ? '' : `; at the pace so far this takes about ${inDays(daysLeft)}`;
  const reasons = [...harm, `fixed horizon: it needs ${lack}, before anything is called${about}`];
  return { ...NOTHING, recommendation: 'CONTINUE', reasons, daysLeft };
}

const inDays = (days: number): string => {
  const whole = Math.max(1, Math.ceil(days));
  return whole === 1 ? '1 more day' : `${whole} more days`;
};

function daysLeftOf({ arms, missing, labelled, days }: Judged): number | null {
  // Of a moment no pace can be told.
  if (days <= 0) return null;
  const left = arms.map((arm) => (missing[arm] ? (missing[arm] * days) / (labelled[arm] ?? 0) : 0));
  const longest = Math.max(...left);
  return Number.isFinite(longest) ? longest : null;
}

/** The best arm ships if every guardrail holds; where one is broken, the next best has its turn. */
function among(judged: Judged, winners: readonly ArmComparison[], others: readonly string[]): Recommended {
  const { guards, ended } = judged;
  const reasons: string[] = [];
  const plans: ReleasePlan[] = [];
  const winner = winners[0]?.arm ?? null;
  const rest = (from: number): string[] => winners.slice(from).map((one) => primaryInWords(judged, one));
  for (const [i, { arm, ...own }] of winners.entries()) {
    const guarding = guards.filter((guard) => guard.arm === arm);
    const broken = guarding.filter(({ state }) => state === 'HARMED');
    const open = guarding.filter(({ state }) => state === 'UNDECIDED' || state === 'NO_DATA');
    reasons.push(primaryInWords(judged, { arm, ...own }), ...[...broken, ...open].map(guardInWords));
    if (broken.length > 0) {
      reasons.push(`${arm} is blocked by its guardrail: a better primary metric does not make up for it`);
      plans.push(planFor(arm, broken));
      continue;
    }
    if (open.length > 0 && !ended) {
      const more = [...reasons, `${arm} ships once its guardrails are shown to hold`, ...rest(i + 1), ...others];
      return { recommendation: 'CONTINUE', ships: null, winner, reasons: more, daysLeft: null, plans };
    }
    if (open.length > 0) {
      reasons.push(`${arm} is blocked: it ended before its guardrails were shown to hold`);
      plans.push(planFor(arm, open));
      continue;
    }
    const held = guarding.length > 0 ? [`${arm} holds all of its guardrails`] : [];
    const all = [...reasons, ...held, ...rest(i + 1), ...others];
    return {
      recommendation: 'SHIP',
      ships: arm,
      winner,
      reasons: all,
      daysLeft: null,
      plans: [...plans, planFor(arm, [])],
    };
  }
  return { recommendation: 'KEEP', ships: null, winner, reasons: [...reasons, ...others], daysLeft: null, plans };
}

const number = (value: number | null): string => String(Number((value ?? 0).toPrecision(4)));

const percent = (rate: number | null): string => `${((rate ?? 0) * 100).toPrecision(3)} %`;

function primaryInWords({ design, comparisons }: Judged, { arm, test, pAdjusted, better }: ArmComparison): string {
  const adjusted =
    comparisons.length > 1
      ? `p = ${pAdjusted.toPrecision(3)} over ${comparisons.length} arms`
      : `p = ${pAdjusted.toPrecision(3)}`;
  const p = `${adjusted}, alpha = ${design.alpha}`;
  const inWords = design.deviation === undefined ? percent : number;
  const rates = `${inWords(test.value)} against ${inWords(test.control)}`;
  if (better === null) return `no difference of ${arm} was found at the planned size: ${rates} (${p})`;
  return `${arm} is ${better ? 'better' : 'worse'} at the planned size: ${rates} (${p})`;
}
