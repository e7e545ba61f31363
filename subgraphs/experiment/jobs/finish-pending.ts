import type { Jobs } from '../../shared/jobs/jobs.ts';
import type { Experiments } from '../operations/experiment/experiments.ts';
import type { Rollouts } from '../operations/rollout/rollouts.ts';
import type { Shadows } from '../operations/shadow/shadows.ts';

/** Looks after the steps that wait for the registry although whoever asked for them is gone. */
export const finishPendingSteps = (
  jobs: Jobs,
  seconds: number,
  {
    experiments,
    shadows,
    rollouts,
  }: { readonly experiments: Experiments; readonly shadows: Shadows; readonly rollouts: Rollouts },
): void =>
  jobs.every('finish-pending', seconds, async () => {
    await experiments.finishPending();
    await shadows.finishPending();
    await rollouts.finishPending();
  });
