import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileRecordLog } from '../../../edge/adapters/node/file-record-log.ts';
import { ControlPlane } from '../../../edge/control-plane/control-plane.ts';
import { MemoryTable } from '../../../edge/telemetry/memory-table.ts';
import { Shipper } from '../../../edge/telemetry/shipper.ts';
import { TableRecordLog } from '../../../edge/telemetry/table-record-log.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A shipper over a real log, and the batches of ids that monitoring was sent. */
async function shipping(onBatch: (place: number, add: (id: string) => Promise<unknown>) => Promise<unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'tiffin-shipper-'));
  folders.push(folder);
  const log = new FileRecordLog({ folder, maxRecords: 10_000, maxBytes: 1e9, fsyncMs: 1_000, onFault: () => {} });
  const add = (id: string, filler = ''): Promise<boolean> =>
    log.append({ kind: 'prediction', id, json: JSON.stringify({ id, filler }), whenFull: 'DROP' });
  const batches: string[][] = [];
  const monitoring = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const { predictions } = JSON.parse(init!.body as string) as { predictions: { id: string }[] };
    const ids = predictions.map(({ id }) => id);
    await onBatch(batches.push(ids) - 1, add);
    return Response.json({ acked: ids, rejected: [] });
  };
  const control = new ControlPlane({ url: 'http://control.test', key: 'k', fetch: monitoring as typeof fetch });
  const shipper = new Shipper({
    control,
    log,
    node: 'n',
    timeoutMs: 10_000,
    onTrouble: (reason) => expect.unreachable(reason),
    onRejected: () => expect.unreachable('nothing is refused'),
  });
  return { shipper, batches, add, log };
}

describe('shipping', () => {
  it('leaves what comes meanwhile to the next time, and sends it together', async () => {
    const { shipper, batches, add, log } = await shipping(async (place, more) => {
      if (place > 0) return;
      await more('b');
      await more('c');
    });
    await add('a');
    expect(await shipper.ship()).toBe(true);
    expect(batches).toEqual([['a']]);
    expect(await shipper.ship()).toBe(true);
    expect(batches).toEqual([['a'], ['b', 'c']]);
    expect(log.size).toBe(0);
    await log.close();
  });

  it('sends all that waits, in batches of at most 500 records and about 256 KiB', async () => {
    const { shipper, batches, add, log } = await shipping(async () => undefined);
    for (let i = 0; i < 501; i++) void add(`small-${i}`);
    for (let i = 0; i < 5; i++) await add(`large-${i}`, 'x'.repeat(100 * 1024));
    expect(await shipper.ship()).toBe(true);
    expect(batches.map((ids) => ids.length)).toEqual([500, 3, 2, 1]);
    expect(batches.flat()).toHaveLength(506);
    expect(log.size).toBe(0);
    await log.close();
  });

  it('sends again what it could not write down as taken, and says why', async () => {
    /** Where records lie, which takes no change for a while. */
    class FullTable extends MemoryTable {
      isFull = true;
      override remove(...change: Parameters<MemoryTable['remove']>): void {
        if (this.isFull) throw new Error('there is no room');
        super.remove(...change);
      }
    }
    const table = new FullTable();
    const log = new TableRecordLog(table, { maxRecords: 10, maxBytes: 1_000 });
    const sent: string[] = [];
    const troubles: string[] = [];
    const monitoring = async (_: unknown, init?: RequestInit): Promise<Response> => {
      const { predictions } = JSON.parse(init!.body as string) as { predictions: { id: string }[] };
      const acked = predictions.map(({ id }) => id);
      sent.push(...acked);
      return Response.json({ acked, rejected: [] });
    };
    const shipper = new Shipper({
      control: new ControlPlane({ url: 'http://control.test', key: 'k', fetch: monitoring as typeof fetch }),
      log,
      node: 'n',
      timeoutMs: 10_000,
      onTrouble: (reason) => void troubles.push(reason),
      onRejected: () => expect.unreachable('nothing is refused'),
    });
    await log.append({ kind: 'prediction', id: 'a', json: '{"id":"a"}', whenFull: 'DROP' });
    expect(await shipper.ship()).toBe(false);
    expect(troubles).toEqual(['what became of 1 records cannot be written down: there is no room']);
    table.isFull = false;
    expect(await shipper.ship()).toBe(true);
    expect(sent).toEqual(['a', 'a']);
    expect(log.account()).toMatchObject({ answered: 1, acked: 1, queued: 0 });
  });
});
