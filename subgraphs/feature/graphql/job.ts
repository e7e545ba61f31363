import { registerEnumType } from 'type-graphql';
import { DomainError } from '../../../core/errors.ts';
import { LONGEST_WAIT_MS } from '../../shared/longest-wait.ts';
import { JOB_STATES, type JobState } from '../domain/job-state.ts';
import { enumOf } from './dtype.ts';

export const JobStateEnum: Record<JobState, JobState> = enumOf(JOB_STATES);
registerEnumType(JobStateEnum, {
  name: 'JobState',
  description: 'How a long piece of work stands.',
  valuesConfig: {
    RUNNING: { description: 'It goes on; ask again.' },
    SUCCEEDED: { description: 'All of it is done.' },
    FAILED: { description: 'None of it was kept; error says why.' },
  },
});

export const DEFAULT_WAIT_MS = 5_000;
export const WAIT = `How long to wait for the end before answering, in ms: 0 to ${LONGEST_WAIT_MS}. The work goes on anyway.`;

export function checkWait(waitMs: number): number {
  if (waitMs >= 0 && waitMs <= LONGEST_WAIT_MS) return waitMs;
  throw new DomainError('INVALID_INPUT', `waitMs: 0 to ${LONGEST_WAIT_MS}, not ${waitMs}`, {
    field: 'waitMs',
    allowed: { min: 0, max: LONGEST_WAIT_MS },
  });
}
