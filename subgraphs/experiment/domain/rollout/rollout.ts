import type { ArmRanges } from '../../../../core/assignment/assign.ts';
import { rangesFor } from '../../../../core/assignment/ranges-for.ts';
import { DomainError } from '../../../../core/errors.ts';
import { checkBlueGreen, type BlueGreen } from './blue-green.ts';
import { checkGuards, MOST_GUARDRAILS, type Guardrail } from '../metric/guardrail.ts';
import { metricIds, rolloutIds } from '../ids.ts';
import { changed, checkStudy, checkTransition, type PendingStep, type Study, type StudyKind } from '../study.ts';
import type { VerdictWord } from './verdict-words.ts';
import { refuse } from '../refuse.ts';

export const ROLLOUT_STATUSES = ['DRAFT', 'RUNNING', 'COMPLETED', 'ROLLED_BACK'] as const;
export type RolloutStatus = (typeof ROLLOUT_STATUSES)[number];

const NEXT: Readonly<Record<RolloutStatus, readonly RolloutStatus[]>> = {
  DRAFT: ['RUNNING'],
  RUNNING: ['COMPLETED', 'ROLLED_BACK'],
  COMPLETED: [],
  ROLLED_BACK: [],
};

/** What becomes of a step that has not shown enough when its longest time is over. */
export const EXPIRY_POLICIES = ['ROLL_BACK', 'HOLD', 'CONTINUE_WITHIN_MARGIN'] as const;
export type ExpiryPolicy = (typeof EXPIRY_POLICIES)[number];

export interface RolloutStep {
  /**
   * The candidate's share of all units; the control gets as much. At 1 nothing is left to compare with; at 0, of a
   * blue-green switch alone, it is ready and answers nobody.
   */
  readonly weight: number;
  /** Units that each arm must have in this step before anything is called good. */
  readonly minSamples: number;
  readonly minMinutes: number;
  /** After this the policy decides; null: it waits for ever. */
  readonly maxMinutes: number | null;
  /** How long all guardrails must have held without a break before it goes on. */
  readonly bakeMinutes: number;
  /** Whether a person lets it go on. */
  readonly approval: boolean;
  /** Margins of this step, by guardrail; where one is left out, the guardrail's own holds. */
  readonly margins: Readonly<Record<string, number>>;
}

/** A step as it went: what the split was, and when. */
export interface StepRun {
  /** The step's number, from 1: the revision under which its units are assigned. */
  readonly number: number;
  readonly ranges: readonly ArmRanges[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Since when all guardrails hold without a break. */
  readonly passedAt: Date | null;
  readonly approvedBy: string | null;
}

export interface Pause {
  readonly by: string;
  readonly at: Date;
  readonly reason: string;
}

/** A release that gets a deployment's traffic step by step, beside a control of the same size. */
export interface Rollout extends Study {
  readonly status: RolloutStatus;
  readonly steps: readonly RolloutStep[];
  readonly guardrails: readonly Guardrail[];
  /** What a blue-green switch is checked by; null: it goes step by step. */
  readonly blueGreen: BlueGreen | null;
  /** The chance that a candidate that harms nobody is rolled back, over all steps, looks, guardrails and segments. */
  readonly alpha: number;
  readonly onExpiry: ExpiryPolicy;
  /** Number of the step in force, from 1; 0 before it has started. */
  readonly step: number;
  readonly runs: readonly StepRun[];
  readonly paused: Pause | null;
  /** The newest verdict that was kept; null: it was not judged yet. */
  readonly verdict: { readonly number: number; readonly step: number; readonly word: VerdictWord } | null;
  readonly endedAt: Date | null;
}

export const CONTROL = 'control';
export const CANDIDATE = 'candidate';

/** The source's plan: a day, two days, three days, then all. */
export const STAGED_5_20_50_100: readonly RolloutStep[] = (
  [
    [0.05, 10_000, 1],
    [0.2, 50_000, 2],
    [0.5, 100_000, 3],
    [1, 0, 0],
  ] as const
).map(([weight, minSamples, days]) => ({
  weight,
  minSamples,
  minMinutes: days * 1_440,
  maxMinutes: days === 0 ? null : days * 1_440 * 4,
  bakeMinutes: days === 0 ? 1_440 : 60,
  approval: false,
  margins: {},
}));

const MOST_STEPS = 20;
/** A year. */
const MOST_MINUTES = 525_600;

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkRollout(rollout: Rollout): void {
  checkStudy(rollout);
  const { steps, guardrails, alpha, arms } = rollout;
  if (!(alpha > 0 && alpha <= 0.5)) throw refuse('alpha', `is ${alpha}; allowed: above 0 up to 0.5`);
  if (new Set(arms.map(({ release }) => release)).size < arms.length) {
    throw refuse('candidate', 'answers by default already: there is nothing to compare');
  }
  if (rollout.blueGreen) return checkBlueGreen(rollout, rollout.blueGreen);
  if (guardrails.length === 0) throw refuse('guardrails', `there are none; allowed: 1 to ${MOST_GUARDRAILS}`);
  checkGuards(guardrails);
  const names = guardrails.map(({ name }) => name);
  if (steps.length === 0 || steps.length > MOST_STEPS) {
    throw refuse('steps', `there are ${steps.length}; allowed: 1 to ${MOST_STEPS}`);
  }
  for (const [i, step] of steps.entries()) checkStep(`steps.${i}`, step, steps[i - 1]?.weight ?? 0, names);
}

function checkStep(field: string, step: RolloutStep, before: number, guardrails: readonly string[]): void {
  const { weight, minSamples, minMinutes, maxMinutes, bakeMinutes, margins } = step;
  const isWeight = (weight >= 1e-3 && weight <= 0.5) || weight === 1;
  if (!isWeight)
    throw refuse(`${field}.weight`, `is ${weight}; allowed: 0.001 to 0.5, where the control gets as much, or 1`);
  if (weight <= before)
    throw refuse(`${field}.weight`, `is ${weight}; allowed: above the ${before} of the step before`);
  if (!(Number.isSafeInteger(minSamples) && minSamples >= (weight === 1 ? 0 : MIN_SAMPLES))) {
    throw refuse(`${field}.minSamples`, `is ${minSamples}; allowed: a whole number from ${MIN_SAMPLES}`);
  }
  for (const [name, minutes] of Object.entries({ minMinutes, bakeMinutes, maxMinutes: maxMinutes ?? 0 })) {
    if (minutes >= 0 && minutes <= MOST_MINUTES) continue;
    throw refuse(`${field}.${name}`, `is ${minutes}; allowed: 0 to ${MOST_MINUTES}`);
  }
  if (maxMinutes !== null && maxMinutes <= minMinutes) {
    throw refuse(`${field}.maxMinutes`, `is ${maxMinutes}; allowed: above minMinutes, ${minMinutes}`);
  }
  for (const [name, margin] of Object.entries(margins)) {
    if (!guardrails.includes(name)) throw refuse(`${field}.margins`, `no guardrail is called "${name}"`, guardrails);
    if (!(margin > 0 && margin < Infinity))
      throw refuse(`${field}.margins`, `that of ${name} is ${margin}; allowed: above 0`);
  }
}

/** Fewer units than these say nothing, whatever they are. */
export const MIN_SAMPLES = 10;

/** The step of a number. Throws where there is none: numbers come from the rollout itself. */
export function stepOf({ steps }: Pick<Rollout, 'steps'>, number: number): RolloutStep {
  const step = steps[number - 1];
  if (!step) throw new Error(`a rollout of ${steps.length} steps has no step ${number}`);
  return step;
}

/** How a step went, or goes; undefined before it has begun. */
export const runOf = ({ runs }: Pick<Rollout, 'runs'>, number: number): StepRun | undefined =>
  runs.find((run) => run.number === number);

export const isLastStep = ({ steps, step }: Pick<Rollout, 'steps' | 'step'>): boolean => step === steps.length;

/** The ranges of both arms in a step: no unit of the candidate ever goes back, and the control shares nothing with it. */
export const rangesAt = ({ weight }: RolloutStep, previous: readonly ArmRanges[] = []): ArmRanges[] =>
  rangesFor(
    [
      { arm: CONTROL, weight: controlWeight(weight), control: true },
      { arm: CANDIDATE, weight },
    ],
    previous,
  );

/** As much as the candidate, where both answer. */
const controlWeight = (candidate: number): number => (candidate === 0 || candidate === 1 ? 1 - candidate : candidate);

function goTo(rollout: Rollout, number: number, at: Date): Rollout {
  const ranges = rangesAt(stepOf(rollout, number), rollout.runs.at(-1)?.ranges);
  const fresh: StepRun = { number, ranges, startedAt: at, endedAt: null, passedAt: null, approvedBy: null };
  return { ...rollout, step: number, runs: [...closed(rollout.runs, at), fresh] };
}

const closed = (runs: readonly StepRun[], at: Date): StepRun[] =>
  runs.map((run) => (run.endedAt === null ? { ...run, endedAt: at } : run));

function end(rollout: Rollout, status: RolloutStatus, at: Date): Rollout {
  checkTransition('rollout', NEXT, rollout.status, status);
  return { ...rollout, status, runs: closed(rollout.runs, at), paused: null, endedAt: at };
}

function after(rollout: Rollout, { verb, at, to }: PendingStep): Rollout {
  switch (verb) {
    case 'START':
      checkTransition('rollout', NEXT, rollout.status, 'RUNNING');
      return goTo({ ...rollout, status: 'RUNNING' }, 1, at);
    case 'ADVANCE':
      requireRunning(rollout);
      if (to !== rollout.step + 1 || to > rollout.steps.length) {
        throw new DomainError('INVALID_TRANSITION', `a rollout at step ${rollout.step} does not go to step ${to}`, {
          from: rollout.step,
          allowed: isLastStep(rollout) ? [] : [rollout.step + 1],
        });
      }
      return goTo(rollout, to, at);
    case 'PROMOTE':
      return end(rollout, 'COMPLETED', at);
    case 'CHANGE_SPLIT':
    case 'REVISE':
      throw new Error('the split of a rollout changes by its steps');
    case 'ROLL_BACK':
    case 'STOP':
    default:
      return end(rollout, 'ROLLED_BACK', at);
  }
}

/** Throws INVALID_TRANSITION for a rollout that does not run. */
export function requireRunning({ status }: Rollout): void {
  if (status === 'RUNNING') return;
  throw new DomainError('INVALID_TRANSITION', `a ${status} rollout has no step in force`, {
    from: status,
    allowed: ['RUNNING'],
  });
}

export function pause(rollout: Rollout, pause_: Pause): Rollout {
  requireRunning(rollout);
  requireReason(pause_.reason);
  if (rollout.paused)
    throw new DomainError('INVALID_TRANSITION', 'the rollout is paused already', { allowed: ['resume'] });
  return changed({ ...rollout, paused: pause_ });
}

/** It goes on where it was; how long guardrails have held counts from now on. */
export function resume(rollout: Rollout): Rollout {
  requireRunning(rollout);
  if (!rollout.paused) throw new DomainError('INVALID_TRANSITION', 'the rollout is not paused', { allowed: ['pause'] });
  return changed({ ...withRun(rollout, { passedAt: null }), paused: null });
}

export function approveStep(rollout: Rollout, by: string): Rollout {
  requireRunning(rollout);
  if (by === rollout.createdBy) {
    throw new DomainError('FORBIDDEN', `${by} made this rollout: another person lets it go on`, {
      rule: 'maker-checker',
    });
  }
  if (!stepOf(rollout, rollout.step).approval) {
    throw new DomainError('INVALID_TRANSITION', `step ${rollout.step} waits for nobody's approval`, { allowed: [] });
  }
  return changed(withRun(rollout, { approvedBy: by }));
}

/** The rollout with its run in force changed. */
export const withRun = (rollout: Rollout, change: Partial<StepRun>): Rollout => ({
  ...rollout,
  runs: rollout.runs.map((run) => (run.number === rollout.step ? { ...run, ...change } : run)),
});

export function requireReason(reason: string): void {
  if (reason.trim() === '') throw refuse('reason', 'say why: it stays on record');
}

export const ROLLOUT: StudyKind<Rollout> = {
  kind: 'rollout',
  ids: rolloutIds,
  after,
  announced: ({ deployment, arms, status, step, steps, guardrails, verdict, project }) => ({
    upstream: [
      { urn: deployment, relation: 'WATCHES' },
      ...guardrails.map(({ name }) => ({ urn: metricIds.format({ project, name }), relation: 'READS' as const })),
    ],
    data: { status, deployment, arms, step, weight: steps[step - 1]?.weight ?? 0, verdict: verdict?.word ?? null },
  }),
};
