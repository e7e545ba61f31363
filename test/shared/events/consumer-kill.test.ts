import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, vi } from 'vitest';
import { openDatabase, type Database } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { appendEvent } from '../../../subgraphs/shared/events/outbox.ts';
import { startChild, type Child } from '../../support/child.ts';
import { sampleSchema } from '../../support/sample-schema.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const KILLS_EACH = 4;

let url: string;
let db: Database;
beforeAll(async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  url = database.appUrl;
  db = await openDatabase(sampleSchema, { url });
  return () => db.close();
});

/** Writes transactions of one to five events, some of them slow, some rolled back; answers with what was committed. */
async function write(writer: string, random: () => number, stopping: AbortSignal): Promise<string[]> {
  const committed: string[] = [];
  for (let n = 0; !stopping.aborted; n++) {
    const ids = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, i) => `${writer}-${n}-${i}`);
    const fails = random() < 0.1;
    const slowMs = random() < 0.1 ? random() * 60 : 0;
    const at = new Date().toISOString();
    const done = await db
      .transaction(async (em) => {
        for (const name of ids) {
          const urn = `tiffin:default:model:${name}`;
          await appendEvent(em, { urn, kind: 'model', project: 'default', revision: 1, at, asset: { name } });
          await sleep(slowMs / ids.length);
        }
        if (fails) throw new Error('rolled back');
      })
      .then(
        () => true,
        () => false,
      );
    if (done) committed.push(...ids);
  }
  return committed;
}

it.each([1, 2])(
  'takes every committed event exactly once although it is killed again and again (seed %i)',
  async (seed) => {
    await db.query('delete from note');
    const random = seededRandom(seed);
    const stopping = new AbortController();
    const writers = [0, 1].map((n) => write(`s${seed}-w${n}`, seededRandom(10 * seed + n), stopping.signal));
    let consumer: Child = startChild('follow-notes.ts', [url]);
    for (let round = 0; round < KILLS_EACH; round++) {
      await consumer.next();
      await sleep(random() * 400);
      await consumer.kill();
      consumer = startChild('follow-notes.ts', [url]);
    }
    await consumer.next();
    stopping.abort();
    const committed = (await Promise.all(writers)).flat();
    const taken = async (): Promise<Set<unknown>> =>
      new Set((await db.query('select id from note')).map(({ id }) => id));
    try {
      await vi.waitFor(async () => expect((await taken()).size).toBeGreaterThanOrEqual(committed.length), 15_000);
      await sleep(200);
      expect(await taken()).toEqual(new Set(committed));
      expect(committed.length).toBeGreaterThan(100);
    } finally {
      await consumer.kill();
    }
  },
  60_000,
);
