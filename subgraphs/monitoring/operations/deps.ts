import type { Logger } from 'pino';
import type { Changes } from '../../shared/events/changes.ts';
import type { ChangeDeps } from '../../shared/operations/change.ts';
import type { PendingLimits } from '../domain/record/pending-outcome.ts';
import type { MonitoringMetrics } from './metrics.ts';
import type { Smtp } from './notify/send.ts';
import type { ResponsePeers } from './response/peers.ts';
import type { ReleaseBlobs } from './record/registry-blobs.ts';
import type { ArchivePlaces } from '../storage/archive/archive-day.ts';
import type { DayPartitions } from '../storage/partition.ts';

/** How people are notified of alerts. */
export interface NotifySettings {
  /** Hosts that a receiver may name although they are private or without https. */
  readonly allowedHosts: readonly string[];
  /** Null: no mail. */
  readonly smtp: Smtp | null;
  /** Where people look at an alert, with `{id}` where the id goes. */
  readonly assetUrl: string | undefined;
  /** How long after the first attempt the second comes; each one waits twice as long. */
  readonly firstRetryMs: number;
}

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
  /** For how many days rollups by minute are kept, by the day that they are of; 0: for ever. Those by hour stay. */
  readonly minuteDays: number;
  /** For how many days events are kept that are superseded and made no edge of lineage; 0: for ever. */
  readonly outboxDays: number;
  /** After how many days records are written to the archive; 0: never. */
  readonly archiveAfterDays: number;
  readonly archive: ArchivePlaces;
  readonly notify: NotifySettings;
  /** Those whom responses give commands to. */
  readonly response: ResponsePeers;
  /** How far back a device may report. */
  readonly deviceMaxAgeDays: number;
}
