import { beforeAll, describe, expect, it } from 'vitest';
import { Client as Pg } from 'pg';
import { iso } from '../feature/cards.ts';
import { defineStreams, windowsOf } from '../feature/txn-stream.ts';
import { atEnd } from '../support/at-end.ts';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { startFeatureProcess } from '../support/feature-process.ts';
import { startKafka, type Message, type TestKafka } from '../support/kafka.ts';
import { testKeys } from '../support/keys.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

let kafka: TestKafka;
let feature: FeatureHarness;
const NOW = Date.parse('2026-02-03T10:00:00Z');

beforeAll(async () => {
  kafka = await startKafka();
  feature = await startTestFeature();
  feature.clock.at = new Date(NOW);
  await defineStreams(feature);
});

let made = 0;
const payment = (card: string, more: object = {}): object => ({
  txn_id: `m${made++}`,
  card: { id: card },
  shop: 'corner',
  event_time: iso(NOW - 60_000),
  amount: 10,
  channel: 'web',
  ...more,
});
const message = (value: object | string | null, partition?: number): Message => ({
  value: typeof value === 'string' || value === null ? value : JSON.stringify(value),
  ...(partition !== undefined && { partition }),
});

const define = async (topic: string, more: object = {}): Promise<any> => {
  const input = {
    name: topic,
    source: 'txn',
    brokers: [kafka.broker],
    topic,
    fields: [{ column: 'card_id', field: 'card.id' }],
    ...more,
  };
  const { data, errors } = await feature.ask(
    'mutation ($input: DefineEventStreamInput!) { defineEventStream(input: $input) { eventStream { id state } } }',
    { input },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.defineEventStream.eventStream;
};

const streamOf = async (id: string): Promise<any> =>
  (
    await feature.ask(
      `query ($id: ID!) { eventStream(id: $id) { state lag accepted quarantined problem { problem since nextTryAt }
        partitions { partition nextOffset endOffset lag lost }
        quarantine(first: 10) { edges { node { partition offset key value valueBytes field code message } } } } }`,
      { id },
    )
  ).data.eventStream;

const setState = (stream: string, state: string): Promise<any> =>
  feature.ask(
    'mutation ($input: SetEventStreamStateInput!) { setEventStreamState(input: $input) { eventStream { state } } }',
    { input: { stream, state } },
  );

const WAIT = { timeout: 90_000, interval: 200 };
const countOf = async (card: string): Promise<unknown> =>
  ((await windowsOf(feature, 'cards', [card])) as unknown[][])[0]?.[0];

/** Processes look each second: what is sent until then may still be taken. */
const untilNothingIsTaken = (topic: string): Promise<void> =>
  expect
    .poll(async () => {
      const before = await countOf(topic);
      await kafka.send(topic, [message(payment(topic))]);
      await new Promise((resolve) => {
        setTimeout(resolve, 1_500);
      });
      return (await countOf(topic)) === before;
    }, WAIT)
    .toBe(true);

describe('a stream of events from Kafka', { timeout: 240_000 }, () => {
  it('brings its messages to every view over its source, each once, and shows how far it is', async () => {
    await kafka.createTopic('once', 3);
    await kafka.send(
      'once',
      [0, 1, 2].map((partition) => message(payment('before'), partition)),
    );
    expect(await define('once')).toEqual({ id: 'tiffin:default:event-stream:once', state: 'RUNNING' });
    await expect.poll(() => countOf('before'), WAIT).toBe(3);
    const again = payment('after');
    await kafka.send('once', [message(again, 0), message(again, 1), message(payment('after'), 2)]);
    await expect.poll(() => countOf('after'), WAIT).toBe(2);
    await expect
      .poll(() => streamOf('once'), WAIT)
      .toMatchObject({ lag: 0, accepted: 6, quarantined: 0, problem: null });
    const answer = await feature.subgraph.app.request('/metrics', {
      headers: { authorization: `Bearer ${testKeys.with('metrics:read')}` },
    });
    expect(await answer.text()).toContain(
      'feature_event_stream_lag{project="default",stream="once",service="feature"} 0',
    );
  });

  it('puts what is no event into quarantine, and goes on', async () => {
    await kafka.createTopic('poison', 1);
    await kafka.send('poison', [
      message('{"txn_id":'),
      message(null),
      message('[1]'),
      message(payment('good', { amount: 'much' })),
      message(payment('good', { event_time: iso(NOW + 1) })),
      message(payment('good', { pad: 'x'.repeat(70_000) })),
      { key: 'k', ...message(payment('good', { card: {} })) },
      message(payment('good')),
    ]);
    await define('poison');
    await expect.poll(() => countOf('good'), WAIT).toBe(1);
    const stream = await streamOf('poison');
    expect(stream).toMatchObject({ accepted: 1, quarantined: 7, lag: 0, problem: null });
    const nodes = stream.quarantine.edges.map(({ node }: any) => node);
    expect(nodes.map(({ offset, field, code }: any) => [offset, field, code])).toEqual([
      [6, 'card_id', 'INVALID_INPUT'],
      [5, 'message', 'TOO_LARGE'],
      [4, 'event_time', 'INVALID_INPUT'],
      [3, 'amount', 'INVALID_INPUT'],
      [2, 'message', 'MALFORMED'],
      [1, 'message', 'MALFORMED'],
      [0, 'message', 'MALFORMED'],
    ]);
    expect(nodes[0]).toMatchObject({ key: 'k', partition: 0 });
    expect(nodes[1].value).toHaveLength(16 * 1_024);
    expect(nodes[1].valueBytes).toBeGreaterThan(70_000);
    expect(nodes[5].value).toBeNull();
    expect(nodes[6].value).toBe('{"txn_id":');

    // The moment of one has come.
    feature.clock.at = new Date(NOW + 1_000);
    const { data } = await feature.ask('mutation { replayQuarantine(input: { stream: "poison" }) { replayed kept } }');
    expect(data.replayQuarantine).toEqual({ replayed: 1, kept: 6 });
    expect(await streamOf('poison')).toMatchObject({ accepted: 2, quarantined: 6 });
    expect(await countOf('good')).toBe(2);
  });

  it('takes events back by the field that says so', async () => {
    await kafka.createTopic('back', 1);
    const [kept, gone] = [payment('back'), payment('back')];
    await define('back', {
      fields: [
        { column: 'card_id', field: 'card.id' },
        { column: '$retract', field: 'deleted' },
      ],
    });
    await kafka.send('back', [message(kept), message(gone)]);
    await expect.poll(() => countOf('back'), WAIT).toBe(2);
    await kafka.send('back', [message({ ...gone, deleted: true })]);
    await expect.poll(() => countOf('back'), WAIT).toBe(1);
  });

  it('begins behind the last message where it is told so, and counts what its topic let go of unread', async () => {
    await kafka.createTopic('late', 1);
    await kafka.send('late', [message(payment('late')), message(payment('late'))]);
    await define('late', { start: 'LATEST', group: 'a-group-of-its-own' });
    await expect.poll(async () => (await streamOf('late')).partitions, WAIT).toHaveLength(1);
    await kafka.send('late', [message(payment('late'))]);
    await expect.poll(() => countOf('late'), WAIT).toBe(1);
    await setState('late', 'STOPPED');
    await untilNothingIsTaken('late');
    const five = Array.from({ length: 5 }, () => message(payment('late')));
    await kafka.send('late', five);
    const [before] = (await streamOf('late')).partitions;
    const counted = Number(await countOf('late'));
    // One that was not taken, and five: the last two of them stay.
    const end = before.nextOffset + 6;
    await kafka.forget('late', 0, end - 2);
    await setState('late', 'RUNNING');
    await expect.poll(() => countOf('late'), WAIT).toBe(counted + 2);
    expect((await streamOf('late')).partitions).toMatchObject([{ nextOffset: end, lost: 4, lag: 0 }]);
  });

  it.each(['PAUSED', 'STOPPED'])('takes nothing while it is %s, and everything afterwards', async (state) => {
    const topic = state.toLowerCase();
    await kafka.createTopic(topic, 1);
    await define(topic);
    await kafka.send(topic, [message(payment(topic))]);
    await expect.poll(() => countOf(topic), WAIT).toBe(1);
    await setState(topic, state);
    await untilNothingIsTaken(topic);
    expect((await streamOf(topic)).state).toBe(state);
    await setState(topic, 'RUNNING');
    await expect.poll(async () => (await streamOf(topic)).lag === 0 && (await countOf(topic)), WAIT).toBeGreaterThan(1);
    const { partitions } = await streamOf(topic);
    expect(await countOf(topic)).toBe(partitions[0].endOffset);
  });

  it('reads nothing of a topic that was made anew, and says so', async () => {
    await kafka.createTopic('anew', 1);
    await define('anew');
    await kafka.send('anew', [message(payment('anew')), message(payment('anew'))]);
    await expect.poll(() => countOf('anew'), WAIT).toBe(2);
    await setState('anew', 'STOPPED');
    await untilNothingIsTaken('anew');
    const counted = await countOf('anew');
    await kafka.deleteTopic('anew');
    // A broker deletes when it comes to it.
    await expect.poll(() => kafka.createTopic('anew', 1).then(String, () => 'not yet'), WAIT).toBe('undefined');
    await setState('anew', 'RUNNING');
    await expect.poll(async () => (await streamOf('anew')).problem?.problem, WAIT).toMatch(/^topic: .* was made anew/);
    expect(await countOf('anew')).toBe(counted);
  });

  it('says that the broker is away, tries again, and goes on where it was', async () => {
    await kafka.createTopic('away', 1);
    await define('away');
    await kafka.send('away', [message(payment('away'))]);
    await expect.poll(() => countOf('away'), WAIT).toBe(1);
    await kafka.kill();
    await expect.poll(async () => (await streamOf('away')).problem?.problem, WAIT).toMatch(/^brokers: /);
    const { problem } = await streamOf('away');
    expect(Date.parse(problem.nextTryAt)).toBeGreaterThan(Date.parse(problem.since));
    await kafka.start();
    await kafka.send('away', [message(payment('away'))]);
    await expect.poll(() => countOf('away'), { ...WAIT, timeout: 90_000 }).toBe(2);
    await expect.poll(async () => (await streamOf('away')).problem, WAIT).toBeNull();
  });
});

it('counts each message once while processes that share its partitions come, are killed and go', async () => {
  if (!hasRedis()) return;
  const own = await startTestFeature();
  await defineStreams(own);
  await own.stop();
  const redis = await startRedis();
  const run = async (name: string) => {
    const started = await startFeatureProcess({
      DATABASE_URL: own.databaseUrl,
      DATABASE_OWNER_URL: own.ownerUrl,
      TIFFIN_DATA_DIR: `${own.folder}/${name}`,
      REDIS_URL: redis.url,
    });
    atEnd(() => started.kill());
    return started;
  };
  await kafka.createTopic('shared', 6);
  const time = new Date(Date.now() - 60_000).toISOString();
  const sent: string[] = [];
  const send = async (n: number): Promise<void> => {
    const messages = Array.from({ length: n }, (_, i) => {
      const txn_id = `s${sent.length}`;
      sent.push(txn_id);
      const value = { txn_id, card_id: 'shared', shop: 'corner', event_time: time, amount: 1 };
      return message(value, i % 6);
    });
    await kafka.send('shared', messages);
  };
  const first = await run('first');
  const input = { name: 'shared', source: 'txn', brokers: [kafka.broker], topic: 'shared' };
  const query = 'mutation ($input: DefineEventStreamInput!) { defineEventStream(input: $input) { eventCursor } }';
  const defined = await first.post('/graphql', 'application/json', JSON.stringify({ query, variables: { input } }));
  expect(defined?.body.errors).toBeUndefined();
  const db = new Pg({ connectionString: own.databaseUrl });
  await db.connect();
  const read = async (): Promise<number> =>
    Number((await db.query('select coalesce(sum(accepted), 0) as n from feature.stream_place')).rows[0].n);
  await send(3_000);
  await expect.poll(read, WAIT).toBeGreaterThan(0);
  const second = await run('second');
  await send(3_000);
  await expect.poll(read, WAIT).toBeGreaterThan(3_000);
  await first.kill();
  await send(3_000);
  const third = await run('third');
  await expect.poll(read, { ...WAIT, timeout: 90_000 }).toBeGreaterThan(6_000);
  await second.kill();
  await send(1_000);
  await expect.poll(read, { ...WAIT, timeout: 90_000 }).toBe(10_000);
  const { rows } = await db.query(`select event_id from feature.pushed_row where view = 'card_txn'`);
  await db.end();
  const byText = (a: string, b: string): number => (a < b ? -1 : 1);
  expect(rows.map(({ event_id }) => String(event_id)).toSorted(byText)).toEqual(sent.toSorted(byText));
  const ask = JSON.stringify({ service: 'cards', entities: [{ card_id: 'shared' }] });
  const counted = async () => (await third.post('/v1/features/read', 'application/json', ask))?.body.values;
  await expect.poll(counted, WAIT).toEqual([[10_000, 10_000]]);
}, 300_000);
