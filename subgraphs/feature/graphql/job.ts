import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import { JOB_STATES } from '../domain/job-state.ts';
import { MAX_WAIT_MS } from '../domain/wait.ts';

export const JobStateEnum = graphqlEnum('JobState', JOB_STATES, 'How a long piece of work stands.', {
  RUNNING: 'It goes on; ask again.',
  SUCCEEDED: 'All of it is done.',
  FAILED: 'None of it was kept; error says why.',
});

export const WAIT = `How long to wait for the end before answering, in ms: 0 to ${MAX_WAIT_MS}. The work goes on anyway.`;
