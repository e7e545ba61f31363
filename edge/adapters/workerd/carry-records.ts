import { ControlPlane } from '../../control-plane/control-plane.ts';
import { NO_TALLY } from '../../telemetry/account.ts';
import { MemoryTable } from '../../telemetry/memory-table.ts';
import type { RecordKind } from '../../telemetry/record-log.ts';
import { Shipper } from '../../telemetry/shipper.ts';
import { TableRecordLog } from '../../telemetry/table-record-log.ts';
import type { MessageBatch } from './bindings.ts';
import { consoleLog } from './console-log.ts';
import type { QueuedMessage } from './queue-record-log.ts';

const TIMEOUT_MS = 20_000;

export interface CarryTools {
  readonly monitoringUrl: string;
  readonly key: string;
  readonly node: string;
}

/** Brings records of the queue to monitoring. What that has not taken comes again later, by the queue's own settings. */
export async function carryRecords({ messages }: MessageBatch<QueuedMessage>, tools: CarryTools): Promise<void> {
  const entries = messages.map(({ body: { kind, id, json } }, number) => ({ number, kind, seq: null, id, json }));
  const table = new MemoryTable({ epoch: '', nextNumber: entries.length, tally: NO_TALLY, entries });
  const shipper = new Shipper({
    control: new ControlPlane({ url: tools.monitoringUrl, key: tools.key, fetch }),
    log: new TableRecordLog(table, { maxRecords: entries.length, maxBytes: Infinity }),
    node: tools.node,
    timeoutMs: TIMEOUT_MS,
    onTrouble: (reason) => consoleLog.warn({ reason, waiting: entries.length }, 'nothing can be shipped to monitoring'),
    onRejected: (kind: RecordKind, { id, code, message }) =>
      consoleLog.warn({ kind, id, code, reason: message }, 'monitoring will never take this record'),
  });
  await shipper.ship();
  const waiting = table.present(entries.map(({ number }) => number));
  for (const [number, message] of messages.entries()) {
    if (waiting.has(number)) message.retry();
    else message.ack();
  }
}
