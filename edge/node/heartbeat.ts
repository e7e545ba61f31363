import type { DetectorReport, Heartbeat } from '../../schema/telemetry.ts';
import type { NodeClock } from '../control-plane/node-clock.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Shadows } from '../shadow/shadows.ts';
import type { Platform } from './platform.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { FeatureReads } from '../telemetry/feature-reads.ts';
import type { LastMinute } from '../telemetry/last-minute.ts';

export interface HeartbeatParts {
  readonly node: string;
  readonly runtime: string;
  readonly log: RecordLog;
  readonly delivery: Delivery;
  readonly shadows: Shadows;
  readonly detectors: Detectors;
  readonly unanswered: LastMinute;
  readonly featureReads: FeatureReads;
  readonly clock: NodeClock;
  readonly memory: Platform['memory'];
}

/** What a node says of itself: what it serves, how fresh that is, and its account. */
export function heartbeatOf({
  node,
  runtime,
  log,
  delivery,
  shadows,
  unanswered,
  detectors,
  featureReads,
  clock,
  memory,
}: HeartbeatParts): Heartbeat {
  const { revision, ageMs, stale } = delivery.freshness();
  const { answered, queued, acked, sampledOut, dropped } = log.account();
  const served = delivery.report();
  const releases = served.flatMap(({ deployment, serving }) =>
    serving.map(({ release }) => [deployment, release] as const),
  );
  const digests = releases.map(([, release]) => release);
  unanswered.keepOnly(digests);
  featureReads.keepOnly(digests);
  detectors.keepOnly(releases);
  return {
    node,
    epoch: log.epoch,
    at: new Date(clock.nowMs()).toISOString(),
    clockSkewMs: clock.skewMs,
    manifestRevision: revision ?? 0,
    manifestAgeMs: ageMs,
    stale,
    runtime,
    // Whoever reads it knows when a release was made.
    deployments: served.map(({ serving, ...entry }) => ({
      ...entry,
      serving: serving.map(({ release, modelVersions, p99Ms }) => ({
        release,
        modelVersions,
        p99Ms,
        unanswered: unanswered.count(release),
        features: featureReads.lastMinute(release),
        ...detectorsOf(detectors.report(entry.deployment, release)),
      })),
    })),
    counts: { answered, queued, acked, sampledOut, dropped: { ...dropped } },
    ...(memory && { memory: memory() }),
    shadows: { since: shadows.since, counts: shadows.counts() },
  };
}

const detectorsOf = (reports: readonly DetectorReport[]): { detectors?: DetectorReport[] } =>
  reports.length > 0 ? { detectors: [...reports] } : {};
