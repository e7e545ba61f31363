import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { startJobs } from '../../../subgraphs/shared/jobs/jobs.ts';
import { query, startIn, usedFolder } from '../../support/embedded-folder.ts';
import { pendingDiff } from '../../support/pending-diff.ts';
import { sampleSchema } from '../../support/sample-schema.ts';

it.each([false, true])(
  'a server that has none of our roles is served by one ordinary account that owns the database (named twice: %s)',
  async (named) => {
    const server = await startIn(await usedFolder());
    const admin = server.url('postgres', 'postgres');
    await query(admin, 'drop database tiffin');
    for (const role of ['owner', 'app', 'reader', 'backup']) await query(admin, `drop role tiffin_${role}`);
    await query(admin, "create role solo login password 'p%40ss'");
    await query(admin, 'create database solo owner solo');
    const url = `postgres://solo:p%2540ss@127.0.0.1:${server.port}/solo`;

    await migrate(sampleSchema, url, ...(named ? [url] : []));
    await migrate(sampleSchema, url, ...(named ? [url] : []));
    expect(await pendingDiff(sampleSchema, url)).toBe('');
    const db = await openDatabase(sampleSchema, { url });
    await db.transaction(async (em) => {
      await appendEvent(em, {
        urn: 'tiffin:default:model:a',
        kind: 'model',
        project: 'default',
        revision: 1,
        at: '2026-01-01T00:00:00.000Z',
        asset: { name: 'a' },
      });
    });
    expect(await db.query('select urn from outbox')).toEqual([{ urn: 'tiffin:default:model:a' }]);
    const jobs = startJobs({ url, schema: 'feature', log: pino({ level: 'silent' }) });
    const done = vi.fn();
    jobs.handle('work', async () => done());
    await jobs.send('work', {}, 'one');
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce(), { timeout: 10_000 });
    await jobs.stop();
    await db.close();
    await expect(openDatabase(sampleSchema, { url: admin })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  },
);
