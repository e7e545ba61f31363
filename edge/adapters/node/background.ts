import type { Logger } from 'pino';
import { DomainError } from '../../../core/errors.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { NodeClock } from '../../control-plane/node-clock.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import { followManifestEvents } from '../../delivery/manifest-events.ts';
import type { Shadows } from '../../shadow/shadows.ts';
import { heartbeatOf } from '../../node/heartbeat.ts';
import type { RecordLog } from '../../telemetry/record-log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { repeat } from '../../telemetry/repeat.ts';
import { Shipper } from '../../telemetry/shipper.ts';
import type { EdgeConfig } from './config.ts';
import type { KeyFile } from './key-file.ts';

export interface BackgroundParts {
  readonly config: EdgeConfig;
  readonly keyFiles: readonly KeyFile[];
  readonly registry: ControlPlane;
  readonly monitoring: ControlPlane;
  readonly clock: NodeClock;
  readonly delivery: Delivery;
  readonly records: RecordLog;
  readonly shadows: Shadows;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const TIMEOUT_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** How long a change of a file of keys may stay unseen. */
const REREAD_MS = 1_000;
/** Three of the registry's beats. */
const SILENT_MS = 45_000;

/** What a node does beside answering: it asks for manifests, ships its log and tells how it is. */
export function startBackground(given: BackgroundParts): {
  /** Ends it all, ships once more and says goodbye; gives up after `mostMs`. */
  stop(mostMs: number): Promise<void>;
} {
  const { config, keyFiles, registry, monitoring, clock, delivery, records, shadows, metrics, log } = given;
  const shipper = new Shipper({
    control: monitoring,
    log: records,
    node: config.node,
    timeoutMs: TIMEOUT_MS,
    onTrouble: (reason) => log.warn({ reason, waiting: records.size }, 'nothing can be shipped to monitoring'),
    onRejected: (kind, { id, code, message }) => {
      metrics.count('record_log_rejected_total', { kind, code });
      log.warn({ kind, id, code, reason: message }, 'monitoring will never take this record');
    },
  });
  const parts = {
    node: config.node,
    runtime: `node ${process.versions.node}`,
    log: records,
    delivery,
    shadows,
    clock,
  };
  const beat = async (): Promise<boolean> => {
    try {
      await monitoring.postJson('/v1/heartbeat', heartbeatOf(parts), TIMEOUT_MS);
      return true;
    } catch (error) {
      const isRefused = error instanceof DomainError && Number(error.details['status']) < 500;
      log[isRefused ? 'warn' : 'debug']({ err: error }, 'the heartbeat was not taken');
      return false;
    }
  };
  /** The answer to a heartbeat corrects the clock: one that was refused for its time is right the second time. */
  const beatAgain = async (): Promise<boolean> => {
    const skewBefore = clock.nowMs() - clock.systemMs();
    return (await beat()) || (clock.nowMs() - clock.systemMs() !== skewBefore && (await beat()));
  };
  const beating = repeat({ everyMs: config.heartbeatMs }, beatAgain);
  let shippedBefore = 0;
  let closed = 0;
  /** Once answers pause and all is shipped, the account is closed with a heartbeat of its own: the next may be far. */
  const ship = async (): Promise<boolean> => {
    const through = await shipper.ship();
    const { answered, queued } = records.account();
    if (through && queued === 0 && answered === shippedBefore && answered !== closed) {
      closed = answered;
      beating.wake();
    }
    shippedBefore = answered;
    return through;
  };
  for (const { setting } of keyFiles) metrics.set('key_file_readable', 1, { setting });
  const reread = async (): Promise<boolean> => {
    for (const file of keyFiles) {
      const { setting } = file;
      try {
        if (!(await file.reread())) continue;
        metrics.set('key_file_readable', 1, { setting });
        log.info({ setting }, 'a file of keys has changed and was read again');
      } catch (error) {
        metrics.set('key_file_readable', 0, { setting });
        log.error({ err: error, setting }, 'a file of keys has changed and cannot be read: the keys before it stay');
      }
    }
    return true;
  };
  const polling = repeat({ everyMs: config.pollMs }, () => delivery.poll().then(() => true));
  const following = followManifestEvents({
    control: registry,
    audience: config.audience,
    retryMs: Math.min(FIRST_RETRY_MS, config.pollMs),
    longestRetryMs: LONGEST_RETRY_MS,
    silentMs: SILENT_MS,
    onRevision: (revision) => revision !== delivery.freshness().revision && polling.wake(),
    onChange: (outage) => {
      metrics.set('manifest_events_connected', outage === null ? 1 : 0);
      if (outage === null) log.info('new manifests are heard of at once');
      else log.info({ reason: outage, everyMs: config.pollMs }, 'new manifests are heard of by asking now and then');
    },
  });
  const running = [
    following,
    polling,
    repeat({ everyMs: config.shipMs, longestMs: LONGEST_RETRY_MS }, ship),
    beating,
    repeat({ everyMs: REREAD_MS }, reread),
  ];
  return {
    stop: async (mostMs) => {
      const last = Promise.all(running.map((one) => one.stop()))
        .then(() => shipper.ship())
        .then(beat);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([last, new Promise((resolve) => (timer = setTimeout(resolve, mostMs)))]);
      clearTimeout(timer);
    },
  };
}
