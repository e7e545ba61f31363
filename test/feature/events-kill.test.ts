import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Pg } from 'pg';
import { expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { startTestFeature } from '../support/feature.ts';
import { startFeatureProcess, type FeatureProcess } from '../support/feature-process.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { defineStreams, LINES } from './txn-stream.ts';

const KILLS = 5;
const SENDERS = 3;
const EVENTS = 100;
const CARDS = ['k0', 'k1', 'k2', 'k3', 'k4'];

interface Sent {
  readonly txn_id: string;
  readonly card_id: string;
  readonly shop: string;
  readonly event_time: string;
  readonly amount: number;
}

it.each([
  ['in its memory', 1, async () => ({})],
  ['in Redis', 2, async () => ({ REDIS_URL: (await startRedis()).url })],
])(
  'loses no event that it acknowledged and counts none twice, killed at any time under load, with windows %s',
  async (where, seed, variables) => {
    if (where === 'in Redis' && !hasRedis()) return;
    const feature = await startTestFeature();
    await defineStreams(feature);
    await feature.stop();
    const environment = {
      DATABASE_URL: feature.databaseUrl,
      DATABASE_OWNER_URL: feature.ownerUrl,
      TIFFIN_DATA_DIR: feature.folder,
      ...(await variables()),
    };
    const random = seededRandom(seed);
    let running: FeatureProcess = await startFeatureProcess(environment);
    atEnd(() => running.kill());
    /** The last version of each event that was acknowledged. */
    const acknowledged = new Map<string, Sent>();
    let [kills, unanswered] = [0, 0];
    const enough = new AbortController();

    const send = async (sender: number): Promise<void> => {
      for (let n = 0; !enough.signal.aborted; n++) {
        const event_time = new Date().toISOString();
        const batch = Array.from({ length: EVENTS }, (_, i): Sent => {
          // One in ten corrects what this sender has sent before.
          const txn_id = n > 0 && i % 10 === 0 ? `${sender}-${n - 1}-${i + 1}` : `${sender}-${n}-${i}`;
          const card_id = CARDS[Number(txn_id.split('-')[2]) % CARDS.length] ?? '';
          return { txn_id, card_id, shop: 'corner', event_time, amount: n + i };
        });
        const lines = batch.map((one) => JSON.stringify(one)).join('\n');
        // What was not answered is sent again, as a sender would.
        for (;;) {
          const answer = await running.post('/v1/features/events?source=txn', LINES, lines);
          if (answer?.status === 200) {
            expect(answer.body).toMatchObject({ accepted: EVENTS, rejected: [] });
            break;
          }
          unanswered++;
          await sleep(5);
        }
        for (const one of batch) acknowledged.set(one.txn_id, one);
      }
    };
    const senders = Array.from({ length: SENDERS }, (_, i) => send(i));
    for (; kills < KILLS; kills++) {
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before);
      await sleep(random() * 400);
      await running.kill();
      running = await startFeatureProcess(environment);
    }
    enough.abort();
    await Promise.all(senders);
    expect(unanswered).toBeGreaterThan(0);

    const db = new Pg({ connectionString: feature.databaseUrl });
    await db.connect();
    const { rows } = await db.query(
      `select view, array_agg(distinct event_id) as ids, count(*)::int as rows from feature.pushed_row group by view order by view`,
    );
    await db.end();
    const ids = [...acknowledged.keys()].toSorted();
    expect(rows.map(({ view }) => view)).toEqual(['card_txn', 'shop_txn']);
    for (const row of rows) expect(row.ids.toSorted()).toEqual(ids);
    const entities = CARDS.map((card_id) => ({ card_id }));
    const read = (service: string, of: object[]) =>
      running.post('/v1/features/read', 'application/json', JSON.stringify({ service, entities: of }));
    const expected = CARDS.map((card) => {
      const own = [...acknowledged.values()].filter(({ card_id }) => card_id === card);
      return [own.length, own.reduce((sum, { amount }) => sum + amount, 0)];
    });
    // The window ends before its moment: the last events are in it a millisecond later.
    await expect.poll(async () => (await read('cards', entities))?.body.values).toEqual(expected);
    expect((await read('shops', [{ shop: 'corner' }]))?.body.values).toEqual([[ids.length]]);
  },
  240_000,
);
