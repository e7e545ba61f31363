import { shadowIds } from '../ids.ts';
import { refuse } from '../refuse.ts';
import { checkCosts, type DecisionCost } from '../../../../core/decision-cost.ts';
import {
  checkPositiveFrom,
  checkStudy,
  checkTransition,
  type Arm,
  type PendingStep,
  type Study,
  type StudyKind,
} from '../study.ts';

export const SHADOW_STATUSES = ['DRAFT', 'RUNNING', 'STOPPED'] as const;
export type ShadowStatus = (typeof SHADOW_STATUSES)[number];

const NEXT: Readonly<Record<ShadowStatus, readonly ShadowStatus[]>> = {
  DRAFT: ['RUNNING'],
  RUNNING: ['STOPPED'],
  STOPPED: [],
};

/** The name of a shadow's one arm: what answers belongs to the deployment. */
export const CANDIDATE = 'candidate';

/** Under which revision its pairs are recorded: what it compares never changes while it runs. */
export const PAIR_REVISION = 1;

/** A candidate that is scored in addition to the answers of a deployment; nobody sees what it says. */
export interface Shadow extends Study {
  readonly status: ShadowStatus;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
  /** Of the units, above 0 and at most 1. */
  readonly share: number;
  /** The smallest difference of Brier scores that is worth finding. */
  readonly minEffect: number;
  /** What decisions cost, declared before anything is seen. */
  readonly costs: readonly DecisionCost[];
  /** When nodes stop scoring by themselves; null: never. */
  readonly endsAt: Date | null;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
}

/** The release that is scored. */
export function candidateOf({ arms }: Pick<Shadow, 'arms'>): Arm {
  const [candidate] = arms;
  if (!candidate) throw new Error('a shadow has one arm');
  return candidate;
}

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkShadow(shadow: Shadow): void {
  checkStudy(shadow);
  checkPositiveFrom(shadow.positiveFrom);
  checkCosts(shadow.costs);
  const { share, minEffect } = shadow;
  if (!(share > 0 && share <= 1)) throw refuse('share', `${share} is no share; allowed: above 0 up to 1`);
  if (!(minEffect > 0 && minEffect < 1)) throw refuse('minEffect', `is ${minEffect}; allowed: above 0, below 1`);
}

function after(shadow: Shadow, { verb, at }: PendingStep): Shadow {
  const status = verb === 'START' ? 'RUNNING' : 'STOPPED';
  checkTransition('shadow', NEXT, shadow.status, status);
  return { ...shadow, status, ...(verb === 'START' ? { startedAt: at } : { stoppedAt: at }) };
}

/** Whether no more pairs are to be expected. */
export const hasEnded = ({ status, lease, endsAt }: Shadow, now: Date): boolean =>
  status === 'STOPPED' || (lease !== null && lease.lostAt !== null) || (endsAt !== null && endsAt <= now);

export const SHADOW: StudyKind<Shadow> = {
  kind: 'shadow',
  ids: shadowIds,
  after,
  announced: ({ deployment, arms, status, share }) => ({
    upstream: [deployment, ...arms.flatMap(({ release, modelVersions }) => [release, ...modelVersions])].map((urn) => ({
      urn,
      relation: 'WATCHES' as const,
    })),
    data: { status, deployment, arms, share },
  }),
};
