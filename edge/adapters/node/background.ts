import type { Logger } from 'pino';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { Delivery } from '../../delivery/delivery.ts';
import type { Shadows } from '../../shadow/shadows.ts';
import { heartbeatOf } from '../../node/heartbeat.ts';
import type { RecordLog } from '../../telemetry/record-log.ts';
import { repeat } from '../../telemetry/repeat.ts';
import { Shipper } from '../../telemetry/shipper.ts';
import type { EdgeConfig } from './config.ts';

export interface BackgroundParts {
  readonly config: EdgeConfig;
  readonly monitoring: ControlPlane;
  readonly delivery: Delivery;
  readonly records: RecordLog;
  readonly shadows: Shadows;
  readonly log: Logger;
}

const TIMEOUT_MS = 20_000;
const LONGEST_RETRY_MS = 30_000;

/** What a node does beside answering: it asks for manifests, ships its log and tells how it is. */
export function startBackground({ config, monitoring, delivery, records, shadows, log }: BackgroundParts): {
  /** Ends it all, ships once more and says goodbye; gives up after `mostMs`. */
  stop(mostMs: number): Promise<void>;
} {
  const shipper = new Shipper({
    control: monitoring,
    log: records,
    node: config.node,
    timeoutMs: TIMEOUT_MS,
    onTrouble: (reason) => log.warn({ reason, waiting: records.size }, 'nothing can be shipped to monitoring'),
  });
  const parts = {
    node: config.node,
    runtime: `node ${process.versions.node}`,
    log: records,
    delivery,
    shadows,
    nowMs: Date.now,
  };
  const beat = async (): Promise<boolean> => {
    try {
      await monitoring.postJson('/v1/heartbeat', heartbeatOf(parts), TIMEOUT_MS);
      return true;
    } catch (error) {
      log.debug({ err: error }, 'the heartbeat was not taken');
      return false;
    }
  };
  const running = [
    repeat({ everyMs: config.pollMs }, () => delivery.poll().then(() => true)),
    repeat({ everyMs: config.shipMs, longestMs: LONGEST_RETRY_MS }, () => shipper.ship()),
    repeat({ everyMs: config.heartbeatMs }, beat),
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
