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
