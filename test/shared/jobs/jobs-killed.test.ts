import { pino } from 'pino';
import { beforeEach, expect, it, vi } from 'vitest';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { startJobs, type Jobs } from '../../../subgraphs/shared/jobs/jobs.ts';
import { startChild } from '../../support/child.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const log = pino({ level: 'silent' });
let url: string;
let start: () => Jobs;
beforeEach(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  url = database.appUrl;
  start = () => startJobs({ url, schema: 'feature', log });
});

it('goes on with periodic work when the process that does it is killed', async () => {
  const child = startChild('work-for-ever.ts', [url]);
  await child.next();
  const other = start();
  let done = 0;
  other.every('tick', 1, async () => void done++);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(done).toBe(0);
  await child.kill();
  await vi.waitFor(() => expect(done).toBeGreaterThanOrEqual(2), { timeout: 50_000 });
  await other.stop();
}, 90_000);

it('leaves the next turn where it was set when a process is started again', async () => {
  let done = 0;
  for (let round = 0; round < 3; round++) {
    const jobs = start();
    jobs.every('rare', 3_600, async () => void done++);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await jobs.stop();
  }
  expect(done).toBe(1);
});
