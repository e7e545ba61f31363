import { DomainError } from '../../../core/errors.ts';

export const EXPERIMENT_STATUSES = ['DRAFT', 'RUNNING', 'STOPPED', 'DECIDED', 'ARCHIVED'] as const;
export type ExperimentStatus = (typeof EXPERIMENT_STATUSES)[number];

/** Where an experiment may go next. A stopped one never runs again: its units have been told apart by a closed split. */
const NEXT: Readonly<Record<ExperimentStatus, readonly ExperimentStatus[]>> = {
  DRAFT: ['RUNNING', 'ARCHIVED'],
  RUNNING: ['STOPPED'],
  STOPPED: ['DECIDED', 'ARCHIVED'],
  DECIDED: ['ARCHIVED'],
  ARCHIVED: [],
};

/** Throws INVALID_TRANSITION that says what is allowed. */
export function checkTransition(from: ExperimentStatus, to: ExperimentStatus): void {
  if (NEXT[from].includes(to)) return;
  throw new DomainError('INVALID_TRANSITION', `a ${from} experiment cannot become ${to}`, {
    from,
    allowed: NEXT[from],
  });
}
