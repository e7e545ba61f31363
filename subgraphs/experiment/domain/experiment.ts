import type { ArmRanges } from '../../../core/assignment/assign.ts';
import { rangesFor } from '../../../core/assignment/ranges-for.ts';
import { DomainError } from '../../../core/errors.ts';
import { unitsNeeded, type Design } from './design.ts';
import { experimentIds } from './ids.ts';
import { checkSplit, type Split } from './split.ts';
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
  readonly ships: boolean;
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

/** Two releases of one deployment, compared on units that a hash divides. Its arms are control, then candidate. */
export interface Experiment extends Study {
  readonly status: ExperimentStatus;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
  readonly split: Split;
  readonly design: Design;
  /** Number of the split in force, from 1: the revision under which units are assigned. */
  readonly splitRevision: number;
  readonly revisions: readonly SplitRevision[];
  readonly decision: Decision | null;
}

/** Throws INVALID_INPUT for a design that no number of units can meet. */
export function checkExperiment(experiment: Experiment): void {
  checkStudy(experiment);
  checkPositiveFrom(experiment.positiveFrom);
  const { arms, split, design } = experiment;
  checkSplit(split);
  unitsNeeded(design, split.candidate / split.control);
  if (new Set(arms.map(({ release }) => release)).size < arms.length) {
    throw new DomainError(
      'INVALID_INPUT',
      'candidateRelease: both arms serve the same release: there is nothing to compare',
      {
        field: 'candidateRelease',
      },
    );
  }
}

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

/** The hash ranges of a split: a unit keeps its arm through a change unless that arm shrinks. */
export const rangesOf = ({ control, candidate }: Split, previous: readonly ArmRanges[] = []): ArmRanges[] =>
  rangesFor(
    [
      { arm: 'control', weight: control, control: true },
      { arm: 'candidate', weight: candidate },
    ],
    previous,
  );

const closed = (revisions: readonly SplitRevision[], at: Date): SplitRevision[] =>
  revisions.map((revision) => (revision.endedAt === null ? { ...revision, endedAt: at } : revision));

function start(experiment: Experiment, at: Date): Experiment {
  const { splitRevision, split } = experiment;
  return { ...become(experiment, 'RUNNING'), revisions: [opened(splitRevision, split, rangesOf(split), at)] };
}

/** A running experiment's split changes only by a new revision, which begins with no units. */
function changeSplit(experiment: Experiment, split: Split, at: Date): Experiment {
  checkSplit(split);
  if (experiment.status !== 'RUNNING' && experiment.status !== 'DRAFT') {
    throw new DomainError('INVALID_TRANSITION', `the split of a ${experiment.status} experiment cannot change`, {
      from: experiment.status,
      allowed: ['DRAFT', 'RUNNING'],
    });
  }
  if (experiment.status === 'DRAFT') return { ...experiment, split };
  if (split.control === experiment.split.control && split.candidate === experiment.split.candidate) {
    throw new DomainError('INVALID_INPUT', 'controlShare: this is the split already in force', {
      field: 'controlShare',
    });
  }
  const splitRevision = experiment.splitRevision + 1;
  const ranges = rangesOf(split, experiment.revisions.at(-1)?.ranges);
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

export function decide(experiment: Experiment, decision: Decision): Experiment {
  if (decision.reason.trim() === '') {
    throw new DomainError('INVALID_INPUT', 'reason: say why: a decision has a reason', { field: 'reason' });
  }
  return changed({ ...become(experiment, 'DECIDED'), decision });
}

export const archive = (experiment: Experiment): Experiment => changed(become(experiment, 'ARCHIVED'));

function after(experiment: Experiment, { verb, at, split }: PendingStep): Experiment {
  if (verb === 'START') return start(experiment, at);
  if (verb === 'STOP') return stop(experiment, at);
  return changeSplit(experiment, split ?? experiment.split, at);
}

export const EXPERIMENT: StudyKind<Experiment> = {
  kind: 'experiment',
  ids: experimentIds,
  after,
  announced: ({ deployment, status, splitRevision, arms }) => ({
    upstream: [{ urn: deployment, relation: 'WATCHES' }],
    data: { status, deployment, splitRevision, arms },
  }),
};
