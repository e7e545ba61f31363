/** How a long piece of work stands. What a restart interrupts is taken up again or FAILED, never left RUNNING. */
export const JOB_STATES = ['RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type JobState = (typeof JOB_STATES)[number];
