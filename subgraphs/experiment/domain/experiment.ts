import { DomainError } from '../../../core/errors.ts';
import { unitsNeeded, type Design } from './design.ts';
import { checkTransition, type ExperimentStatus } from './life.ts';
import { checkSplit, type Split } from './split.ts';

/** What an arm serves. */
export interface ArmTarget {
  readonly release: string;
  /** Told by the registry when the experiment starts. */
  readonly modelVersion: string | null;
}

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
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export interface Experiment {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly hypothesis: string;
  readonly deployment: string;
  readonly control: ArmTarget;
  readonly candidate: ArmTarget;
  /** The input field whose value is hashed. */
  readonly unit: string;
  readonly seed: string;
  readonly hashVersion: 1 | 2;
  readonly split: Split;
  readonly design: Design;
  readonly status: ExperimentStatus;
  /** Number of the split in force, from 1: the revision under which units are assigned. */
  readonly splitRevision: number;
  readonly revisions: readonly SplitRevision[];
  readonly decision: Decision | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Grows with every change. */
  readonly revision: number;
}

/** Throws INVALID_INPUT for a design that no number of units can meet. */
export function checkNewExperiment({ control, candidate, split, design }: Experiment): void {
  checkSplit(split);
  unitsNeeded(design, split.candidate / split.control);
  if (control.release === candidate.release) {
    throw new DomainError('INVALID_INPUT', 'both arms serve the same release: there is nothing to compare', {
      field: 'candidateRelease',
    });
  }
}

const opened = (number: number, split: Split, at: Date): SplitRevision => ({
  number,
  split,
  startedAt: at,
  endedAt: null,
});

const closed = (revisions: readonly SplitRevision[], at: Date): SplitRevision[] =>
  revisions.map((revision) => (revision.endedAt === null ? { ...revision, endedAt: at } : revision));

export function start(experiment: Experiment, at: Date): Experiment {
  checkTransition(experiment.status, 'RUNNING');
  const { splitRevision, split } = experiment;
  return changed({ ...experiment, status: 'RUNNING', revisions: [opened(splitRevision, split, at)] });
}

/** A running experiment's split changes only by a new revision, which begins with no units. */
export function changeSplit(experiment: Experiment, split: Split, at: Date): Experiment {
  checkSplit(split);
  if (experiment.status === 'DRAFT') return changed({ ...experiment, split });
  if (experiment.status !== 'RUNNING') {
    throw new DomainError('INVALID_TRANSITION', `the split of a ${experiment.status} experiment cannot change`, {
      from: experiment.status,
      allowed: ['DRAFT', 'RUNNING'],
    });
  }
  if (split.control === experiment.split.control && split.candidate === experiment.split.candidate) {
    throw new DomainError('INVALID_INPUT', 'this is the split already in force', { field: 'controlShare' });
  }
  const splitRevision = experiment.splitRevision + 1;
  const revisions = [...closed(experiment.revisions, at), opened(splitRevision, split, at)];
  return changed({ ...experiment, split, splitRevision, revisions });
}

export function stop(experiment: Experiment, at: Date): Experiment {
  checkTransition(experiment.status, 'STOPPED');
  return changed({ ...experiment, status: 'STOPPED', revisions: closed(experiment.revisions, at) });
}

export function decide(experiment: Experiment, decision: Decision): Experiment {
  checkTransition(experiment.status, 'DECIDED');
  if (decision.reason.trim() === '') {
    throw new DomainError('INVALID_INPUT', 'say why: a decision has a reason', { field: 'reason' });
  }
  return changed({ ...experiment, status: 'DECIDED', decision });
}

export function archive(experiment: Experiment): Experiment {
  checkTransition(experiment.status, 'ARCHIVED');
  return changed({ ...experiment, status: 'ARCHIVED' });
}

const changed = (experiment: Experiment): Experiment => ({ ...experiment, revision: experiment.revision + 1 });
