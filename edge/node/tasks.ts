import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { NodeClock } from '../control-plane/node-clock.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { followManifestEvents } from '../delivery/manifest-events.ts';
import type { Shadows } from '../shadow/shadows.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Profiles } from '../telemetry/profiles.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { FeatureReads } from '../telemetry/feature-reads.ts';
import type { LastMinute } from '../telemetry/last-minute.ts';
import type { Repeating } from '../time/repeat.ts';
import { beat, beatAgain, type BeatParts } from './beat.ts';
import type { Platform } from './platform.ts';
import { keepEnrolled } from './keep-enrolled.ts';
import { rereadKeys } from './reread-keys.ts';
import type { NodeSettings } from './settings.ts';
import { ship } from './ship.ts';

export interface TaskParts {
  readonly platform: Pick<Platform, 'runtime' | 'memory' | 'records' | 'schedule' | 'secrets' | 'log'>;
  readonly settings: NodeSettings;
  readonly registry: ControlPlane;
  readonly monitoring: ControlPlane;
  readonly clock: NodeClock;
  readonly delivery: Delivery;
  readonly shadows: Shadows;
  readonly profiles: Profiles;
  readonly detectors: Detectors;
  readonly unanswered: LastMinute;
  readonly featureReads: FeatureReads;
  readonly metrics: Metrics;
}

export interface RunningTasks {
  /** Ends them all, ships once more and says goodbye; gives up after `mostMs`. */
  stop(mostMs: number): Promise<void>;
}

const TIMEOUT_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Three of the registry's beats. */
const SILENT_MS = 45_000;

/** What a node does besides answering: it asks for manifests, ships its log and tells how it is. */
export function startTasks(parts: TaskParts): RunningTasks {
  const { platform, settings, monitoring, clock, delivery, shadows } = parts;
  const { unanswered, detectors, featureReads, profiles, metrics } = parts;
  const { records, schedule, secrets, log } = platform;
  const { node, pollMs, shipMs, heartbeatMs, profileMs } = settings;
  const own: BeatParts = {
    node,
    runtime: platform.runtime,
    log: records,
    delivery,
    shadows,
    unanswered,
    detectors,
    featureReads,
    clock,
    memory: platform.memory,
    monitoring,
    timeoutMs: TIMEOUT_MS,
    nodeLog: log,
  };
  const beating = schedule.start({ name: 'beat', everyMs: heartbeatMs, run: () => beatAgain(own) });
  const shipping = ship({
    monitoring,
    records,
    node,
    everyMs: shipMs,
    longestMs: LONGEST_RETRY_MS,
    timeoutMs: TIMEOUT_MS,
    metrics,
    log,
    // With a heartbeat of its own: the next may be far.
    onQuiet: () => beating.wake(),
  });
  const snapshots = schedule.start({
    name: 'snapshots',
    everyMs: pollMs,
    run: () => delivery.loadSnapshots().then(() => true),
  });
  const poll = async (): Promise<boolean> => {
    await delivery.poll();
    snapshots.wake();
    return true;
  };
  const polling = schedule.start({ name: 'poll', everyMs: pollMs, run: poll });
  const following = schedule.holdsStreams ? [startFollowing(parts, polling)] : [];
  const running = [
    ...following,
    polling,
    snapshots,
    // Before what ships them, where tasks run one after another.
    schedule.start({ name: 'profiles', everyMs: profileMs, run: () => profiles.flush().then(() => true) }),
    schedule.start(shipping),
    beating,
    schedule.start(rereadKeys(secrets.keySources, metrics, log)),
    ...(secrets.identity
      ? [schedule.start(keepEnrolled(secrets.identity, { log, onEnrolled: () => polling.wake() }))]
      : []),
  ];
  return {
    stop: async (mostMs) => {
      const last = Promise.all(running.map((one) => one.stop()))
        .then(() => profiles.flush())
        .then(() => shipping.run())
        .then(() => beat(own));
      let timer: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([last, new Promise((resolve) => (timer = setTimeout(resolve, mostMs)))]);
      clearTimeout(timer);
    },
  };
}

/** Hears of new manifests at once, where a stream can be held open. */
function startFollowing(
  { platform: { schedule, log }, settings: { audience, pollMs }, registry, delivery, metrics }: TaskParts,
  polling: Repeating,
): Repeating {
  const following = followManifestEvents({
    control: registry,
    audience,
    retryMs: Math.min(FIRST_RETRY_MS, pollMs),
    longestRetryMs: LONGEST_RETRY_MS,
    silentMs: SILENT_MS,
    onRevision: (revision) => {
      if (revision === delivery.freshness().revision) return;
      delivery.hear(revision);
      polling.wake();
    },
    onChange: (outage) => {
      metrics.set('manifest_events_connected', outage === null ? 1 : 0);
      if (outage === null) log.info({}, 'new manifests are heard of at once');
      else log.info({ reason: outage, everyMs: pollMs }, 'new manifests are heard of by asking now and then');
    },
  });
  const running = schedule.start(following);
  return {
    wake: () => running.wake(),
    stop: () => {
      following.end();
      return running.stop();
    },
  };
}
