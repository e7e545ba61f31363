import type { Jobs } from '../../shared/jobs/jobs.ts';
import type { Alerting } from '../operations/alerting.ts';
import { utcDayOf } from '../domain/time-window.ts';
import type { Outcomes } from '../operations/outcomes.ts';
import type { DayPartitions } from '../storage/partition.ts';

export interface ClockOptions {
  readonly alerting: Alerting;
  readonly outcomes: Outcomes;
  readonly partitions: DayPartitions;
  readonly now: () => Date;
  readonly alertTickMs: number;
  readonly partitionDaysAhead: number;
}

const DAY_MS = 86_400_000;
const PARTITIONS_SECONDS = 3_600;
const SETTLE_SECONDS = 60;

/** What monitoring does by its own clock; of several replicas one does it. */
export function startClock(jobs: Jobs, options: ClockOptions): void {
  const { alerting, outcomes, partitions, now, alertTickMs, partitionDaysAhead } = options;
  jobs.every('evaluate-alerts', alertTickMs / 1_000, async () => {
    await alerting.evaluateDue(now());
  });
  jobs.every('settle-outcomes', SETTLE_SECONDS, () => outcomes.settlePending());
  // Today's and those of the days to come, before they are written to; past days are made on demand.
  jobs.every('partitions-ahead', PARTITIONS_SECONDS, () => {
    const today = now().getTime();
    return partitions.ensure(
      Array.from({ length: partitionDaysAhead + 1 }, (_, i) => utcDayOf(new Date(today + i * DAY_MS))),
    );
  });
}
