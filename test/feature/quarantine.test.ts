import { beforeAll, describe, expect, it } from 'vitest';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { openDatabase, type Database } from '../../subgraphs/shared/database/database.ts';
import { atEnd } from '../support/at-end.ts';
import { developer, startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { iso, MINUTE, START } from './cards.ts';
import { defineStreams, txn, windowsOf } from './txn-stream.ts';

// What needs no broker: messages are in quarantine as a reader puts them there.
let feature: FeatureHarness;
let db: Database;

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date(START);
  await defineStreams(feature);
  db = await openDatabase(featureSchema, { url: feature.databaseUrl });
  atEnd(() => db.close());
});

const define = async (name: string, fields: readonly object[] = []): Promise<void> => {
  const input = { name, source: 'txn', brokers: ['127.0.0.1:1'], topic: 'payments', fields };
  const { errors } = await feature.ask(
    'mutation ($input: DefineEventStreamInput!) { defineEventStream(input: $input) { eventCursor } }',
    { input },
  );
  expect(errors).toBeUndefined();
};

async function quarantine(stream: string, values: readonly (object | string)[]): Promise<void> {
  await db.query(
    `insert into stream_place (project, stream, partition, next_offset, end_offset, quarantined)
     values ('default', $1, 0, $2, $2, $2)`,
    [stream, values.length],
  );
  for (const [offset, value] of values.entries()) {
    const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    await db.query(
      `insert into quarantined_message values ('default', $1, 0, $2, null, $3, $4, 'message', 'MALFORMED', 'no', $5)`,
      [stream, offset, bytes.subarray(0, 70_000), bytes.length, new Date(START)],
    );
  }
}

const replay = (input: object, actor = developer): Promise<any> =>
  feature.ask(
    `mutation ($input: ReplayQuarantineInput!) { replayQuarantine(input: $input) { replayed kept
      eventStream { accepted quarantined quarantine { edges { node { offset field code message } } } } } }`,
    { input },
    actor,
  );
const countOf = async (card: string): Promise<unknown> =>
  ((await windowsOf(feature, 'cards', [card])) as unknown[][])[0]?.[0];
const places = (...offsets: readonly number[]): object[] => offsets.map((offset) => ({ partition: 0, offset }));

describe('messages in quarantine', () => {
  it('are read again once what was wrong has been mended, each once, and the others say what is wrong now', async () => {
    await define('mended');
    const nested = (card: string): object => ({ ...txn(card), card_id: undefined, card: { id: card } });
    await quarantine('mended', [nested('mended'), nested('mended'), '{"txn_id":', { ...nested('mended'), shop: null }]);
    const before = await replay({ stream: 'mended' });
    expect(before.data.replayQuarantine).toMatchObject({ replayed: 0, kept: 4 });
    const problems = before.data.replayQuarantine.eventStream.quarantine.edges.map(({ node }: any) => node);
    expect(problems).toContainEqual(expect.objectContaining({ offset: 0, field: 'card_id', code: 'INVALID_INPUT' }));

    await define('mended', [{ column: 'card_id', field: 'card.id' }]);
    const { data } = await replay({ stream: 'mended' });
    expect(data.replayQuarantine).toMatchObject({
      replayed: 3,
      kept: 1,
      eventStream: { accepted: 3, quarantined: 1, quarantine: { edges: [{ node: { offset: 2, field: 'message' } }] } },
    });
    expect(await countOf('mended')).toBe(3);
    expect((await replay({ stream: 'mended' })).data.replayQuarantine).toMatchObject({ replayed: 0, kept: 1 });
    expect(await countOf('mended')).toBe(3);
  });

  it('are read again by their places, and leave one audit record', async () => {
    await define('named');
    const later = { event_time: iso(START + MINUTE) };
    await quarantine('named', [txn('named', later), txn('named', later), txn('named', later)]);
    feature.clock.at = new Date(START + 2 * MINUTE);
    const { data } = await replay({
      stream: 'tiffin:default:event-stream:named',
      messages: places(2, 0),
    });
    expect(data.replayQuarantine).toMatchObject({
      replayed: 2,
      kept: 0,
      eventStream: { accepted: 2, quarantined: 1, quarantine: { edges: [{ node: { offset: 1 } }] } },
    });
    expect(await countOf('named')).toBe(2);
    const records = await db.query<{ record: any }>(
      `select record from audit_record where record->>'action' = 'event-stream.replay'
       and record->>'subject' = 'tiffin:default:event-stream:named'`,
    );
    expect(records.map(({ record }) => [record.actor, record.reason])).toEqual([
      [developer.subject, '2 messages leave the quarantine'],
    ]);
  });

  it('more than a page of them are all read again', async () => {
    await define('many');
    await quarantine(
      'many',
      Array.from({ length: 1_200 }, (_, i) => (i % 400 === 7 ? '[]' : txn('many'))),
    );
    const { data } = await replay({ stream: 'many' });
    expect(data.replayQuarantine).toMatchObject({ replayed: 1_197, kept: 3 });
    expect(await countOf('many')).toBe(1_197);
  });

  it('of one moment are shown by their places, page by page', async () => {
    await define('paged');
    await quarantine(
      'paged',
      Array.from({ length: 12 }, () => '[]'),
    );
    const seen: number[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await feature.ask(
        `query ($after: String) { eventStream(id: "paged") { quarantine(first: 5, after: $after) {
          edges { cursor node { offset } } pageInfo { hasNextPage } } } }`,
        { after },
      );
      const { edges, pageInfo } = data.eventStream.quarantine;
      seen.push(...edges.map(({ node }: any) => node.offset));
      if (!pageInfo.hasNextPage) break;
      after = edges.at(-1).cursor;
    }
    expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('that were cut are still too large', async () => {
    await define('large');
    await quarantine('large', [{ ...txn('large'), pad: 'x'.repeat(80_000) }]);
    const { data } = await replay({ stream: 'large' });
    expect(data.replayQuarantine.eventStream.quarantine.edges[0].node).toMatchObject({ code: 'TOO_LARGE' });
  });

  it.each([
    ['a stream that is not there', { stream: 'nothing' }, 'NOT_FOUND', 'stream'],
    ['a message that is not in quarantine', { messages: places(0, 77) }, 'NOT_FOUND', 'messages.1'],
    ['no messages', { messages: [] }, 'INVALID_INPUT', 'messages'],
    ['one message twice', { messages: places(0, 0) }, 'INVALID_INPUT', 'messages.1'],
    ['a place that is none', { messages: places(-1) }, 'INVALID_INPUT', 'messages.0'],
    ['another partition', { messages: [{ partition: 9, offset: 0 }] }, 'NOT_FOUND', 'messages.0'],
  ])('refuses %s, and names the field', async (_what, input, code, field) => {
    await define('refused');
    await db.query(
      `insert into quarantined_message values ('default', 'refused', 0, 0, null, '[]', 2, 'message', 'MALFORMED', 'no', now())
       on conflict do nothing`,
    );
    const { errors } = await replay({ stream: 'refused', ...input });
    expect(errors[0].extensions).toMatchObject({ code, field });
  });

  it('are read again by developers alone', async () => {
    const { errors } = await replay({ stream: 'mended' }, { ...developer, roles: ['viewer'] });
    expect(errors[0].extensions.code).toBe('FORBIDDEN');
  });
});
