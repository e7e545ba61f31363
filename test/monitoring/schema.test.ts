import { expect, it } from 'vitest';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { pendingDiff } from '../support/pending-diff.ts';
import { createTestDatabase } from '../support/test-database.ts';

it('needs no further SQL once its migrations have run, nor when the app has made partitions', async () => {
  const { ownerUrl, appUrl } = await createTestDatabase();
  expect(await pendingDiff(monitoringSchema, ownerUrl)).toBe('');
  const db = await openDatabase(monitoringSchema, { url: appUrl });
  try {
    const days = ['2001-02-12', '2026-03-10', '2026-03-11'];
    await Promise.all([days, days.toReversed(), days].map((some) => new DayPartitions(db.pool).ensure(some)));
    const partitions = await db.query(
      `select relname from pg_class where relispartition and relkind = 'r' and relnamespace = 'monitoring'::regnamespace`,
    );
    expect(partitions).toHaveLength(12);
    expect(await pendingDiff(monitoringSchema, ownerUrl)).toBe('');
  } finally {
    await db.close();
  }
});
