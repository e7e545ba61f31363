import { graphqlEnum } from './graphql-enum.ts';
import { JOB_STATES } from '../../../core/job-state.ts';
import { LONGEST_WAIT_MS } from '../../../core/longest-wait.ts';

export const JobStateEnum = graphqlEnum('JobState', JOB_STATES, 'How a long piece of work stands.', {
  RUNNING: 'It goes on; ask again.',
  SUCCEEDED: 'All of it is done.',
  FAILED: 'None of it was kept; error says why.',
});

export const WAIT = `How long to wait for the end before answering, in ms: 0 to ${LONGEST_WAIT_MS}. The work goes on anyway.`;
