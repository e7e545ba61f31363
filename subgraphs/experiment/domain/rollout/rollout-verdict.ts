import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { NO_SRM_LOOK, SRM_ALPHA, stepSrm } from '../../../../core/statistics/srm.ts';
import {
  judgeGuardrail,
  type Guardrail,
  type GuardrailFinding,
  type GuardrailState,
  type GuardrailSums,
} from '../metric/guardrail.ts';
import type { ExpiryPolicy, RolloutStep } from './rollout.ts';
import { judgeSwitch, type SwitchEvidence } from './switch-verdict.ts';
import {
  minutesAfter,
  minutesBetween,
  passed,
  planOf,
  sayOf,
  type Finding,
  type Say,
  type Verdict,
  type VerdictMove,
  type VerdictWord,
} from './verdict-words.ts';

/** What one guardrail's units say in one step: all of them, or those of one value of its segment. */
export interface StepEvidence extends GuardrailSums {
  readonly guardrail: string;
  readonly step: number;
  readonly segment: string | null;
}

/** Everything that a verdict rests on: from this alone it can be given again. Times are ISO 8601. */
export interface Evidence {
  readonly at: string;
  readonly step: number;
  readonly steps: readonly RolloutStep[];
  readonly guardrails: readonly Guardrail[];
  readonly alpha: number;
  readonly onExpiry: ExpiryPolicy;
  readonly startedAt: string;
  readonly passedAt: string | null;
  readonly paused: string | null;
  readonly approvedBy: string | null;
  /** Units with an answer in the step in force, by arm. */
  readonly units: { readonly control: number; readonly candidate: number };
  /** When the store took the newest answer of the candidate in this step. */
  readonly heardAt: string | null;
  readonly sums: readonly StepEvidence[];
}

/** A verdict as it was given. What it rests on is kept with it: it can be given again at any time. */
export interface VerdictRecord {
  readonly id: string;
  readonly project: string;
  readonly rollout: string;
  /** Counts the verdicts of one rollout, from 1. */
  readonly number: number;
  readonly at: Date;
  readonly step: number;
  readonly word: VerdictWord;
  readonly move: VerdictMove | null;
  readonly reasons: readonly string[];
  readonly evidence: Evidence | SwitchEvidence;
}

/** After so long without an answer of the candidate nothing is called healthy. */
export const SILENCE_MINUTES = 10;
/** A century: what lies beyond is said as never. */
const MOST_MINUTES = 100 * 525_600;

/**
 * The verdict on a rollout, from its evidence alone: harm first, then whether the data can be believed, then whether there
 * are enough of them. What is not shown to hold never goes on.
 */
export function judge(evidence: Evidence | SwitchEvidence): Verdict {
  return 'nodes' in evidence ? judgeSwitch(evidence) : judgeSteps(evidence);
}

function judgeSteps(evidence: Evidence): Verdict {
  const findings = findingsOf(evidence);
  const say = sayOf({ findings });
  const harmed = findings.filter(({ state }) => state === 'HARMED');
  const byCandidate = harmed.filter(({ controlToo }) => !controlToo);
  if (byCandidate.length > 0) return say('ROLLBACK', byCandidate.map(harmOf), { move: 'ROLL_BACK' });
  const wrong = [...disturbances(evidence, harmed)];
  if (wrong.length > 0) return say('HOLD', wrong);
  const silence = silenceOf(evidence);
  if (silence !== null) return expired(evidence, [], say) ?? say('HOLD', [silence]);
  const waiting = lackOf(evidence, findings);
  if (waiting) return expired(evidence, findings, say) ?? say('WAIT', waiting.reasons, waiting);
  return passed({ ...evidence, words: wordsOf(evidence) }, say);
}

const wordsOf = ({ steps, step }: Evidence) => ({
  hold: 'all guardrails hold',
  shown: 'every guardrail holds within its margin',
  next: step === steps.length ? 'the candidate becomes the default' : `on to step ${step + 1}`,
});

/** What each guardrail shows in each step that had a control, with the chance of a false alarm shared over all of them. */
function findingsOf({ sums, guardrails, steps, step: now, alpha }: Evidence): Finding[] {
  const judged = sums.flatMap(({ guardrail: name, step, segment, control, candidate }) => {
    const guardrail = guardrails.find((one) => one.name === name);
    const plan = planOf(steps, step);
    const comparable = plan.weight < 1 || guardrail?.definition.kind === 'QUANTILE';
    if (!guardrail || !comparable) return [];
    const { definition, marginKind } = guardrail;
    const margin = plan.margins[name] ?? guardrail.margin ?? 0;
    const minSamples = Math.max(1, plan.minSamples);
    const found = judgeGuardrail({ definition, margin, marginKind, alpha, minSamples }, { control, candidate });
    return [{ ...found, guardrail: name, step, segment }];
  });
  // Steps to come count already: else an early step would spend what they need.
  const scopes = Math.max(
    ...steps.map((_, i) => judged.filter(({ step }) => step === i + 1).length),
    guardrails.length,
  );
  const family = scopes * steps.length;
  const ones = Array.from({ length: Math.max(0, family - judged.length) }, () => 1);
  const adjusted = adjustPValues([...judged.map(({ pHarm }) => pHarm), ...ones], 'holm');
  return judged.map((found, i) => {
    const pHarmAdjusted = adjusted[i] ?? 1;
    return { ...found, pHarmAdjusted, state: stateOf(found, pHarmAdjusted, { alpha, isNow: found.step === now }) };
  });
}

function stateOf(
  { worse, pHeld }: GuardrailFinding,
  pHarm: number,
  { alpha, isNow }: { readonly alpha: number; readonly isNow: boolean },
): GuardrailState {
  if (worse === null) return 'NO_DATA';
  if (pHarm < alpha) return 'HARMED';
  // That all of several hold is claimed only where each does: this needs no correction (Berger 1982).
  return pHeld < alpha || !isNow ? 'HELD' : 'UNDECIDED';
}

const number = (value: number | null): string => (value === null ? 'nothing' : String(Number(value.toPrecision(4))));

const nameOf = ({ guardrail, segment }: Pick<Finding, 'guardrail' | 'segment'>): string =>
  segment === null ? guardrail : `${guardrail} where ${segment}`;

function harmOf(finding: Finding): string {
  const { step, control, candidate, worse, accepted, pHarmAdjusted, bounds } = finding;
  return (
    `${nameOf(finding)} in step ${step}: ${number(candidate)} against ${number(control)} of the control; worse by ` +
    `${number(worse)}, at least ${number(bounds?.lower ?? null)}, accepted ${number(accepted)} (p = ${pHarmAdjusted.toPrecision(2)} at any look)`
  );
}

/** Why the data cannot be believed, or must not be acted on. */
function* disturbances({ paused, units, steps, step }: Evidence, harmed: readonly Finding[]) {
  for (const finding of harmed) yield `${nameOf(finding)} is broken by the control as well: it is not the candidate`;
  if (paused !== null) yield `paused by hand: ${paused}`;
  if (planOf(steps, step).weight < 1) {
    const { sequentialP } = stepSrm(NO_SRM_LOOK, [units.control, units.candidate], [1, 1]);
    if (sequentialP < SRM_ALPHA) {
      yield (
        `sample-ratio mismatch: ${units.control} units of the control and ${units.candidate} of the candidate do not ` +
          `fit an even split (p = ${sequentialP.toPrecision(2)})`
      );
    }
  }
}

/** Why a candidate that has answered is not called healthy any more: nobody hears of it. */
const silenceOf = ({ at, heardAt }: Evidence): string | null =>
  heardAt !== null && minutesBetween(heardAt, at) > SILENCE_MINUTES
    ? `no answer of the candidate has come in since ${heardAt}: silence is not health`
    : null;

interface Lack {
  readonly reasons: readonly string[];
  readonly missing: number | null;
  readonly about: string | null;
}

/** What is still missing of a step; null where all is there and shown to hold. */
function lackOf(evidence: Evidence, findings: readonly Finding[]): Lack | null {
  const { at, startedAt, steps, step, units } = evidence;
  const plan = planOf(steps, step);
  const elapsed = Math.max(0, minutesBetween(startedAt, at));
  const compared = plan.weight < 1;
  const fewest = compared ? Math.min(units.control, units.candidate) : units.candidate;
  const wanted = Math.max(plan.minSamples, 1);
  const open = compared ? totalsOf(evidence, findings).filter(({ found }) => found?.state !== 'HELD') : [];
  const lacks = [
    ...(elapsed < plan.minMinutes ? [{ reason: `it runs for at least ${plan.minMinutes} minutes`, missing: 0 }] : []),
    ...(fewest < wanted
      ? [
          {
            reason: `${wanted - fewest} more units of each arm to the ${wanted} of this step`,
            missing: wanted - fewest,
          },
        ]
      : []),
    ...open.map(({ guardrail, found }) => undecided(guardrail, found)),
  ];
  if (lacks.length === 0) return null;
  const known = lacks.flatMap(({ missing }) => missing ?? []);
  const missing = known.length < lacks.length ? null : Math.max(...known);
  const soonest = Date.parse(minutesAfter(startedAt, plan.minMinutes));
  const about = missing === null ? null : whenThere({ missing, fewest, elapsed, nowMs: Date.parse(at), soonest });
  return { reasons: lacks.map(({ reason }) => reason), missing, about };
}

/** When so many more units are there at the pace of before; null where none come, or not in anybody's time. */
function whenThere(given: {
  readonly missing: number;
  readonly fewest: number;
  readonly elapsed: number;
  readonly nowMs: number;
  readonly soonest: number;
}): string | null {
  const { missing, fewest, elapsed, nowMs, soonest } = given;
  const minutes = missing === 0 ? 0 : (missing * elapsed) / fewest;
  if (!(minutes < MOST_MINUTES)) return null;
  return new Date(Math.max(nowMs + minutes * 60_000, soonest)).toISOString();
}

/** Each guardrail over all units of the step in force; undefined where none has a value yet. */
const totalsOf = ({ guardrails, step }: Evidence, findings: readonly Finding[]) =>
  guardrails.map((guardrail) => ({
    guardrail: guardrail.name,
    found: findings.find((one) => one.guardrail === guardrail.name && one.step === step && one.segment === null),
  }));

function undecided(guardrail: string, found: Finding | undefined): { reason: string; missing: number | null } {
  if (!found || found.worse === null) return { reason: `${guardrail} has no value yet`, missing: null };
  const { missing, worse, accepted, bounds } = found;
  const need = missing === null ? 'more units' : `about ${missing} more units of each arm`;
  return {
    reason: `${guardrail} needs ${need}: worse by ${number(worse)}, at most ${number(bounds?.upper ?? null)}, accepted ${number(accepted)}`,
    missing,
  };
}

/** At the end of its longest time a step that still waits is ended by the rollout's policy. */
function expired(evidence: Evidence, findings: readonly Finding[], say: Say): Verdict | null {
  const { at, startedAt, steps, step, onExpiry } = evidence;
  const { maxMinutes } = planOf(steps, step);
  if (maxMinutes === null || minutesBetween(startedAt, at) < maxMinutes) return null;
  const over = `the ${maxMinutes} minutes of step ${step} are over and it has not shown enough`;
  if (onExpiry === 'HOLD') return say('HOLD', [`${over}: a person decides`]);
  if (onExpiry === 'CONTINUE_WITHIN_MARGIN') {
    const open = totalsOf(evidence, findings);
    const within = open.every(({ found }) => found !== undefined && isWithin(found));
    if (within) {
      const move = step === steps.length ? 'PROMOTE' : 'ADVANCE';
      return say('CONTINUE', [`${over}; every guardrail is within its margin as far as it goes`], { move });
    }
  }
  return say('ROLLBACK', [`${over}: it is rolled back`], { move: 'ROLL_BACK' });
}

/** A value with its margin kept, of more than a handful of units: those have no bounds that say anything. */
const isWithin = ({ worse, accepted, bounds }: Finding): boolean =>
  worse !== null && accepted !== null && bounds !== null && worse < accepted;
