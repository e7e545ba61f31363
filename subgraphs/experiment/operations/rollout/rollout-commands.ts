import { CANDIDATE, ROLLOUT, runOf, type Rollout } from '../../domain/rollout/rollout.ts';
import type { PendingStep } from '../../domain/study.ts';
import type { RegistryTraffic } from '../registry-traffic.ts';

/** Has the registry do what a step asks for, once for each cause; answers with the traffic's revision while the rollout holds it. */
export async function sendRolloutStep(
  traffic: RegistryTraffic,
  rollout: Rollout,
  { verb, by, reason }: PendingStep,
  cause: string,
): Promise<number | null> {
  const { project, deployment, step, seed, hashVersion, unit, arms } = rollout;
  const holder = ROLLOUT.ids.format(rollout);
  const caller = { project, onBehalfOf: by };
  const releases = new Map(arms.map(({ name, release }) => [name, release]));
  const releaseOf = (name: string): string => releases.get(name) ?? '';
  if (verb === 'PROMOTE') {
    const why = reason ?? 'every step was gone through';
    await traffic.promote(caller, { deployment, cause, holder, reason: why, promote: releaseOf(CANDIDATE) });
    return null;
  }
  if (verb === 'ROLL_BACK' || verb === 'STOP') {
    await traffic.endAllocation(caller, { deployment, cause, holder, reason: reason ?? 'the start was taken back' });
    return null;
  }
  const ranges = runOf(rollout, step)?.ranges ?? [];
  return traffic.acquireAllocation(caller, {
    deployment,
    cause,
    holder,
    holderRevision: step,
    seed,
    hashVersion,
    unit,
    arms: ranges.map((arm) => ({ ...arm, release: releaseOf(arm.arm) })),
  });
}
