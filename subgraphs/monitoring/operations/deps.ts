import type { ChangeDeps } from '../../shared/operations/change.ts';
import type { DayPartitions } from '../storage/partition.ts';

/** What monitoring's operations work with. */
export interface MonitoringDeps extends ChangeDeps {
  readonly partitions: DayPartitions;
  /** How far back a device may report. */
  readonly deviceMaxAgeDays: number;
}
