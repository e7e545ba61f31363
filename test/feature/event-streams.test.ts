import { beforeAll, describe, expect, it } from 'vitest';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { readFeed } from '../support/read-feed.ts';
import { defineStreams } from './txn-stream.ts';

// What needs no broker: nobody listens on the port that these streams name.
const NOBODY = '127.0.0.1:1';
let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  await defineStreams(feature);
});

const FIELDS = `id name brokers topic group start state description owner tags revision fields { column field }
  source { id eventStreams { name } } lag accepted quarantined partitions { partition } problem { problem }
  quarantine { edges { node { offset } } }`;
const define = (input: object): Promise<any> =>
  feature.ask(
    `mutation ($input: DefineEventStreamInput!) { defineEventStream(input: $input) { eventCursor eventStream { ${FIELDS} } } }`,
    { input: { source: 'txn', brokers: [NOBODY], topic: 'payments', ...input } },
  );
const setState = (input: object): Promise<any> =>
  feature.ask(
    `mutation ($input: SetEventStreamStateInput!) { setEventStreamState(input: $input) { eventCursor eventStream { state revision } } }`,
    { input },
  );

describe('a stream', () => {
  it('is what was defined, and the same again changes nothing', async () => {
    const fields = [
      { column: 'card_id', field: 'card.id' },
      { column: '$retract', field: 'deleted' },
    ];
    const more = { group: 'own', start: 'LATEST', fields, description: 'payments', owner: 'risk', tags: ['b', 'a'] };
    const { data } = await define({ name: 'all', ...more });
    const expected = {
      id: 'tiffin:default:event-stream:all',
      name: 'all',
      brokers: [NOBODY],
      topic: 'payments',
      ...more,
      state: 'RUNNING',
      tags: ['a', 'b'],
      revision: 1,
      source: { id: 'tiffin:default:source:txn', eventStreams: [{ name: 'all' }] },
      lag: 0,
      accepted: 0,
      quarantined: 0,
      partitions: [],
      quarantine: { edges: [] },
    };
    expect(data.defineEventStream.eventStream).toMatchObject(expected);
    expect((await define({ name: 'all', ...more })).data.defineEventStream).toMatchObject({
      eventCursor: null,
      eventStream: { revision: 1 },
    });
    const changed = await define({ name: 'all', ...more, brokers: ['localhost:1', NOBODY] });
    expect(changed.data.defineEventStream.eventStream).toMatchObject({ revision: 2, brokers: ['localhost:1', NOBODY] });
  });

  it('has a group of its own name, begins at the first message and reads fields by the names of columns', async () => {
    const { data } = await define({ name: 'plain' });
    expect(data.defineEventStream.eventStream).toMatchObject({
      group: 'tiffin.default.plain',
      start: 'EARLIEST',
      fields: [],
    });
  });

  it('is found by its id or name, and listed page by page', async () => {
    for (const name of ['listed1', 'listed2']) await define({ name });
    const { data } = await feature.ask(
      `{ found: eventStream(id: "listed1") { name } nothing: eventStream(id: "nothing") { name }
        byId: eventStream(id: "tiffin:default:event-stream:listed2") { name } }`,
    );
    expect(data).toEqual({ found: { name: 'listed1' }, byId: { name: 'listed2' }, nothing: null });
    const names: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await feature.ask(
        `query ($after: String) { eventStreams(first: 1, after: $after) { edges { cursor node { name } } pageInfo { hasNextPage } } }`,
        { after },
      );
      const { edges, pageInfo } = page.data.eventStreams;
      expect(edges).toHaveLength(1);
      names.push(edges[0].node.name);
      after = edges[0].cursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(names.filter((name) => name.startsWith('listed'))).toEqual(['listed1', 'listed2']);
    expect(names).toEqual(names.toSorted());
  });

  it('shows its quarantine page by page, newest first', async () => {
    await define({ name: 'poisoned' });
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    for (const offset of [1, 2, 3]) {
      await db.query(
        `insert into quarantined_message values ('default', 'poisoned', 0, $1, null, $2, 4, 'message', 'MALFORMED', 'no', $3)`,
        [offset, Buffer.from('{"a"'), new Date(1_000 * offset)],
      );
    }
    await db.close();
    const page = async (after: string | null): Promise<any> =>
      (
        await feature.ask(
          `query ($after: String) { eventStream(id: "poisoned") { quarantine(first: 2, after: $after) {
            edges { cursor node { offset value at } } } } }`,
          { after },
        )
      ).data.eventStream.quarantine.edges;
    const first = await page(null);
    expect(first.map(({ node }: any) => node)).toEqual([
      { offset: 3, value: '{"a"', at: '1970-01-01T00:00:03.000Z' },
      { offset: 2, value: '{"a"', at: '1970-01-01T00:00:02.000Z' },
    ]);
    expect((await page(first[1].cursor)).map(({ node }: any) => node.offset)).toEqual([1]);
  });

  it('is paused, stopped and run', async () => {
    await define({ name: 'moved' });
    for (const state of ['PAUSED', 'STOPPED', 'RUNNING']) {
      const { data } = await setState({ stream: 'moved', state });
      expect(data.setEventStreamState.eventStream.state).toBe(state);
    }
    expect((await setState({ stream: 'moved', state: 'RUNNING' })).data.setEventStreamState).toEqual({
      eventCursor: null,
      eventStream: { state: 'RUNNING', revision: 4 },
    });
    const { errors } = await setState({ stream: 'nothing', state: 'PAUSED' });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'stream' } }]);
  });

  it('says that nobody answers, and when it is tried again', async () => {
    await define({ name: 'alone' });
    const problem = async (): Promise<any> =>
      (await feature.ask('{ eventStream(id: "alone") { problem { problem since nextTryAt } } }')).data.eventStream
        .problem;
    await expect.poll(problem, { timeout: 60_000 }).toMatchObject({ problem: expect.stringMatching(/^brokers: /) });
    const { since, nextTryAt } = await problem();
    expect(Date.parse(nextTryAt)).toBeGreaterThanOrEqual(Date.parse(since));
  });

  it('is what its source comes from, in lineage', async () => {
    await feature.ask(
      `mutation { defineSource(input: { name: "fed", path: "txn.parquet", eventColumn: "event_time" }) { eventCursor } }`,
    );
    await define({ name: 'feeding', source: 'fed' });
    // It stays so when the source is defined anew.
    await feature.ask(
      `mutation { defineSource(input: { name: "fed", path: "txn.parquet", eventColumn: "event_time", owner: "risk" }) { eventCursor } }`,
    );
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const [stream, source] = ['event-stream:feeding', 'source:fed'].map((name) => `tiffin:default:${name}`);
    const isLast = ({ urn, revision }: { urn: string; revision: number }): boolean => urn === source && revision === 3;
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.some(isLast));
    await db.close();
    const upstream = [{ urn: stream, relation: 'DERIVED_FROM' }];
    expect(events.find(({ urn }) => urn === stream)).toMatchObject({
      kind: 'event-stream',
      data: { topic: 'payments' },
    });
    expect(events.filter(({ urn }) => urn === source).map(({ revision, asset }) => [revision, asset.upstream])).toEqual(
      [
        [1, []],
        [2, upstream],
        [3, upstream],
      ],
    );
  });

  it.each([
    ['a source that is not there', { source: 'nowhere' }, 'NOT_FOUND', 'source'],
    ['no broker', { brokers: [] }, 'INVALID_INPUT', 'brokers'],
    ['a broker without a port', { brokers: ['localhost'] }, 'INVALID_INPUT', 'brokers.0'],
    ['a broker beyond all ports', { brokers: [NOBODY, 'localhost:70000'] }, 'INVALID_INPUT', 'brokers.1'],
    ['a broker that the server may not call', { brokers: ['kafka.example:9092'] }, 'INVALID_INPUT', 'brokers.0'],
    ['a name that is none', { name: 'a b' }, 'INVALID_INPUT', 'name'],
    ['a topic that is none', { topic: 'a topic' }, 'INVALID_INPUT', 'topic'],
    ['a group that is none', { group: '' }, 'INVALID_INPUT', 'group'],
    ['a column that is not there', { fields: [{ column: 'x', field: 'y' }] }, 'INVALID_INPUT', 'fields.0.column'],
    ['a field that is none', { fields: [{ column: 'shop', field: 'a..b' }] }, 'INVALID_INPUT', 'fields.0.field'],
    ['a column twice', { fields: ['a', 'b'].map((field) => ({ column: 'shop', field })) }, 'INVALID_INPUT', 'fields'],
  ])('is refused with %s', async (_, input, code, field) => {
    const { errors } = await define({ name: 'refused', ...input });
    expect(errors).toMatchObject([{ extensions: { code, field } }]);
  });

  it.each([
    ['topic', { topic: 'other' }],
    ['group', { group: 'other' }],
    ['start', { start: 'LATEST' }],
    ['source', { source: 'last' }],
  ])('keeps its %s, of which it is noted what has been read', async (field, change) => {
    await define({ name: 'fixed' });
    const { errors } = await define({ name: 'fixed', ...change });
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', field } }]);
  });
});
