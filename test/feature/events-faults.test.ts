import { Client as Pg } from 'pg';
import { expect, it } from 'vitest';
import { post, startTestFeature } from '../support/feature.ts';
import { START } from './cards.ts';
import { defineStreams, sendBody, sendEvents, txn, windowsOf } from './txn-stream.ts';

it('sends senders away while the log stands still, says when to come again, and keeps what it acknowledged', async () => {
  const feature = await startTestFeature();
  feature.clock.at = new Date(START);
  await defineStreams(feature);
  const blocker = new Pg({ connectionString: feature.databaseUrl });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('lock table feature.pushed_row in access exclusive mode');
  const batch = (n: number) =>
    sendEvents(
      feature,
      Array.from({ length: 5_000 }, (_, i) => txn(`p${n}`, { txn_id: `p${n}-${i}` })),
    );
  // Two views hear of each event: five batches are 50,000 rows, and the bound.
  const sent = Array.from({ length: 7 }, (_, n) => batch(n));
  expect(await Promise.race(sent)).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
  const refused = await sendBody(feature, `${JSON.stringify(txn('away'))}\n`);
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 'RATE_LIMITED', waitingRows: 50_000, allowed: { waitingRows: 50_000, waitMs: 10_000 } },
  });
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  const view = { view: 'card_txn', rows: [{ entity: { card_id: 'away' } }] };
  expect((await post(feature, '/v1/features/push', view)).status).toBe(429);
  await blocker.query('rollback');
  await blocker.end();
  const answers = await Promise.all(sent);
  expect(answers.map(({ status, body }) => [status, body.accepted]).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
    ...Array.from({ length: 5 }, () => [200, 5_000]),
    [429, undefined],
    [429, undefined],
  ]);
  expect((await sendEvents(feature, [txn('after')])).status).toBe(200);
  const kept = answers.map(({ status }) => (status === 200 ? [5_000, 50_000] : [0, 0]));
  expect(await windowsOf(feature, 'cards', [...sent.map((_, n) => `p${n}`), 'after'])).toEqual([...kept, [1, 10]]);
});
