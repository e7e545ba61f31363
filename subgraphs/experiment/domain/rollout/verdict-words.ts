import type { GuardrailFinding, GuardrailState } from '../metric/guardrail.ts';
import type { RolloutStep } from './rollout.ts';
import type { SwitchCheck } from './switch-check.ts';

export const VERDICTS = ['CONTINUE', 'ROLLBACK', 'WAIT', 'HOLD'] as const;
export type VerdictWord = (typeof VERDICTS)[number];

/** What follows of a verdict; null: nothing yet. */
export type VerdictMove = 'ADVANCE' | 'PROMOTE' | 'ROLL_BACK';

/** What one guardrail shows in one step, over all units or within one value of its segment. */
export interface Finding extends GuardrailFinding {
  readonly guardrail: string;
  readonly step: number;
  readonly segment: string | null;
  readonly state: GuardrailState;
  /** p of harm over all guardrails, segments and steps (Holm). */
  readonly pHarmAdjusted: number;
}

export interface Verdict {
  readonly word: VerdictWord;
  readonly move: VerdictMove | null;
  readonly reasons: readonly string[];
  /** Of guardrails; none of a blue-green switch. */
  readonly findings: readonly Finding[];
  /** Of a blue-green switch. */
  readonly checks: readonly SwitchCheck[];
  /** Units of each arm that are still missing, as far as one can tell. */
  readonly missing: number | null;
  /** About when they are there, as traffic goes now. */
  readonly about: string | null;
  /** Whether everything holds, so that the bake goes on. */
  readonly passing: boolean;
}

export type Say = (word: VerdictWord, reasons: readonly string[], more?: Partial<Verdict>) => Verdict;

/** Says verdicts that all rest on the same findings. */
export const sayOf =
  (found: Partial<Pick<Verdict, 'findings' | 'checks'>>): Say =>
  (word, reasons, more = {}) => ({
    word,
    move: null,
    reasons,
    findings: [],
    checks: [],
    missing: null,
    about: null,
    passing: false,
    ...found,
    ...more,
  });

const MINUTE_MS = 60_000;
export const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / MINUTE_MS;
export const minutesAfter = (at: string, minutes: number): string =>
  new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString();

export const planOf = (steps: readonly RolloutStep[], number: number): RolloutStep => {
  const plan = steps[number - 1];
  if (!plan) throw new Error(`there is no step ${number} of ${steps.length}`);
  return plan;
};

interface Passing {
  readonly at: string;
  readonly passedAt: string | null;
  readonly steps: readonly RolloutStep[];
  readonly step: number;
  readonly approvedBy: string | null;
  /** What holds, that it is shown, and what comes next. */
  readonly words: { readonly hold: string; readonly shown: string; readonly next: string };
}

/** Everything holds: once it has for long enough, and a person agrees where one must, it goes on. */
export function passed({ at, passedAt, steps, step, approvedBy, words }: Passing, say: Say): Verdict {
  const { hold, shown, next } = words;
  const plan = planOf(steps, step);
  const baked = passedAt === null ? 0 : minutesBetween(passedAt, at);
  if (baked < plan.bakeMinutes) {
    const end = minutesAfter(passedAt ?? at, plan.bakeMinutes);
    const reason = `${hold}; they must for ${plan.bakeMinutes} minutes without a break, until ${end}`;
    return say('WAIT', [reason], { about: end, passing: true });
  }
  if (plan.approval && approvedBy === null) {
    return say('HOLD', [`${hold}: the step waits for the approval of a person`], { passing: true });
  }
  const move = step === steps.length ? 'PROMOTE' : 'ADVANCE';
  return say('CONTINUE', [`${shown}: ${next}`], { move, passing: true });
}
