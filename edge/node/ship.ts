import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RecordLog } from '../telemetry/record-log.ts';
import { Shipper } from '../telemetry/shipper.ts';
import type { Task } from '../time/task.ts';
import type { NodeLog } from './node-log.ts';

export interface ShipParts {
  readonly monitoring: ControlPlane;
  readonly records: RecordLog;
  readonly node: string;
  readonly everyMs: number;
  readonly longestMs: number;
  readonly timeoutMs: number;
  readonly metrics: Metrics;
  readonly log: NodeLog;
  /** Answers have paused and all is shipped: the account can be closed. */
  readonly onQuiet: () => void;
}

/** Sends what waits in the log to monitoring. */
export function ship(parts: ShipParts): Task {
  const { monitoring, records, node, everyMs, longestMs, timeoutMs, metrics, log, onQuiet } = parts;
  const shipper = new Shipper({
    control: monitoring,
    log: records,
    node,
    timeoutMs,
    onTrouble: (reason) => log.warn({ reason, waiting: records.size }, 'nothing can be shipped to monitoring'),
    onRejected: (kind, { id, code, message }) => {
      metrics.count('record_log_rejected_total', { kind, code });
      log.warn({ kind, id, code, reason: message }, 'monitoring will never take this record');
    },
  });
  let shippedBefore = 0;
  let closed = 0;
  const run = async (): Promise<boolean> => {
    const through = await shipper.ship();
    const { answered, queued } = records.account();
    if (through && queued === 0 && answered === shippedBefore && answered !== closed) {
      closed = answered;
      onQuiet();
    }
    shippedBefore = answered;
    return through;
  };
  return { name: 'ship', everyMs, longestMs, run };
}
