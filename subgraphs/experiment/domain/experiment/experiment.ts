import { DomainError } from '../../../../core/errors.ts';
import { checkAdjustment, type Adjustment } from './adjustment.ts';
import { checkBalance, type Balance, type Balanced } from './balance.ts';
import { checkArms } from './arms.ts';
import { plannedUnits, type Design } from './design.ts';
import { experimentIds, metricIds } from '../ids.ts';
import { checkSlice, type NamespaceSlice } from './namespace.ts';
import type { MetricUse } from '../metric/metric.ts';
import { checkPrimary } from './primary.ts';
import { checkRevisable, closed, opened, revised, type Revisable, type Revised, type Revision } from './revision.ts';
import {
  changed,
  checkPositiveFrom,
  checkStudy,
  checkTransition,
  type PendingStep,
  type Study,
  type StudyKind,
} from '../study.ts';

export const EXPERIMENT_STATUSES = ['DRAFT', 'RUNNING', 'STOPPED', 'DECIDED', 'ARCHIVED'] as const;
export type ExperimentStatus = (typeof EXPERIMENT_STATUSES)[number];

/** Where an experiment may go next. A stopped one never runs again: its units belong to a closed split. */
export const EXPERIMENT_TRANSITIONS: Readonly<Record<ExperimentStatus, readonly ExperimentStatus[]>> = {
  DRAFT: ['RUNNING', 'ARCHIVED'],
  RUNNING: ['STOPPED'],
  STOPPED: ['DECIDED', 'ARCHIVED'],
  DECIDED: ['ARCHIVED'],
  ARCHIVED: [],
};

export interface Decision {
  /** The arm that ships; null: the control stays. */
  readonly arm: string | null;
  readonly reason: string;
  /** What the analysis recommended at that moment; a decision against it is allowed, and seen. */
  readonly recommendation: string;
  readonly by: string;
  readonly at: Date;
}

/** Releases of one deployment, compared on units that a hash divides. Its first arm is the control. */
export interface Experiment extends Study, Revisable, Adjustment {
  readonly status: ExperimentStatus;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
  readonly design: Design;
  /** The metric that decides; null: the share of units that convert. */
  readonly primary: MetricUse | null;
  /** By what its seed is chosen when it starts; null: it is taken as it is. */
  readonly balance: Balance | null;
  /** The slice of a namespace whose units it is about; null: all units. */
  readonly namespace: NamespaceSlice | null;
  /** Number of the revision in force, from 1: units are assigned under it. */
  readonly splitRevision: number;
  readonly revisions: readonly Revision[];
  readonly decision: Decision | null;
  /** Whether clients may evaluate it by themselves: then its split is shown to whoever has a public key. */
  readonly clientEvaluation: boolean;
}

/** Throws INVALID_INPUT for a design that no number of units can meet. */
export function checkExperiment(experiment: Experiment): void {
  checkStudy(experiment);
  checkPositiveFrom(experiment.positiveFrom);
  const { arms, split, design, namespace, primary } = experiment;
  checkArms(arms);
  checkRevisable(armNames(experiment), experiment, 'arms');
  checkAdjustment(experiment);
  checkBalance(experiment);
  checkPrimary(primary, design, experiment);
  plannedUnits(design, armNames(experiment), split);
  if (namespace) checkSlice(namespace);
}

/** The control's name, then those of the others. */
export const armNames = ({ arms }: Pick<Experiment, 'arms'>): string[] => arms.map(({ name }) => name);

const become = (experiment: Experiment, status: ExperimentStatus): Experiment => {
  checkTransition('experiment', EXPERIMENT_TRANSITIONS, experiment.status, status);
  return { ...experiment, status };
};

function start(experiment: Experiment, at: Date, balanced: Balanced | null): Experiment {
  const first = opened(experiment.splitRevision, armNames(experiment), experiment, [], at);
  const { seed } = balanced ?? experiment;
  return { ...become(experiment, 'RUNNING'), seed, revisions: [{ ...first, balanced }] };
}

const stop = (experiment: Experiment, at: Date): Experiment => ({
  ...become(experiment, 'STOPPED'),
  revisions: closed(experiment.revisions, at),
});

/** One revision; null before the experiment has started. Throws INVALID_INPUT for one that is not there. */
export function revisionOf({ revisions }: Experiment, number: number): Revision | null {
  if (revisions.length === 0) return null;
  const found = revisions.find((revision) => revision.number === number);
  if (found) return found;
  throw new DomainError('INVALID_INPUT', `revision: there is no revision ${number} of this experiment`, {
    field: 'revision',
    allowed: revisions.map((revision) => revision.number),
  });
}

/** The arm that ships: the one that is named, or the only candidate. Throws INVALID_INPUT where it cannot be told. */
export function shippingArm(experiment: Experiment, ships: boolean, arm: string | null): string | null {
  const candidates = armNames(experiment).slice(1);
  const refuse = (message: string): DomainError =>
    new DomainError('INVALID_INPUT', `arm: ${message}`, { field: 'arm', allowed: candidates });
  if (!ships) {
    if (arm !== null) throw refuse(`${arm} cannot be named where nothing ships`);
    return null;
  }
  const [only, ...others] = candidates;
  if (arm === null && only !== undefined && others.length === 0) return only;
  if (arm === null) throw refuse('say which arm ships');
  if (candidates.includes(arm)) return arm;
  throw refuse(`no candidate is called "${arm}"`);
}

export function decide(experiment: Experiment, decision: Decision): Experiment {
  if (decision.reason.trim() === '') {
    throw new DomainError('INVALID_INPUT', 'reason: say why: a decision has a reason', { field: 'reason' });
  }
  return changed({ ...become(experiment, 'DECIDED'), decision });
}

export const archive = (experiment: Experiment): Experiment => changed(become(experiment, 'ARCHIVED'));

/** Throws INVALID_TRANSITION for an archived one, of which nothing is shown. */
export function setClientEvaluation(experiment: Experiment, allowed: boolean): Experiment {
  if (experiment.status === 'ARCHIVED') {
    throw new DomainError('INVALID_TRANSITION', 'an ARCHIVED experiment is shown to no client', {
      from: experiment.status,
      allowed: EXPERIMENT_STATUSES.filter((status) => status !== 'ARCHIVED'),
    });
  }
  if (allowed && experiment.targeting !== null) {
    throw new DomainError('FAILED_PRECONDITION', 'allowed: clients cannot evaluate targeting; without it they may', {
      field: 'allowed',
      allowed: [false],
    });
  }
  return experiment.clientEvaluation === allowed ? experiment : changed({ ...experiment, clientEvaluation: allowed });
}

/** The next revision. Throws FAILED_PRECONDITION for targeting that clients would have to evaluate. */
export function revise(experiment: Experiment, changes: Revised, at: Date): Experiment {
  const next = revised(experiment, armNames(experiment), changes, at);
  refuseUnevaluable(next);
  return next;
}

/** Throws FAILED_PRECONDITION for targeting that clients would have to evaluate. */
export function refuseUnevaluable({ clientEvaluation, targeting }: Experiment): void {
  if (!clientEvaluation || targeting === null) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    'targeting: clients evaluate this experiment, and cannot evaluate targeting: setClientEvaluation to false first',
    { field: 'targeting' },
  );
}

function after(experiment: Experiment, { verb, at, revised: changes, balanced }: PendingStep): Experiment {
  if (verb === 'START') return start(experiment, at, balanced);
  if (verb === 'STOP') return stop(experiment, at);
  return revise(experiment, changes ?? {}, at);
}

export const EXPERIMENT: StudyKind<Experiment> = {
  kind: 'experiment',
  ids: experimentIds,
  after,
  announced: ({ project, deployment, status, splitRevision, arms, guardrails, secondary, primary }) => ({
    upstream: [
      { urn: deployment, relation: 'WATCHES' },
      ...[
        ...new Set(
          [...(primary ? [primary] : []), ...guardrails, ...secondary].map(({ name }) =>
            metricIds.format({ project, name }),
          ),
        ),
      ].map((urn) => ({ urn, relation: 'READS' as const })),
    ],
    data: { status, deployment, splitRevision, arms },
  }),
};
