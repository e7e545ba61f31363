import { setTimeout as sleep } from 'node:timers/promises';
import { FollowModelJob, type FollowModelJobQuery } from '../operations.ts';
import type { Session } from '../session.ts';

export type ModelJob = NonNullable<FollowModelJobQuery['modelJob']>;

const EVERY_MS = 500;

/** Waits for a registration or validation, and says which phase it is in. Aborts with the person's interrupt; the job goes on. */
export async function endOfJob(session: Session, id: string): Promise<ModelJob> {
  const { graph } = session.client();
  for (let phase: string | undefined; ;) {
    const job = await graph.field(FollowModelJob, { id });
    if (job.state !== 'RUNNING') return job;
    if (job.phase !== phase) session.say(job.phase.toLowerCase().replaceAll('_', ' '));
    ({ phase } = job);
    await sleep(EVERY_MS, undefined, { signal: session.io.signal });
  }
}
