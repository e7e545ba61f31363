import type { Action, Retrain } from './action.ts';
import type { Level, PolicyDefinition } from './definition.ts';

/** Where a run of a policy stands. */
export const RUN_STATES = [
  'WAITING',
  'ASKING',
  'ACTING',
  'OBSERVED',
  'SUGGESTED',
  'DONE',
  'STOPPED',
  'REJECTED',
  'LAPSED',
  'EXPIRED',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States in which something may still happen by itself or by a person. */
export const OPEN_STATES: readonly RunState[] = ['WAITING', 'ASKING', 'ACTING'];

/** What an action consists of; each is one command, or waits for one thing. */
export const STAGES = [
  'REQUEST',
  'TRAIN',
  'SUBMIT',
  'VALIDATE',
  'APPROVE',
  'RELEASE',
  'SHADOW',
  'COMPARE',
  'ROLL_OUT',
  'PROMOTE',
  'ROLL_BACK',
  'FALL_BACK',
  'PAGE',
] as const;
export type Stage = (typeof STAGES)[number];

export const STEP_KINDS = [
  'TRIGGERED',
  'HELD',
  'BREAKER_OPENED',
  'LAPSED',
  'OBSERVED',
  'SUGGESTED',
  'ASKED',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'BEGUN',
  ...STAGES,
  'DONE',
  'STOPPED',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** One step of a run: written once. */
export interface RunStep {
  readonly at: Date;
  readonly kind: StepKind;
  /** Who did it; null: the policy itself. */
  readonly by: string | null;
  /** Why, in words. */
  readonly text: string;
}

/** What a run has brought about so far, by ids. */
export interface RunResults {
  readonly modelVersion: string | null;
  readonly release: string | null;
  readonly shadow: string | null;
  readonly rollout: string | null;
}

/** What a policy does about one incident, or about one time at which its condition on indicators held. */
export interface ResponseRun extends RunResults {
  readonly project: string;
  readonly id: string;
  readonly policy: string;
  readonly policyRevision: number;
  /** Who had said that revision. */
  readonly author: string;
  readonly definition: PolicyDefinition;
  /** Null: its trigger is a condition on indicators. */
  readonly incident: string | null;
  readonly state: RunState;
  /** What is done now, or was done last; null before it acts. */
  readonly stage: Stage | null;
  /** When it was triggered, on the clock of whoever evaluated. */
  readonly startedAt: Date;
  /** When it acted, asked or suggested, on that clock; null: not yet. */
  readonly actedAt: Date | null;
  /** The features that its alerts are about. */
  readonly features: readonly string[];
  /** When its stage began, or when it asked, on the clock of the install. */
  readonly stageSince: Date | null;
  readonly endedAt: Date | null;
  /** When somebody looks at it again. */
  readonly nextAt: Date | null;
  /** How often its stage was tried. */
  readonly attempts: number;
  /** Standing approvals that did not let its version through. */
  readonly refusedBy: readonly number[];
  /** Grows with each step that it goes through. */
  readonly revision: number;
}

const STAGES_OF: Readonly<Record<Exclude<Action['kind'], 'RETRAIN'>, readonly Stage[]>> = {
  PAGE: ['PAGE'],
  ROLL_BACK: ['ROLL_BACK'],
  FALLBACK: ['FALL_BACK'],
  SHADOW: ['SHADOW', 'COMPARE'],
  ROLLOUT: ['ROLL_OUT', 'PROMOTE'],
};
const TO_VALIDATED: readonly Stage[] = ['REQUEST', 'TRAIN', 'SUBMIT', 'VALIDATE'];
const TO_SHADOW: readonly Stage[] = [...TO_VALIDATED, 'APPROVE', 'RELEASE', 'SHADOW', 'COMPARE'];
const RETRAIN_STAGES: Readonly<Record<Retrain['until'], readonly Stage[]>> = {
  VALIDATED: TO_VALIDATED,
  SHADOW: TO_SHADOW,
  LIVE: [...TO_SHADOW, 'ROLL_OUT', 'PROMOTE'],
};

/** What an action consists of, in order. */
export const stagesOf = (action: Action): readonly Stage[] =>
  action.kind === 'RETRAIN' ? RETRAIN_STAGES[action.until] : STAGES_OF[action.kind];

/** The run once a person or its level lets it act. */
export function begun(run: ResponseRun, at: Date, now: Date): ResponseRun {
  const { action } = run.definition;
  const [first = null] = stagesOf(action);
  const release = 'release' in action ? action.release : null;
  return { ...run, state: 'ACTING', stage: first, actedAt: at, stageSince: now, nextAt: now, attempts: 0, release };
}

/** The run after its stage: on to the next one, or done. */
export function advanced(run: ResponseRun, results: Partial<RunResults>, now: Date): ResponseRun {
  const stages = stagesOf(run.definition.action);
  const next = stages[stages.findIndex((stage) => stage === run.stage) + 1];
  const after: ResponseRun = { ...run, ...results, attempts: 0 };
  if (next === undefined) return ended(after, 'DONE', now);
  return { ...after, stage: next, stageSince: now, nextAt: now };
}

export const ended = (run: ResponseRun, state: RunState, now: Date): ResponseRun => ({
  ...run,
  state,
  endedAt: now,
  nextAt: null,
});

/** Stages in which a person may have to approve something. */
const APPROVED_STAGES: ReadonlySet<Stage | null> = new Set<Stage>(['APPROVE', 'RELEASE']);
const HOUR_MS = 3_600_000;

/** When it is too late to approve what a run waits for; null where it waits for no approval, or without a limit. */
export function expiryOf({
  definition: { approvalHours },
  state,
  stage,
  stageSince,
}: Pick<ResponseRun, 'definition' | 'state' | 'stage' | 'stageSince'>): Date | null {
  const waits = state === 'ASKING' || (state === 'ACTING' && APPROVED_STAGES.has(stage));
  if (!waits || approvalHours === null || stageSince === null) return null;
  return new Date(stageSince.getTime() + approvalHours * HOUR_MS);
}

/** The run that asks a person whether it may act. */
export function asking(run: ResponseRun, at: Date, now: Date): ResponseRun {
  const asked: ResponseRun = { ...run, state: 'ASKING', actedAt: at, stageSince: now, attempts: 0 };
  return { ...asked, nextAt: expiryOf(asked) };
}

/** What becomes of a run of each level once nothing holds it back. */
export const AFTER_BRAKES: Readonly<Record<Level, { readonly state: RunState; readonly step: StepKind }>> = {
  OBSERVE: { state: 'OBSERVED', step: 'OBSERVED' },
  SUGGEST: { state: 'SUGGESTED', step: 'SUGGESTED' },
  APPROVE: { state: 'ASKING', step: 'ASKED' },
  AUTOMATIC: { state: 'ACTING', step: 'BEGUN' },
};

/** An action in words, for steps and suggestions. */
export function actionText(action: Action, deployment: string): string {
  if (action.kind === 'RETRAIN') {
    return `retrain ${action.model} (${action.strategy}, ${action.days} days), until ${action.until}`;
  }
  if (action.kind === 'SHADOW') return `compare ${action.release} in the shadow of ${deployment}`;
  if (action.kind === 'ROLLOUT') return `roll ${action.release} out on ${deployment}`;
  if (action.kind === 'PAGE') return `page ${action.receivers.join(', ')}`;
  if (action.kind === 'FALLBACK') return `have ${deployment} answer by its fallback`;
  return `roll ${deployment} back to the release before`;
}

/** What a run is about, in words. */
export const subjectOf = ({
  incident,
  definition: { trigger },
}: Pick<ResponseRun, 'incident' | 'definition'>): string =>
  incident === null && 'expression' in trigger ? trigger.expression : `incident ${incident}`;

/** Which actions wait for each other on one deployment. */
export const laneOf = (action: Action): 'CHANGE' | 'EMERGENCY' | 'NEWS' =>
  action.kind === 'PAGE' ? 'NEWS' : action.kind === 'ROLL_BACK' || action.kind === 'FALLBACK' ? 'EMERGENCY' : 'CHANGE';
