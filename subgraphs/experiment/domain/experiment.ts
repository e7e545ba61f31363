import type { ArmRanges } from '../../../core/assignment/assign.ts';
import { DomainError } from '../../../core/errors.ts';
import { checkArms } from './arms.ts';
import { plannedUnits, type Design } from './design.ts';
import { checkGuards, type Guardrail } from './guardrail.ts';
import { experimentIds, metricIds } from './ids.ts';
import { checkSecondary, type MetricUse } from './metric.ts';
import { checkSegments } from './segments.ts';
import { checkSplit, isSameSplit, rangesOf, type Split } from './split.ts';
import {
  changed,
  checkPositiveFrom,
  checkStudy,
  checkTransition,
  type PendingStep,
  type Study,
  type StudyKind,
} from './study.ts';

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

/** One period of unchanged split. Units of different revisions are never mixed. */
export interface SplitRevision {
  readonly number: number;
  readonly split: Split;
  readonly ranges: readonly ArmRanges[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** Releases of one deployment, compared on units that a hash divides. Its first arm is the control. */
export interface Experiment extends Study {
  readonly status: ExperimentStatus;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
  readonly split: Split;
  readonly design: Design;
  /** Compared as well, corrected for their number; they decide nothing. */
  readonly secondary: readonly MetricUse[];
  /** What no arm may break that ships. */
  readonly guardrails: readonly Guardrail[];
  /** Segments of the recipe within whose values the arms are compared as well. */
  readonly segments: readonly string[];
  /** Number of the split in force, from 1: the revision under which units are assigned. */
  readonly splitRevision: number;
  readonly revisions: readonly SplitRevision[];
  readonly decision: Decision | null;
  /** Whether clients may evaluate it by themselves: then its split is shown to whoever has a public key. */
  readonly clientEvaluation: boolean;
}

/** Throws INVALID_INPUT for a design that no number of units can meet. */
export function checkExperiment(experiment: Experiment): void {
  checkStudy(experiment);
  checkPositiveFrom(experiment.positiveFrom);
  const { arms, split, design, guardrails, secondary, segments } = experiment;
  checkArms(arms);
  checkSplit(armNames(experiment), split, 'arms');
  plannedUnits(design, armNames(experiment), split);
  checkGuards(guardrails);
  checkSecondary(secondary);
  checkSegments(segments);
}

/** The control's name, then those of the others. */
export const armNames = ({ arms }: Pick<Experiment, 'arms'>): string[] => arms.map(({ name }) => name);

const become = (experiment: Experiment, status: ExperimentStatus): Experiment => {
  checkTransition('experiment', EXPERIMENT_TRANSITIONS, experiment.status, status);
  return { ...experiment, status };
};

const opened = (number: number, split: Split, ranges: readonly ArmRanges[], at: Date): SplitRevision => ({
  number,
  split,
  ranges,
  startedAt: at,
  endedAt: null,
});

const closed = (revisions: readonly SplitRevision[], at: Date): SplitRevision[] =>
  revisions.map((revision) => (revision.endedAt === null ? { ...revision, endedAt: at } : revision));

function start(experiment: Experiment, at: Date): Experiment {
  const { splitRevision, split } = experiment;
  const ranges = rangesOf(armNames(experiment), split);
  return { ...become(experiment, 'RUNNING'), revisions: [opened(splitRevision, split, ranges, at)] };
}

/** A running experiment's split changes only by a new revision, which begins with no units. */
function changeSplit(experiment: Experiment, split: Split, at: Date): Experiment {
  checkSplit(armNames(experiment), split, 'shares');
  if (experiment.status !== 'RUNNING' && experiment.status !== 'DRAFT') {
    throw new DomainError('INVALID_TRANSITION', `the split of a ${experiment.status} experiment cannot change`, {
      from: experiment.status,
      allowed: ['DRAFT', 'RUNNING'],
    });
  }
  if (experiment.status === 'DRAFT') return { ...experiment, split };
  if (isSameSplit(split, experiment.split)) {
    throw new DomainError('INVALID_INPUT', 'shares: this is the split already in force', { field: 'shares' });
  }
  const splitRevision = experiment.splitRevision + 1;
  const ranges = rangesOf(armNames(experiment), split, experiment.revisions.at(-1)?.ranges);
  const revisions = [...closed(experiment.revisions, at), opened(splitRevision, split, ranges, at)];
  return { ...experiment, split, splitRevision, revisions };
}

const stop = (experiment: Experiment, at: Date): Experiment => ({
  ...become(experiment, 'STOPPED'),
  revisions: closed(experiment.revisions, at),
});

/** One revision of the split; null before the experiment has started. Throws INVALID_INPUT for one that is not there. */
export function revisionOf({ revisions }: Experiment, number: number): SplitRevision | null {
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
  return experiment.clientEvaluation === allowed ? experiment : changed({ ...experiment, clientEvaluation: allowed });
}

function after(experiment: Experiment, { verb, at, split }: PendingStep): Experiment {
  if (verb === 'START') return start(experiment, at);
  if (verb === 'STOP') return stop(experiment, at);
  return changeSplit(experiment, split ?? experiment.split, at);
}

export const EXPERIMENT: StudyKind<Experiment> = {
  kind: 'experiment',
  ids: experimentIds,
  after,
  announced: ({ project, deployment, status, splitRevision, arms, guardrails, secondary }) => ({
    upstream: [
      { urn: deployment, relation: 'WATCHES' },
      ...[...new Set([...guardrails, ...secondary].map(({ name }) => metricIds.format({ project, name })))].map(
        (urn) => ({ urn, relation: 'READS' as const }),
      ),
    ],
    data: { status, deployment, splitRevision, arms },
  }),
};
