import type { Logger } from 'pino';
import type { Changes } from '../../shared/events/changes.ts';
import type { ChangeDeps } from '../../shared/operations/change.ts';
import type { PendingLimits } from '../domain/pending-outcome.ts';
import type { MonitoringMetrics } from './metrics.ts';
import type { ReleaseBlobs } from './registry-blobs.ts';
import type { DayPartitions } from '../storage/partition.ts';

/** What monitoring's operations work with. */
export interface MonitoringDeps extends ChangeDeps {
  readonly partitions: DayPartitions;
  /** Waits, not for long, until a mutation's event is known here. Throws UNAVAILABLE naming the field. */
  readonly awaitEvent: (cursor: string, field: string) => Promise<void>;
  /** The feed of this subgraph, for those who listen. */
  readonly changes: Changes;
  /** What the registry froze of releases. */
  readonly blobs: ReleaseBlobs;
  readonly log: Logger;
  readonly metrics: MonitoringMetrics;
  readonly pending: PendingLimits;
  /** For how many days predictions are kept; 0: for ever. */
  readonly retentionDays: number;
  /** For how many days samples are kept; 0: for ever. */
  readonly sampleDays: number;
  /** How far back a device may report. */
  readonly deviceMaxAgeDays: number;
}
