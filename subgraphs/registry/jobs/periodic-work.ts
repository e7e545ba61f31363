import type { Logger } from 'pino';
import type { Database } from '../../shared/database/database.ts';
import type { Jobs } from '../../shared/jobs/jobs.ts';
import type { Checkpoints } from '../operations/audit/checkpoints.ts';
import type { Uploads } from '../operations/version/uploads.ts';
import type { UnusedBlobs } from '../operations/version/unused-blobs.ts';
import type { FeatureSnapshots } from '../operations/serving/feature-snapshots.ts';
import type { ModelJobs } from '../operations/version/model-jobs.ts';
import { forgetOldDeliveries } from '../storage/webhook/webhook-delivery.ts';

export interface PeriodicWorkOptions {
  readonly db: Database;
  readonly checkpoints: Checkpoints;
  readonly uploads: Uploads;
  readonly modelJobs: ModelJobs;
  readonly unusedBlobs: UnusedBlobs;
  readonly featureSnapshots: FeatureSnapshots;
  readonly checkpointSeconds: number;
  readonly log: Logger;
  readonly now: () => Date;
}

const HOUR_SECONDS = 3_600;
const MODEL_JOBS_SECONDS = 30;
const SNAPSHOT_SECONDS = 5;
const REPLACED_SECONDS = 600;

/** What the registry does by its own clock; of several replicas one does it. */
export function startPeriodicWork(jobs: Jobs, options: PeriodicWorkOptions): void {
  const { db, checkpoints, uploads, modelJobs, unusedBlobs, featureSnapshots, checkpointSeconds, log, now } = options;
  jobs.every('audit-checkpoints', checkpointSeconds, () => checkpoints.createAll());
  jobs.every('webhook-deliveries', HOUR_SECONDS, () => forgetOldDeliveries(db, now()));
  jobs.every('unfinished-model-jobs', MODEL_JOBS_SECONDS, () => modelJobs.resend());
  jobs.every('feature-snapshots', SNAPSHOT_SECONDS, () => featureSnapshots.refreshDue());
  jobs.every('replaced-snapshots', REPLACED_SECONDS, async () => {
    await featureSnapshots.dropReplaced();
  });
  jobs.every('abandoned-uploads', HOUR_SECONDS, async () => {
    const abandoned = await uploads.dropAbandoned();
    if (abandoned > 0) log.info({ abandoned }, 'uploads that nobody finished were dropped');
  });
  jobs.every('unused-blobs', HOUR_SECONDS, async () => {
    const removed = await unusedBlobs.remove();
    if (removed > 0) log.info({ removed }, 'blobs that runs let go of and nothing names were removed');
  });
}
