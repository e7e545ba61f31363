import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { openNodeDatabase } from '../../edge/adapters/browser/database.ts';
import { IndexedDbRecordLog } from '../../edge/adapters/browser/indexed-db-record-log.ts';
import { IndexedDbStateStore } from '../../edge/adapters/browser/indexed-db-state-store.ts';
import { balance, record, recordLogConformance } from './record-log.ts';
import { stateStoreConformance } from './state-store.ts';

let places = 0;
const BOUNDS = { maxRecords: 1_000, maxBytes: 1e9 };

recordLogConformance({
  name: 'IndexedDB',
  survives: true,
  place: () => {
    const name = `records-${++places}`;
    return Promise.resolve({
      open: async (bounds) => IndexedDbRecordLog.open(await openNodeDatabase(name), { ...BOUNDS, ...bounds }),
    });
  },
});

it('counts what the browser does not keep any more, and refuses what must not go without a record', async () => {
  const db = await openNodeDatabase('full');
  const faults: unknown[] = [];
  const log = await IndexedDbRecordLog.open(db, BOUNDS, (error) => faults.push(error));
  expect(await log.append(record('kept'))).toBe(true);
  // As where the person clears the site's data, or the browser evicts it.
  db.close();
  expect(await log.append(record('lost'))).toBe(false);
  await expect(log.append(record('refused', { whenFull: 'REFUSE' }))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(log.account()).toMatchObject({ answered: 2, queued: 1, dropped: { DISK_FULL: 1 } });
  expect(balance(log.account())).toBe(0);
  expect(faults.length).toBeGreaterThan(0);
});

it('goes on in a new database with all that waited, and with its account, where the one before was cleared', async () => {
  const db = await openNodeDatabase('cleared');
  const log = await IndexedDbRecordLog.open(db, BOUNDS);
  await log.append(record('sent'));
  await log.append(record('waits'));
  const [sent] = await log.next(1);
  await log.settle([{ number: sent!.number, kind: sent!.kind, rejected: null }]);
  db.close();
  let tries = 0;
  const open = (): ReturnType<typeof openNodeDatabase> =>
    ++tries < 3 ? Promise.reject(new Error('it is being cleared')) : openNodeDatabase('after');
  const moving = log.moveTo(open);
  expect(await log.append(record('meanwhile'))).toBe(true);
  await moving;
  const { epoch } = log;
  await log.close();
  const again = await IndexedDbRecordLog.open(await openNodeDatabase('after'), BOUNDS);
  expect(again.epoch).toBe(epoch);
  expect((await again.next(10)).map(({ id }) => id)).toEqual(['waits', 'meanwhile']);
  expect(again.account()).toMatchObject({ answered: 3, acked: 1, queued: 2, dropped: {} });
  await again.append(record('later'));
  expect((await again.next(10)).map(({ id }) => id)).toEqual(['waits', 'meanwhile', 'later']);
});

it('writes what comes together in one transaction, in the order in which it came', async () => {
  const db = await openNodeDatabase('together');
  const log = await IndexedDbRecordLog.open(db, BOUNDS);
  await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(record(`r${i}`))));
  expect((await log.next(200)).map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, i) => `r${i}`));
  expect(await db.count('records')).toBe(200);
});

stateStoreConformance('IndexedDB', async () => {
  const name = `state-${++places}`;
  return {
    open: async () => new IndexedDbStateStore(await openNodeDatabase(name)),
    damage: async (text) => {
      const db = await openNodeDatabase(name);
      await db.put('held', text as never, 'held');
      db.close();
    },
  };
});
