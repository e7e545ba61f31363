import { beforeAll, describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';

const COUNT = `query ($after: String) { predictions(deployment: "${DEPLOYMENT}", first: 100, after: $after) {
  edges { node { id } } pageInfo { hasNextPage endCursor } } }`;

const day = (n: number): string => new Date(NOW.getTime() - n * 86_400_000).toISOString();

/** For what is only read, or refused. */
let shared: TestMonitoring;
beforeAll(async () => {
  shared = await startTestMonitoring();
});

describe('a batch of predictions', () => {
  it('is stored once, however often and in whatever order it comes', async () => {
    const { send, db } = await startTestMonitoring();
    const batches = [range(0, 50), range(40, 90), range(60, 100)].map((ids) => ({
      node: 'edge-1',
      predictions: ids.map((n) => prediction(n, { occurredAt: day(n % 7) })),
    }));
    for (const batch of [...batches, ...batches.toReversed()]) {
      const { status, body } = await send('/v1/predictions', batch);
      expect(status).toBe(200);
      expect(body).toEqual({ acked: batch.predictions.map(({ id }) => id), rejected: [] });
    }
    const [stored] = await db.query(`select count(*)::int as rows, count(distinct id)::int as ids from prediction`);
    expect(stored).toEqual({ rows: 100, ids: 100 });
    const [tally] = await db.query(`select sum(stored)::int as nodes from node_stored`);
    expect(tally).toEqual({ nodes: 100 });
    const [hours] = await db.query(`select sum(answers)::int as answers from prediction_hour`);
    expect(hours).toEqual({ answers: 100 });
  });

  it('is stored once when it arrives twice at the same time', async () => {
    const { send, db } = await startTestMonitoring();
    const batch = { node: 'edge-1', predictions: range(0, 200).map((n) => prediction(n)) };
    const reversed = { ...batch, predictions: batch.predictions.toReversed() };
    const answers = await Promise.all([batch, reversed, batch, reversed].map((body) => send('/v1/predictions', body)));
    expect(answers.map(({ body }) => body.acked.length)).toEqual([200, 200, 200, 200]);
    const [tally] = await db.query(
      `select sum(stored)::int as stored, (select count(*)::int from prediction) as rows from node_stored`,
    );
    expect(tally).toEqual({ stored: 200, rows: 200 });
  });

  it('loses only its bad records, and says why', async () => {
    const { send } = await startTestMonitoring();
    const { body } = await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [
        prediction(1),
        prediction(2, { score: 'high' }),
        prediction(3, { deployment: 'eta' }),
        prediction(4, { extra: 1 }),
        prediction(5, { unit: 'nul\u0000' }),
        prediction(6, { inputs: { name: 'half \ud800' } }),
        prediction(7, { unit: 'x'.repeat(600) }),
        prediction(8, { occurredAt: '1969-03-12T12:00:00Z' }),
        prediction(9, { decision: 'a backslash \\u0000 is text' }),
        'not a record',
        { id: 'no uuid' },
      ],
    });
    expect(body.acked).toEqual([uuid(1), uuid(9)]);
    expect(body.rejected.map(({ id, code }: any) => [id, code])).toEqual([
      [uuid(2), 'INVALID_INPUT'],
      [uuid(3), 'INVALID_INPUT'],
      [uuid(4), 'INVALID_INPUT'],
      [uuid(5), 'INVALID_INPUT'],
      [uuid(6), 'INVALID_INPUT'],
      [uuid(7), 'INVALID_INPUT'],
      [uuid(8), 'OUT_OF_RANGE'],
      ['#9', 'INVALID_INPUT'],
      ['no uuid', 'INVALID_INPUT'],
    ]);
    expect(body.rejected[0].message).toContain('score');
  });

  it('may be of any day since 1970 for an enrolled node, of the last 30 for a device', async () => {
    const { send, ask } = await startTestMonitoring();
    const old = { node: 'edge-1', predictions: [prediction(1, { occurredAt: '2001-02-12T08:00:00Z' })] };
    const device = { ...old, predictions: [prediction(2, { occurredAt: '2001-02-12T08:00:00Z' }), prediction(3)] };
    expect((await send('/v1/predictions', old)).body.acked).toEqual([uuid(1)]);
    const { body } = await send('/v1/predictions', device, DEVICE_KEY);
    expect(body).toMatchObject({ acked: [uuid(3)], rejected: [{ id: uuid(2), code: 'OUT_OF_RANGE' }] });
    const server = await ask(COUNT);
    expect(server.data.predictions.edges.map(({ node }: any) => node.id)).toEqual([
      `tiffin:default:prediction:${uuid(1)}`,
    ]);
    const devices = await ask(COUNT.replace('first: 100', 'first: 100, trust: DEVICE'));
    expect(devices.data.predictions.edges).toHaveLength(1);
  });

  it('refuses a known id that claims to be of another time', async () => {
    const { send, db } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    const { body } = await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(1, { occurredAt: day(5) })],
    });
    expect(body).toMatchObject({ acked: [], rejected: [{ id: uuid(1), code: 'CONFLICT' }] });
    expect(await db.query('select count(*)::int as rows from prediction')).toEqual([{ rows: 1 }]);
  });

  it.each([
    ['no JSON', '{', 400, 'MALFORMED'],
    ['no node', { predictions: [] }, 422, 'INVALID_INPUT'],
    ['a node with NUL', { node: 'a\u0000', predictions: [] }, 422, 'INVALID_INPUT'],
    ['too many records', { node: 'n', predictions: range(0, 1_001).map(() => 1) }, 422, 'INVALID_INPUT'],
    ['an unknown field', { node: 'n', rows: [] }, 422, 'INVALID_INPUT'],
  ])('is refused whole with %s', async (_, body, status, code) => {
    expect(await shared.send('/v1/predictions', body)).toMatchObject({ status, body: { code } });
  });

  it('may be empty', async () => {
    const { send } = await startTestMonitoring();
    expect(await send('/v1/predictions', { node: 'edge-1' })).toMatchObject({
      status: 200,
      body: { acked: [], rejected: [] },
    });
  });
});

const OUTCOME = `query ($id: ID!) { prediction(id: $id) { outcome { value trust } } }`;
const id = `tiffin:default:prediction:${uuid(1)}`;

describe('an outcome', () => {
  it('is taken for a stored prediction, and may be sent again', async () => {
    const { send, ask } = await startTestMonitoring();
    const batch = { outcomes: [outcome(1, 1)] };
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    expect((await ask(OUTCOME, { id })).data.prediction.outcome).toBeNull();
    expect((await send('/v1/outcomes', batch)).body).toEqual({ acked: [uuid(1, 1)], rejected: [] });
    expect((await send('/v1/outcomes', batch)).body).toEqual({ acked: [uuid(1, 1)], rejected: [] });
    expect((await ask(OUTCOME, { id })).data.prediction.outcome).toEqual({ value: 1, trust: 'SERVER' });
  });

  it('is corrected by the later in life, whatever the order of arrival, and not by one that comes again', async () => {
    const { send, ask, clock } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    const first = outcome(1, 0, { id: uuid(1, 2), occurredAt: day(3) });
    const later = outcome(1, 1, { id: uuid(2, 2), occurredAt: day(2) });
    const same = outcome(1, 0.75, { id: uuid(3, 2), occurredAt: day(2) });
    const value = async (): Promise<number> => (await ask(OUTCOME, { id })).data.prediction.outcome.value;
    const say = async (one: object): Promise<number> => {
      clock.now = new Date(clock.now.getTime() + 1_000);
      await send('/v1/outcomes', { outcomes: [one] });
      return value();
    };
    expect(await say(later)).toBe(1);
    expect(await say(first)).toBe(1);
    expect(await say(same)).toBe(0.75);
    expect(await say(later)).toBe(0.75);
  });

  it('of a device never replaces that of a server, and counts for a device alone', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    await send('/v1/predictions', { node: 'phone', predictions: [prediction(2)] }, DEVICE_KEY);
    await send('/v1/outcomes', { outcomes: [outcome(1, 0), outcome(2, 0)] }, DEVICE_KEY);
    expect((await ask(OUTCOME, { id })).data.prediction.outcome).toBeNull();
    const phone = `tiffin:default:prediction:${uuid(2)}`;
    expect((await ask(OUTCOME, { id: phone })).data.prediction.outcome).toEqual({ value: 0, trust: 'DEVICE' });
    await send('/v1/outcomes', { outcomes: [outcome(1, 1, { id: uuid(7, 3) }), outcome(2, 1, { id: uuid(8, 3) })] });
    expect((await ask(OUTCOME, { id })).data.prediction.outcome).toEqual({ value: 1, trust: 'SERVER' });
    expect((await ask(OUTCOME, { id: phone })).data.prediction.outcome).toEqual({ value: 1, trust: 'SERVER' });
  });
});

describe('predictions in the graph', () => {
  it('are found by id with everything that was recorded', async () => {
    const { send, ask } = await startTestMonitoring();
    const experiment = 'tiffin:default:experiment:new-eta';
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(1, { arm: 'candidate', holder: experiment, holderRevision: 2, bucket: 0.5 })],
    });
    const { data, errors } = await ask(
      `query ($id: ID!) { prediction(id: $id) {
        id occurredAt receivedAt trust deployment { id } models { modelVersion { id } score } release unit arm experiment { id }
        experimentRevision bucket score decision fallback node { id } timings { stage ms }
        inputs { name number text boolean status } features { name number status ageMs } } }`,
      { id },
      'viewer',
    );
    expect(errors).toBeUndefined();
    expect(data.prediction).toMatchObject({
      id,
      trust: 'SERVER',
      deployment: { id: DEPLOYMENT },
      models: [{ modelVersion: { id: VERSION }, score: 0.25 }],
      unit: 'user-1',
      arm: 'candidate',
      experiment: { id: experiment },
      experimentRevision: 2,
      node: null,
      inputs: [
        { name: 'airline', text: 'AA' },
        { name: 'distance', number: 1 },
        { name: 'late', boolean: true },
      ].map((value) => expect.objectContaining(value)),
      features: [{ name: 'route__delay', number: 1, status: 'PRESENT', ageMs: 5 }],
    });
  });

  it('say which rules matched, which decided and which failed', async () => {
    const { send, ask } = await startTestMonitoring();
    const said = (name: string, action: string) => ({ name, action, confidence: 0.8, reason: `because of ${name}` });
    const rules = [
      { ...said('per_item', 'REVIEW'), outcome: 'FAILED', error: 'DIVISION_BY_ZERO' },
      { ...said('high', 'DECLINE'), outcome: 'DECIDED', confidence: 0.95 },
      { ...said('rest', 'APPROVE'), outcome: 'MATCHED' },
    ];
    const odd = [{ ...said('odd', 'REVIEW'), outcome: 'PERHAPS' }];
    const { body } = await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(1, { rules }), prediction(2), prediction(3, { rules: odd })],
    });
    expect(body.rejected).toMatchObject([{ id: uuid(3), code: 'INVALID_INPUT' }]);
    const query = `query ($id: ID!) { prediction(id: $id) {
      confidence reason rules { name outcome action confidence reason error } } }`;
    expect((await ask(query, { id }, 'viewer')).data.prediction).toEqual({
      confidence: 0.95,
      reason: 'because of high',
      rules: rules.map((rule) => ({ error: null, ...rule })),
    });
    const other = `tiffin:default:prediction:${uuid(2)}`;
    expect((await ask(query, { id: other }, 'viewer')).data.prediction).toEqual({
      confidence: null,
      reason: null,
      rules: [],
    });
  });

  it('say which segments they were in', async () => {
    const { send, ask } = await startTestMonitoring();
    const segments = { season: 'monsoon', language: 'ta' };
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, { segments })] });
    const query = 'query ($id: ID!) { prediction(id: $id) { segments { name value } } }';
    expect((await ask(query, { id }, 'viewer')).data.prediction.segments).toEqual([
      { name: 'language', value: 'ta' },
      { name: 'season', value: 'monsoon' },
    ]);
  });

  it('say what answered in place of a model, and why', async () => {
    const { send, ask } = await startTestMonitoring();
    const fallback = { fallback: 'FEATURES_STALE', fallbackAction: 'RULES_ONLY', score: null };
    const predictions = [prediction(1, fallback), prediction(2, { ...fallback, fallbackAction: 'REFUSE' })];
    const { body } = await send('/v1/predictions', { node: 'edge-1', predictions });
    expect(body.rejected).toMatchObject([{ id: uuid(2), code: 'INVALID_INPUT' }]);
    const query = 'query ($id: ID!) { prediction(id: $id) { score fallback fallbackAction } }';
    expect((await ask(query, { id }, 'viewer')).data.prediction).toEqual(fallback);
  });

  it('say why a model of several has no score', async () => {
    const { send, ask } = await startTestMonitoring();
    const models = [
      { version: VERSION, score: 0.25 },
      { version: `${VERSION}1`, score: null, failure: 'ENGINE_ERROR' },
    ];
    const odd = [{ version: VERSION, score: null, failure: 'TIRED' }];
    const predictions = [prediction(1, { models }), prediction(2, { models: odd })];
    const { body } = await send('/v1/predictions', { node: 'edge-1', predictions });
    expect(body.rejected).toMatchObject([{ id: uuid(2), code: 'INVALID_INPUT' }]);
    const query = 'query ($id: ID!) { prediction(id: $id) { models { modelVersion { id } score failure } } }';
    expect((await ask(query, { id }, 'viewer')).data.prediction.models).toEqual([
      { modelVersion: { id: VERSION }, score: 0.25, failure: null },
      { modelVersion: { id: `${VERSION}1` }, score: null, failure: 'ENGINE_ERROR' },
    ]);
  });

  it.each(['tiffin:other:prediction:' + uuid(1), 'tiffin:default:prediction:x', 'tiffin:default:model:x', 'nonsense'])(
    'are null for the id %s',
    async (other) => {
      expect((await shared.ask(OUTCOME, { id: other })).data).toEqual({ prediction: null });
    },
  );

  it('are paged newest first, by window, version and arm', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 250).map((n) => prediction(n, { occurredAt: day(n % 5), arm: n % 2 ? 'candidate' : null })),
    });
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 3; pages++) {
      const { data }: any = await ask(COUNT, { after });
      seen.push(...data.predictions.edges.map(({ node }: any) => node.id));
      after = data.predictions.pageInfo.endCursor;
      expect(data.predictions.pageInfo.hasNextPage).toBe(pages < 2);
    }
    expect(new Set(seen).size).toBe(250);
    const of = async (args: string): Promise<number> =>
      (await ask(COUNT.replace('first: 100', `first: 100, ${args}`))).data.predictions.edges.length;
    expect(await of(`from: "${day(0)}"`)).toBe(50);
    expect(await of(`from: "${day(1)}", to: "${day(0)}"`)).toBe(50);
    expect(await of(`from: "${day(1)}", to: "${day(0)}", arm: "candidate"`)).toBe(25);
    expect(await of(`modelVersion: "${VERSION}1"`)).toBe(0);
  });
});
