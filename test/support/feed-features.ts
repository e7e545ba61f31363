import { join } from 'node:path';
import { pino } from 'pino';
import { Materializations } from '../../subgraphs/feature/operations/materializations.ts';
import { LogQueue } from '../../subgraphs/feature/operations/log-queue.ts';
import { Pushes } from '../../subgraphs/feature/operations/pushes.ts';
import { Duck } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { OnlineFold } from '../../subgraphs/feature/storage/online/fold.ts';
import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { ParquetFiles } from '../../subgraphs/feature/storage/parquet-files.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { SourceFiles } from '../../subgraphs/feature/storage/source-files.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { startJobs } from '../../subgraphs/shared/jobs/jobs.ts';

// Pushes, loads and writes snapshots until it is killed, and says each thing once it has been acknowledged.
// Arguments: database URL, folder, a word that makes its rows its own, and for events of a few users `windows`,
// or `windows-without-ids`.
const [url = '', folder = '', word = '', kind = 'columns'] = process.argv.slice(2);
const now = (): Date => new Date();
const log = pino({ level: 'silent' });
const say = (what: object): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);

const db = await openDatabase(featureSchema, { url });
const duck = await Duck.open({ scratchFolder: join(folder, 'scratch'), threads: 1, memoryMb: 256 });
const files = new SourceFiles(duck, [folder]);
const segments = await ParquetFiles.open(join(folder, 'data/segments'));
const store = await MemoryOnlineStore.open({ snapshotFile: join(folder, 'data/online.snapshot'), log, now });
const fold = new OnlineFold({ db, duck, segments, store, log });
await fold.start();
const jobs = startJobs({ url, schema: 'feature', log, alone: true });
const materializations = new Materializations({ db, duck, files, segments, fold, jobs, log, now });
materializations.start();
const queue = new LogQueue({ fold, now });
const pushes = new Pushes({ db, queue, now });
const context = {
  actor: { subject: 'user:test', kind: 'user', roles: ['developer'], scopes: [], project: 'default' },
  requestId: 'test',
} as const;
say({ ready: true });

const push = async (sender: number): Promise<never> => {
  for (let n = 0; ; n++) {
    const users = [0, 1, 2].map((i) => `${word}-${sender}-${n}-${i}`);
    const eventTime = now().toISOString();
    const { accepted } = await pushes.push(context, {
      view: 'user_txn@1',
      to: 'BOTH',
      rows: users.map((user_id, i) =>
        kind === 'columns'
          ? { entity: { user_id }, eventTime, values: { amount: n } }
          : {
              entity: { user_id: `busy${i}` },
              eventTime,
              ...(kind === 'windows' && { eventId: user_id }),
              values: { amount: n },
            },
      ),
    });
    if (accepted === users.length) say({ pushed: users.map((user) => [user, n]) });
  }
};

const load = async (): Promise<never> => {
  for (;;) {
    try {
      const { value } = await materializations.materialize(context, { view: 'user_txn', waitMs: 20_000 });
      if (value.state === 'SUCCEEDED') say({ loaded: value.to.toISOString() });
    } catch (error) {
      say({ refused: String(error) });
    }
  }
};

const snapshot = async (): Promise<never> => {
  for (;;) {
    await store.snapshot();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
};

await Promise.all([push(0), push(1), load(), snapshot()]);
