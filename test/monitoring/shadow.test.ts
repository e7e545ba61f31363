import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ShadowFact } from '../../schema/fact.ts';
import { atLeast } from '../support/facts.ts';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  heartbeat,
  NOW,
  outcome,
  prediction,
  range,
  RELEASE,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { createTestDatabase } from '../support/test-database.ts';

const HOLDER = 'tiffin:default:shadow:challenger';
const CANDIDATE = 'tiffin:default:model-version:eta@2';
const OTHER_RELEASE = 'b'.repeat(64);

/** What a shadow says of prediction n. */
const shadow = (n: number, changes: Record<string, unknown> = {}) => ({
  id: uuid(n, 7),
  predictionId: uuid(n),
  deployment: DEPLOYMENT,
  holder: HOLDER,
  holderRevision: 1,
  occurredAt: prediction(n).occurredAt,
  release: OTHER_RELEASE,
  models: [{ version: CANDIDATE, score: 0.75, engine: 'ort' }],
  score: 0.75,
  decision: 'LATE',
  failure: null,
  primary: { release: RELEASE, score: 0.25, decision: 'ON_TIME' },
  timings: { wait: 3, derive: 0.5, model: 4, total: 8 },
  ...changes,
});
const batch = (...ids: number[]) => ({
  node: 'edge-1',
  predictions: ids.map((n) => prediction(n)),
  shadows: ids.map((n) => shadow(n)),
});

const facts = async (own: TestMonitoring, count: number): Promise<ShadowFact[]> =>
  (await atLeast(own, count)).facts.filter((fact) => fact.kind === 'shadow');

const shadowsIn = async ({ db }: TestMonitoring): Promise<any[]> =>
  db.query('select prediction_id as id, trust, score from shadow order by prediction_id');

describe('a shadow’s record', () => {
  it('says why one of its models has no score', async () => {
    const own = await startTestMonitoring();
    const models = [
      { version: CANDIDATE, score: 0.75 },
      { version: `${CANDIDATE}1`, score: null, failure: 'ENGINE_ERROR' },
    ];
    const predictions = [prediction(1)];
    await own.send('/v1/predictions', { node: 'edge-1', predictions, shadows: [shadow(1, { models })] });
    const { data } = await own.ask(
      'query ($id: ID!) { prediction(id: $id) { shadow { models { score failure } } } }',
      { id: `tiffin:default:prediction:${uuid(1)}` },
      'viewer',
    );
    expect(data.prediction.shadow.models).toEqual([
      { score: 0.75, failure: null },
      { score: null, failure: 'ENGINE_ERROR' },
    ]);
  });

  it('is stored once beside its prediction, and shown there', async () => {
    const own = await startTestMonitoring();
    const first = await own.send('/v1/predictions', batch(1, 2));
    expect(first.body).toEqual({ acked: [uuid(1), uuid(2), uuid(1, 7), uuid(2, 7)], rejected: [] });
    expect((await own.send('/v1/predictions', batch(1, 2))).body).toEqual(first.body);
    expect(await shadowsIn(own)).toHaveLength(2);
    const { data, errors } = await own.ask(
      `query ($id: ID!) { prediction(id: $id) { score decision shadow {
        id shadow { id } shadowRevision models { modelVersion { id } score engine } release score decision failure timings { stage ms } } } }`,
      { id: `tiffin:default:prediction:${uuid(1)}` },
      'viewer',
    );
    expect(errors).toBeUndefined();
    expect(data.prediction).toEqual({
      score: 0.25,
      decision: 'ON_TIME',
      shadow: {
        id: uuid(1, 7),
        shadow: { id: HOLDER },
        shadowRevision: 1,
        models: [{ modelVersion: { id: CANDIDATE }, score: 0.75, engine: 'ort' }],
        release: OTHER_RELEASE,
        score: 0.75,
        decision: 'LATE',
        failure: null,
        timings: [
          { stage: 'derive', ms: 0.5 },
          { stage: 'model', ms: 4 },
          { stage: 'total', ms: 8 },
          { stage: 'wait', ms: 3 },
        ],
      },
    });
    await own.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(3)] });
    const none = await own.ask(
      `{ predictions(deployment: "${DEPLOYMENT}") { edges { node { shadow { score } } } } }`,
      {},
      'viewer',
    );
    expect(none.data.predictions.edges.map(({ node }: any) => node.shadow?.score ?? null)).toEqual([null, 0.75, 0.75]);
  });

  it.each([
    ['of a prediction that is not here', shadow(9), 'PREDICTION_UNKNOWN', /not in the store/],
    ['of another time', shadow(1, { occurredAt: NOW.toISOString() }), 'CONFLICT', /occurredAt/],
    [
      'beside another answer',
      shadow(1, { primary: { release: OTHER_RELEASE, score: 0, decision: null } }),
      'CONFLICT',
      /primary.release/,
    ],
    ['without a holder', { ...shadow(1), holder: undefined }, 'INVALID_INPUT', /holder/],
    ['with a failure that does not exist', shadow(1, { failure: 'TIRED' }), 'INVALID_INPUT', /failure/],
    ['with a text that cannot be stored', shadow(1, { decision: 'a\u0000b' }), 'INVALID_INPUT', /U\+0000/],
  ])('%s is refused alone', async (_, record, code, message) => {
    const own = await startTestMonitoring();
    const { body } = await own.send('/v1/predictions', { ...batch(1, 2), shadows: [record, shadow(2)] });
    expect(body.acked).toEqual([uuid(1), uuid(2), uuid(2, 7)]);
    expect(body.rejected).toMatchObject([{ id: record.id, code, message: expect.stringMatching(message) }]);
  });

  it('has no second one beside it', async () => {
    const own = await startTestMonitoring();
    await own.send('/v1/predictions', batch(1));
    const { body } = await own.send('/v1/predictions', { node: 'edge-1', shadows: [shadow(1, { id: uuid(1, 8) })] });
    expect(body).toMatchObject({ acked: [], rejected: [{ code: 'CONFLICT' }] });
  });

  it('of a device is none of a node’s prediction', async () => {
    const own = await startTestMonitoring();
    await own.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    const forged = { node: 'edge-1', shadows: [shadow(1)] };
    expect((await own.send('/v1/predictions', forged, DEVICE_KEY)).body).toMatchObject({
      acked: [],
      rejected: [{ code: 'CONFLICT', message: expect.stringContaining('another kind of key') }],
    });
    await own.send('/v1/predictions', batch(2), DEVICE_KEY);
    expect(await shadowsIn(own)).toMatchObject([{ id: uuid(2), trust: 'device' }]);
  });

  it('may be of 2001: a replay', async () => {
    const own = await startTestMonitoring();
    const occurredAt = '2001-02-12T10:00:00.000Z';
    const { body } = await own.send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(1, { occurredAt })],
      shadows: [shadow(1, { occurredAt })],
    });
    expect(body.rejected).toEqual([]);
    expect((await facts(own, 1))[0]).toMatchObject({ occurredAt, shadow: { predictedAt: occurredAt } });
  });
});

const said = ({ predictionId, value, trust }: ShadowFact) => [predictionId, value, trust];

describe('the facts of a pair', () => {
  it('say both scores, decisions and times; and once more with each outcome that comes into force', async () => {
    const own = await startTestMonitoring();
    await own.send('/v1/predictions', batch(1));
    await own.send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
    await own.send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
    await own.send('/v1/outcomes', { outcomes: [outcome(1, 0, { id: uuid(9, 4), occurredAt: NOW.toISOString() })] });
    const [arrived, labelled, corrected, ...rest] = await facts(own, 3);
    expect(arrived).toEqual({
      kind: 'shadow',
      project: 'default',
      holder: HOLDER,
      holderRevision: 1,
      trust: 'server',
      predictionId: uuid(1),
      value: null,
      occurredAt: prediction(1).occurredAt,
      receivedAt: NOW.toISOString(),
      shadow: {
        predictedAt: prediction(1).occurredAt,
        release: OTHER_RELEASE,
        failure: null,
        segments: {},
        primary: { release: RELEASE, score: 0.25, decision: 'ON_TIME', latencyMs: 2 },
        shadow: { score: 0.75, decision: 'LATE', latencyMs: 4.5 },
      },
    });
    expect(labelled).toMatchObject({ value: 1, shadow: arrived!.shadow });
    expect(corrected).toMatchObject({ value: 0, occurredAt: NOW.toISOString() });
    expect(rest).toEqual([]);
  });

  it('are complete when the outcome was there first', async () => {
    const own = await startTestMonitoring();
    await own.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    await own.send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
    await own.send('/v1/predictions', { node: 'edge-1', shadows: [shadow(1)] });
    expect((await facts(own, 2)).map(said)).toEqual([
      [uuid(1), null, 'server'],
      [uuid(1), 1, 'server'],
    ]);
  });

  it('are complete when record and outcome arrive in the same moment, in many tries', async () => {
    const own = await startTestMonitoring();
    const ids = range(0, 120);
    await own.send('/v1/predictions', { node: 'edge-1', predictions: ids.map((n) => prediction(n)) });
    await Promise.all(
      ids.flatMap((n) => {
        const one = () => own.send('/v1/predictions', { node: 'edge-1', shadows: [shadow(n)] });
        const other = () => own.send('/v1/outcomes', { outcomes: [outcome(n, n % 2)] });
        return n % 2 === 0 ? [one(), other()] : [other(), one()];
      }),
    );
    const labelled = (await facts(own, 240)).filter(({ value }) => value !== null);
    expect(new Set(labelled.map(({ predictionId }) => predictionId)).size).toBe(120);
    expect(labelled).toHaveLength(120);
  });

  it('wait for an outcome whose transaction is under way, and tell of it', async () => {
    const database = await createTestDatabase();
    const own = await startTestMonitoring({ database });
    await own.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    const slow = new Client({ connectionString: database.appUrl });
    await slow.connect();
    await slow.query('begin');
    await slow.query(`select 1 from monitoring.prediction_key where id = $1 for share`, [uuid(1)]);
    await slow.query(
      `insert into monitoring.outcome
         (project, prediction_id, prediction_at, trust, id, value, occurred_at, received_at)
       values ('default', $1, $2, 'server', $3, 1, now(), now())`,
      [uuid(1), prediction(1).occurredAt, uuid(1, 1)],
    );
    let done = false;
    const sending = own.send('/v1/predictions', { node: 'edge-1', shadows: [shadow(1)] }).then((sent) => {
      done = true;
      return sent;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(done, 'the record waits for the outcome').toBe(false);
    await slow.query('commit');
    await slow.end();
    expect((await sending).body.acked).toEqual([uuid(1, 7)]);
    expect((await facts(own, 2)).map(({ value }) => value)).toEqual([null, 1]);
  });

  it('keep apart what a device says: its outcome of a node’s pair is told beside the pair', async () => {
    const own = await startTestMonitoring();
    await own.send('/v1/predictions', batch(1));
    await own.send('/v1/outcomes', { outcomes: [outcome(1, 1)] }, DEVICE_KEY);
    expect((await facts(own, 2)).map(said)).toEqual([
      [uuid(1), null, 'server'],
      [uuid(1), 1, 'device'],
    ]);
  });
});

const counts = (changes: Record<string, unknown> = {}) => ({
  holder: HOLDER,
  holderRevision: 1,
  chosen: 10,
  recorded: 7,
  queued: 1,
  dropped: { QUEUE_FULL: 2 },
  failed: { ENGINE_ERROR: 1 },
  ...changes,
});
const told = async (own: TestMonitoring, trust = 'SERVER') =>
  (
    await own.ask(
      `query ($ids: [_Any!]!) { found: _entities(representations: $ids) { ... on Shadow { accounting(trust: ${trust}) {
        nodes chosen recorded queued dropped droppedByReason { name count } failedByCause { name count } } } } }`,
      { ids: [{ __typename: 'Shadow', id: HOLDER }] },
      'viewer',
    )
  ).data.found[0].accounting;

describe('the account of a shadow', () => {
  const since = new Date(NOW.getTime() - 600_000).toISOString();
  it('adds the newest word of each run of each node, and nothing twice', async () => {
    const own = await startTestMonitoring();
    own.clock.now = new Date(NOW.getTime() + 2_000);
    const beat = (changes: object, shadows: object) =>
      own.send('/v1/heartbeat', heartbeat({}, { ...changes, shadows }));
    await beat({}, { since, counts: [counts({ chosen: 5, recorded: 5, queued: 0, dropped: {} })] });
    const later = { at: new Date(NOW.getTime() + 1_000).toISOString() };
    await beat(later, { since, counts: [counts()] });
    await beat(later, { since, counts: [counts()] });
    await beat({}, { since, counts: [counts({ chosen: 6 })] });
    await beat({ ...later, node: 'edge-2' }, { since, counts: [counts()] });
    await beat(
      { at: new Date(NOW.getTime() + 2_000).toISOString() },
      {
        since: NOW.toISOString(),
        counts: [counts({ chosen: 1, recorded: 0, queued: 0, dropped: { OVERRUN: 1 }, failed: {} })],
      },
    );
    expect(await told(own)).toEqual({
      nodes: 2,
      chosen: 21,
      recorded: 14,
      queued: 2,
      dropped: 5,
      droppedByReason: [
        { name: 'OVERRUN', count: 1 },
        { name: 'QUEUE_FULL', count: 4 },
      ],
      failedByCause: [{ name: 'ENGINE_ERROR', count: 2 }],
    });
    expect(await told(own, 'DEVICE')).toMatchObject({ nodes: 0, chosen: 0 });
  });

  it('is not asked of nodes that know of no shadows', async () => {
    const own = await startTestMonitoring();
    expect((await own.send('/v1/heartbeat', heartbeat({}))).status).toBe(200);
    expect(await told(own)).toMatchObject({ nodes: 0, chosen: 0, dropped: 0, droppedByReason: [] });
  });

  it.each([
    ['a count below zero', { chosen: -1 }],
    ['a half', { recorded: 0.5 }],
    ['no holder', { holder: undefined }],
  ])('refuses %s', async (_, changes) => {
    const own = await startTestMonitoring();
    const sent = await own.send('/v1/heartbeat', heartbeat({}, { shadows: { since, counts: [counts(changes)] } }));
    expect(sent).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  });
});
