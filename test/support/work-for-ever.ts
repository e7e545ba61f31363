import { pino } from 'pino';
import { startJobs } from '../../subgraphs/shared/jobs/jobs.ts';

// A replica in a process of its own, to be killed in the middle of a periodic job that never ends.
const [url = ''] = process.argv.slice(2);
const jobs = startJobs({ url, schema: 'feature', log: pino({ level: 'silent' }) });
jobs.every('tick', 1, async () => {
  process.stdout.write('{"working":true}\n');
  await new Promise(() => undefined);
});
