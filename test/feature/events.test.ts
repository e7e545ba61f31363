import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestFeature, type FeatureHarness } from '../support/feature.ts';
import { iso, MINUTE, START } from './cards.ts';
import { defineStreams, sendBody, sendEvents, txn, windowsOf } from './txn-stream.ts';

let feature: FeatureHarness;

const PINNED = ['card_txn@1', 'shop_txn@1'].map((name) => `tiffin:default:feature-view:${name}`);

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date(START);
  await defineStreams(feature);
});

const send = (events: readonly unknown[], source?: string) => sendEvents(feature, events, source);
const sendLines = (body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) =>
  sendBody(feature, body, headers);
const counts = (service: 'cards' | 'shops', ids: readonly string[]) => windowsOf(feature, service, ids);

const answered = (accepted: number, rejected: unknown[] = []) => ({
  source: 'tiffin:default:source:txn',
  views: PINNED,
  accepted,
  rejected,
});

describe('events', () => {
  it('are in every view over their source when the sender hears of it', async () => {
    const { status, body } = await send([txn('a', { shop: 's1' }), txn('a', { shop: 's1' }), txn('b', { shop: 's1' })]);
    expect({ status, body }).toEqual({ status: 200, body: answered(3) });
    expect(await counts('cards', ['a', 'b', 'nobody'])).toEqual([
      [2, 20],
      [1, 10],
      [0, 0],
    ]);
    expect(await counts('shops', ['s1'])).toEqual([[3]]);
  });

  it('count once by their ids, in whatever order they come, corrected and taken back', async () => {
    const late = txn('order', { event_time: iso(START - 50 * MINUTE), amount: 1 });
    const newest = txn('order', { event_time: iso(START - MINUTE), amount: 2 });
    await send([newest, late, late]);
    await send([late]);
    expect(await counts('cards', ['order'])).toEqual([[2, 3]]);
    await send([{ ...late, amount: 5 }]);
    expect(await counts('cards', ['order'])).toEqual([[2, 7]]);
    const { txn_id, card_id, shop, event_time } = newest;
    expect((await send([{ txn_id, card_id, shop, event_time, $retract: true }])).body).toEqual(answered(1));
    expect(await counts('cards', ['order'])).toEqual([[1, 5]]);
  });

  it('are lines, plain or compressed, of which empty ones hold nothing', async () => {
    const body = `${JSON.stringify(txn('lines'))}\n\n  \r\n${JSON.stringify(txn('lines'))}`;
    expect((await sendLines(body)).body).toEqual(answered(2));
    const zipped = await sendLines(gzipSync(`${JSON.stringify(txn('lines'))}\n`), { 'content-encoding': 'gzip' });
    expect(zipped.body).toEqual(answered(1));
    expect(await counts('cards', ['lines'])).toEqual([[3, 30]]);
  });

  it('cost only themselves where they are bad: each says its line, its field and what is allowed', async () => {
    const bad: [unknown, object][] = [
      [txn('x', { amount: '12' }), { field: 'amount', code: 'INVALID_INPUT', allowed: 'FLOAT64' }],
      [txn('x', { amount: undefined }), { field: 'amount', message: expect.stringContaining('is missing') }],
      [txn('x', { ammount: 1 }), { field: 'ammount', allowed: expect.arrayContaining(['amount', '$retract']) }],
      [txn('x', { txn_id: '' }), { field: 'txn_id', message: expect.stringContaining('1 to 1024 characters') }],
      [txn('x', { txn_id: null }), { field: 'txn_id' }],
      [txn('x', { card_id: 7 }), { field: 'card_id', allowed: 'STRING' }],
      [txn('x', { card_id: null, shop: null }), { field: 'card_id', message: expect.stringContaining('never found') }],
      [txn('x', { event_time: 'today' }), { field: 'event_time', allowed: 'TIMESTAMP' }],
      [txn('x', { event_time: 9e15 }), { field: 'event_time', allowed: 'TIMESTAMP' }],
      [txn('x', { event_time: iso(START + 1) }), { field: 'event_time', allowed: { max: iso(START) } }],
      [txn('x', { created_at: iso(START + 1) }), { field: 'created_at', allowed: { max: iso(START) } }],
      [txn('x', { $retract: 'yes' }), { field: '$retract', allowed: [true, false] }],
      [[txn('x')], { field: 'event', allowed: 'an object' }],
      [null, { field: 'event' }],
    ];
    const { body } = await send([txn('good'), ...bad.map(([event]) => event), txn('good')]);
    expect(body).toMatchObject({ accepted: 2, rejected: bad.map(([, why], i) => ({ line: i + 2, ...why })) });
    expect(await counts('cards', ['good', 'x'])).toEqual([
      [2, 20],
      [0, 0],
    ]);
  });

  it('are told by their lines where a line is no event', async () => {
    const long = JSON.stringify(txn('x', { shop: 's'.repeat(65_536) }));
    const head = `${JSON.stringify(txn('told'))}\n\n{"txn_id":\n${long}\n`;
    const body = Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe, 10]), Buffer.from('"text"\n')]);
    const { body: answer } = await sendLines(body);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [
        { line: 3, field: 'line', code: 'MALFORMED', allowed: 'one JSON object' },
        { line: 4, field: 'line', code: 'TOO_LARGE', allowed: { maxBytes: 65_536 } },
        { line: 5, field: 'line', code: 'MALFORMED', allowed: 'UTF-8' },
        { line: 6, field: 'event', code: 'INVALID_INPUT' },
      ],
    });
  });

  it('are heard by the views whose keys they have', async () => {
    expect((await send([txn('keyless', { shop: null })])).body).toEqual(answered(1));
    expect(await counts('cards', ['keyless'])).toEqual([[1, 10]]);
  });

  it.each([
    ['a source that is not there', () => send([txn('x')], 'nowhere'), 404, 'NOT_FOUND', 'source'],
    ['a source that no view reads', () => send([txn('x')], 'unread'), 412, 'FAILED_PRECONDITION', 'source'],
    ['no event', () => send([]), 422, 'INVALID_INPUT', 'events'],
    ['too many events', () => send(Array.from({ length: 5_001 }, () => 1)), 422, 'INVALID_INPUT', 'events'],
    ['no line', () => sendLines(''), 422, 'INVALID_INPUT', 'events'],
    ['too many lines', () => sendLines('\n'.repeat(5_001)), 422, 'INVALID_INPUT', 'events'],
    [
      'lines without a source',
      () => sendBody(feature, '{}', {}, '/v1/features/events'),
      422,
      'INVALID_INPUT',
      'source',
    ],
    [
      'another type',
      () => sendLines('a,b', { 'content-type': 'text/csv' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'content-type',
    ],
    [
      'another compression',
      () => sendLines('x', { 'content-encoding': 'br' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'content-encoding',
    ],
    ['what is not compressed', () => sendLines('{}', { 'content-encoding': 'gzip' }), 400, 'MALFORMED', undefined],
    [
      'what unpacks to too much',
      () => sendLines(gzipSync(Buffer.alloc(9 * 1024 * 1024, 10)), { 'content-encoding': 'gzip' }),
      413,
      'TOO_LARGE',
      undefined,
    ],
  ])('are refused as a whole: %s', async (_, call, status, code, field) => {
    const answer = await call();
    expect({ status: answer.status, code: answer.body.code, field: answer.body.field }).toEqual({
      status,
      code,
      field,
    });
  });

  it('cannot be taken back where a view over the source has no ids', async () => {
    const { body } = await send([{ ...txn('x'), $retract: true }], 'last');
    expect(body.rejected).toMatchObject([{ field: '$retract', allowed: [false] }]);
  });
});
