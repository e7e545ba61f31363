import type { ArmRanges } from '../../../core/assignment/assign.ts';
import { rangesFor } from '../../../core/assignment/ranges-for.ts';
import { DomainError } from '../../../core/errors.ts';
import { parseUrn, type UrnKind } from '../../../core/urn.ts';
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
  readonly ranges: readonly ArmRanges[];
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** The lease as the registry gave it, and when the registry took it away, if it did. */
export interface Lease {
  readonly trafficRevision: number;
  readonly lostAt: Date | null;
}

export interface Experiment {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly hypothesis: string;
  readonly deployment: string;
  readonly control: ArmTarget;
  readonly candidate: ArmTarget;
  /** An outcome of this value or more is a positive. */
  readonly positiveFrom: number;
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
  /** Its hold on the deployment's traffic; null before it has started and after it gave it back. */
  readonly lease: Lease | null;
  readonly decision: Decision | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Grows with every change. */
  readonly revision: number;
}

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

function checkId(field: string, id: string, kind: UrnKind): void {
  const found = parseUrn(id).kind;
  if (found !== kind) throw refuse(field, `${field} is the id of a ${found}; give that of a ${kind}`);
}

/** Throws INVALID_INPUT for a design that no number of units can meet. */
export function checkNewExperiment(experiment: Experiment): void {
  const { control, candidate, split, design, positiveFrom, unit, seed } = experiment;
  checkId('deployment', experiment.deployment, 'deployment');
  checkId('controlRelease', control.release, 'release');
  checkId('candidateRelease', candidate.release, 'release');
  if (!Number.isFinite(positiveFrom)) throw refuse('positiveFrom', 'positiveFrom must be a finite number');
  for (const [field, text] of Object.entries({ unit, seed })) {
    if (text.trim() === '' || text.length > 256) throw refuse(field, `${field} must have 1 to 256 characters`);
  }
  checkSplit(split);
  unitsNeeded(design, split.candidate / split.control);
  if (control.release === candidate.release) {
    throw new DomainError('INVALID_INPUT', 'both arms serve the same release: there is nothing to compare', {
      field: 'candidateRelease',
    });
  }
}

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

export function start(experiment: Experiment, at: Date): Experiment {
  checkTransition(experiment.status, 'RUNNING');
  const { splitRevision, split } = experiment;
  return changed({ ...experiment, status: 'RUNNING', revisions: [opened(splitRevision, split, rangesOf(split), at)] });
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
  const ranges = rangesOf(split, experiment.revisions.at(-1)?.ranges);
  const revisions = [...closed(experiment.revisions, at), opened(splitRevision, split, ranges, at)];
  return changed({ ...experiment, split, splitRevision, revisions });
}

export function stop(experiment: Experiment, at: Date): Experiment {
  checkTransition(experiment.status, 'STOPPED');
  return changed({ ...experiment, status: 'STOPPED', lease: null, revisions: closed(experiment.revisions, at) });
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

/** The registry gave the traffic to hold, and says what the arms serve. */
export const holding = (experiment: Experiment, trafficRevision: number): Experiment => ({
  ...experiment,
  lease: { trafficRevision, lostAt: null },
});

/**
 * What the registry tells of the deployment: the versions behind the arms, or that somebody else decides its traffic
 * now. News from before the lease was given change nothing. Answers null where there is nothing new.
 */
export function followTraffic(experiment: Experiment, told: ToldTraffic, holder: string): Experiment | null {
  const { lease, control, candidate } = experiment;
  if (experiment.status !== 'RUNNING' || !lease || told.trafficRevision < lease.trafficRevision) return null;
  if (told.holder !== holder) {
    return lease.lostAt === null ? changed({ ...experiment, lease: { ...lease, lostAt: told.at } }) : null;
  }
  const [controlVersion, candidateVersion] = [told.versions['control'] ?? null, told.versions['candidate'] ?? null];
  if (control.modelVersion === controlVersion && candidate.modelVersion === candidateVersion) return null;
  return changed({
    ...experiment,
    control: { ...control, modelVersion: controlVersion },
    candidate: { ...candidate, modelVersion: candidateVersion },
  });
}

export interface ToldTraffic {
  readonly trafficRevision: number;
  readonly holder: string | null;
  /** Model version by arm. */
  readonly versions: Readonly<Record<string, string>>;
  readonly at: Date;
}

const changed = (experiment: Experiment): Experiment => ({ ...experiment, revision: experiment.revision + 1 });
