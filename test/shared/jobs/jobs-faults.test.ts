import { pino } from 'pino';
import { beforeEach, expect, it, vi } from 'vitest';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { startJobs, type Jobs } from '../../../subgraphs/shared/jobs/jobs.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const log = pino({ level: 'silent' });
let start: () => Jobs;
beforeEach(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  start = () => startJobs({ url: database.appUrl, schema: 'feature', log });
});

it('does periodic work on one of two replicas, again and again, through failures', async () => {
  const replicas = [start(), start()];
  let running = 0;
  let most = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 100));
    running--;
    if (done++ === 0) throw new Error('the first time fails');
  };
  for (const jobs of replicas) jobs.every('tick', 1, work);
  await vi.waitFor(() => expect(done).toBeGreaterThanOrEqual(3), { timeout: 20_000 });
  expect(most).toBe(1);
  for (const jobs of replicas) await jobs.stop();
});

it('hands queued data to the handler and tries again after a throw', async () => {
  const jobs = start();
  const seen: number[] = [];
  jobs.handle('count', async (data) => {
    seen.push((data as { n: number }).n);
    if (seen.length === 1) throw new Error('again');
  });
  await jobs.send('count', { n: 7 }, 'one');
  await vi.waitFor(() => expect(seen).toEqual([7, 7]), { timeout: 20_000 });
  await jobs.stop();
});

it('waits in the background for a queue that cannot be opened yet, and can be stopped meanwhile', async () => {
  const database = await createTestDatabase({ empty: true });
  const waiting = ['a', 'b'].map(() => startJobs({ url: database.appUrl, schema: 'feature', log }));
  let done = 0;
  for (const jobs of waiting) jobs.every('tick', 1, async () => void done++);
  const [stopped, other] = waiting as [Jobs, Jobs];
  await new Promise((resolve) => setTimeout(resolve, 500));
  await stopped.stop();
  expect(done).toBe(0);
  await migrate(sampleSchema, database.ownerUrl);
  await vi.waitFor(() => expect(done).toBeGreaterThan(0), { timeout: 20_000 });
  await other.stop();
});
