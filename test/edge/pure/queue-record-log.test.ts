import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../edge/adapters/workerd/bindings.ts';
import { QueueRecordLog, type QueuedMessage } from '../../../edge/adapters/workerd/queue-record-log.ts';
import type { NewRecord } from '../../../edge/telemetry/record-log.ts';

/** The platform's side of a queue, which may be out of reach. */
class PlatformQueue implements Queue {
  readonly calls: QueuedMessage[][] = [];
  isAway = false;

  async sendBatch(messages: readonly { readonly body: unknown }[]): Promise<void> {
    if (this.isAway) throw new Error('Queue send failed: Bad Gateway');
    this.calls.push(messages.map(({ body }) => body as QueuedMessage));
  }
}

const recordOf = (id: string, change: Partial<NewRecord> = {}): NewRecord => ({
  kind: 'prediction',
  id,
  json: JSON.stringify({ id }),
  whenFull: 'DROP',
  ...change,
});

describe('a queue of the platform as the log of a worker', () => {
  it('is given what comes in one turn in as few calls as it takes', async () => {
    const queue = new PlatformQueue();
    const log = new QueueRecordLog(queue);
    const large = recordOf('large', {
      kind: 'outcome',
      json: JSON.stringify({ id: 'large', text: 'x'.repeat(150_000) }),
    });
    const records = [...Array.from({ length: 250 }, (_, i) => recordOf(`p${i}`)), large, large];
    expect(await Promise.all(records.map((record) => log.append(record)))).toEqual(records.map(() => true));
    expect(queue.calls.map(({ length }) => length)).toEqual([100, 100, 51, 1]);
    const seqs = queue.calls.flat().filter(({ kind }) => kind === 'prediction');
    expect(seqs.map(({ json }) => JSON.parse(json))).toEqual(
      Array.from({ length: 250 }, (_, seq) => ({ seq, epoch: log.epoch, id: `p${seq}` })),
    );
    await log.sampledOut();
    expect(log.account()).toEqual({ answered: 251, queued: 250, acked: 0, sampledOut: 1, dropped: {} });
  });

  it('that is out of reach costs a record, or its answer, as the recipe says, and both are counted', async () => {
    const queue = new PlatformQueue();
    const log = new QueueRecordLog(queue);
    queue.isAway = true;
    expect(await log.append(recordOf('dropped'))).toBe(false);
    await expect(log.append(recordOf('refused', { whenFull: 'REFUSE' }))).rejects.toThrow('without a record');
    await expect(log.append(recordOf('told', { kind: 'outcome', whenFull: 'REFUSE' }))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });
    queue.isAway = false;
    expect(await log.append(recordOf('kept'))).toBe(true);
    expect(log.account()).toEqual({ answered: 2, queued: 1, acked: 0, sampledOut: 0, dropped: { DISK_FULL: 1 } });
  });
});
