import { setTimeout as sleep } from 'node:timers/promises';
import type { Jobs } from '../../shared/jobs/jobs.ts';
import { utcDayOf } from '../domain/time-window.ts';
import type { MonitoringDeps } from '../operations/deps.ts';
import type { Operations } from '../operations/operations.ts';
import { dropOldDays } from '../operations/retention.ts';
import { forgetOldNotifications } from '../storage/notify/notification.ts';
import { dropOldSamples } from '../operations/samples.ts';

export interface ClockOptions {
  readonly deps: MonitoringDeps;
  readonly operations: Pick<
    Operations,
    'alerting' | 'outcomes' | 'dispatching' | 'delivering' | 'rollups' | 'responses' | 'acting'
  >;
  readonly notifyTickMs: number;
  readonly alertTickMs: number;
  readonly partitionDaysAhead: number;
}

const DAY_MS = 86_400_000;
const HOUR_SECONDS = 3_600;
const SETTLE_SECONDS = 60;
/** What was counted is read with what was added up, so that this sets how much waits and not how old an answer is. */
const ROLL_UP_SECONDS = 2;

/** What monitoring does by its own clock; of several replicas one does it. */
export function startClock(
  jobs: Jobs,
  { deps, operations, alertTickMs, notifyTickMs, partitionDaysAhead }: ClockOptions,
): void {
  const { partitions, now } = deps;
  jobs.every('evaluate-alerts', alertTickMs / 1_000, async () => {
    await operations.alerting.evaluateDue(now());
  });
  jobs.every('evaluate-responses', alertTickMs / 1_000, () => operations.responses.evaluateDue(now()));
  jobs.every('act-on-responses', notifyTickMs / 1_000, () => operations.acting.actDue());
  // What is decided goes out at once; a receiver that hangs holds up nothing that is decided after it.
  jobs.every('dispatch-alerts', notifyTickMs / 1_000, async () => {
    await operations.dispatching.dispatch(now());
    await Promise.race([operations.delivering.deliverDue(), sleep(notifyTickMs)]);
  });
  jobs.every('deliver-notifications', notifyTickMs / 1_000, () => operations.delivering.deliverDue());
  jobs.every('forget-notifications', HOUR_SECONDS, () => forgetOldNotifications(deps.db.pool, now()));
  jobs.every('settle-outcomes', SETTLE_SECONDS, () => operations.outcomes.settlePending());
  jobs.every('roll-up', ROLL_UP_SECONDS, () => operations.rollups.fold());
  jobs.every('drop-old-rollups', HOUR_SECONDS, () => operations.rollups.dropOld());
  jobs.every('drop-old-days', HOUR_SECONDS, () => dropOldDays(deps));
  jobs.every('drop-old-samples', HOUR_SECONDS, () => dropOldSamples(deps));
  // Today's and those of the days to come, before they are written to; past days are made on demand.
  jobs.every('partitions-ahead', HOUR_SECONDS, () => {
    const today = now().getTime();
    return partitions.ensure(
      Array.from({ length: partitionDaysAhead + 1 }, (_, i) => utcDayOf(new Date(today + i * DAY_MS))),
    );
  });
}
