import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client } from '../../client/client.ts';
import { until } from '../../client/wait.ts';
import { serve } from './fake-server.ts';

const ID = '0198f3a0-0000-7000-8000-000000000001';
const answer = {
  id: ID,
  endpoint: 'late',
  score: 0.25,
  decision: null,
  release: 'd1',
  models: [{ version: 'v1', score: 0.5 }],
  arm: null,
  fallback: null,
  features: { v__x: { value: 1, status: 'PRESENT', ageMs: 5, source: 'STORE' } },
  timings: { total: 1.5 },
};

describe('an edge', () => {
  it('is asked once for a prediction, with the key', async () => {
    const { url, seen } = await serve([{ body: answer }]);
    const { edge } = new Client({ graphUrl: 'http://127.0.0.1:1', edgeUrl: `${url}/`, key: 'a-key' });
    expect(await edge.predict('late or not', { inputs: { x: 1 }, id: '7' })).toMatchObject({ id: ID, score: 0.25 });
    expect(seen).toMatchObject([
      {
        path: '/v1/predict/late%20or%20not',
        headers: { authorization: 'Bearer a-key', 'content-type': 'application/json' },
        body: { inputs: { x: 1 }, id: '7' },
      },
    ]);
    const away = await serve([null, { body: answer }]);
    const other = new Client({ graphUrl: url, edgeUrl: away.url });
    await expect(other.edge.predict('late', { inputs: {} })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      inDoubt: true,
    });
    expect(away.seen).toHaveLength(1);
  });

  it('is asked over connections that are kept', async () => {
    const { url, connections } = await serve([{ body: answer }]);
    const { edge } = new Client({ graphUrl: url, edgeUrl: url });
    for (let i = 0; i < 5; i++) await edge.predict('late', { inputs: {} });
    expect(connections()).toBeLessThan(5);
  });

  it('tells what is wrong with a request, as a problem does', async () => {
    const problem = {
      type: 'about:blank',
      title: 'x: must be a number',
      status: 422,
      code: 'INVALID_INPUT',
      field: 'x',
      allowed: ['FLOAT64'],
    };
    const { url } = await serve([{ status: 422, body: problem }]);
    const { edge } = new Client({ graphUrl: url, edgeUrl: url });
    await expect(edge.predict('late', { inputs: { x: 'a' } })).rejects.toMatchObject({
      name: 'ClientError',
      message: 'a prediction: x: must be a number (422 INVALID_INPUT)',
      status: 422,
      code: 'INVALID_INPUT',
      field: 'x',
      allowed: ['FLOAT64'],
      inDoubt: false,
    });
  });

  it.each([
    [500, true],
    [502, false],
    [503, false],
    [504, true],
    [507, false],
  ])('leaves a doubt or none by its status: %i', async (status, inDoubt) => {
    const { url } = await serve([{ status, body: {} }]);
    const { edge } = new Client({ graphUrl: url, edgeUrl: url });
    await expect(edge.predict('late', { inputs: {} })).rejects.toMatchObject({ status, inDoubt });
  });

  it('says in words when something else answers', async () => {
    const { url } = await serve([{ body: { hello: 'world' } }, { body: 'hello' }]);
    const { edge } = new Client({ graphUrl: url, edgeUrl: url });
    await expect(edge.predict('late', { inputs: {} })).rejects.toThrow(
      /^a prediction: the answer is not one of this version of Tiffin \(id: .+\)$/,
    );
    await expect(edge.predict('late', { inputs: {} })).rejects.toThrow('a prediction: hello (200 MALFORMED)');
  });

  it('takes outcomes again when it was away', async () => {
    const { url, seen } = await serve([
      { status: 503, body: {} },
      { status: 202, body: { acked: [ID], rejected: [] } },
    ]);
    const outcome = { id: ID, predictionId: ID, value: 1, occurredAt: '2026-01-01T00:00:00Z' };
    expect(await new Client({ graphUrl: url, edgeUrl: url }).edge.outcomes([outcome])).toEqual({
      acked: [ID],
      rejected: [],
    });
    expect(seen.map(({ body }) => body)).toEqual([{ outcomes: [outcome] }, { outcomes: [outcome] }]);
  });

  it('says whether it serves an endpoint', async () => {
    const { url } = await serve([{ status: 503, body: {} }, { body: {} }]);
    const { edge } = new Client({ graphUrl: url, edgeUrl: url });
    expect([await edge.serves('late'), await edge.serves('late')]).toEqual([false, true]);
  });

  it('must be known', () => {
    expect(() => new Client({ graphUrl: 'http://127.0.0.1:1' }).edge).toThrow(/edgeUrl/);
  });
});

describe('files', () => {
  const bytes = new TextEncoder().encode('a model');
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('are uploaded in three steps, and known by their digest', async () => {
    const { url, seen } = await serve([
      { body: { data: { beginUpload: { uploadId: 'u1', url: '/v1/uploads/u1' } } } },
      { body: '' },
      { body: { data: { completeUpload: { sha256 } } } },
    ]);
    const client = new Client({ graphUrl: `${url}/graphql`, key: 'a-key', identity: { user: 'developer' } });
    expect(await client.blobs.upload('model.onnx', bytes)).toBe(sha256);
    expect(seen.map(({ method, path, body }) => [method, path, body.variables ?? body])).toEqual([
      ['POST', '/graphql', { input: { name: 'model.onnx', sizeBytes: 7 } }],
      ['PUT', '/v1/uploads/u1', 'a model'],
      ['POST', '/graphql', { input: { uploadId: 'u1', sha256 } }],
    ]);
    expect(seen[1]?.headers.authorization).toBe('Bearer a-key');
  });

  it('say why they cannot be downloaded', async () => {
    const { url } = await serve([{ status: 404, body: { title: 'there is no such training set', code: 'NOT_FOUND' } }]);
    await expect(new Client({ graphUrl: url }).blobs.download('/v1/nothing')).rejects.toThrow(
      'download of /v1/nothing: there is no such training set (404 NOT_FOUND)',
    );
  });
});

it('reads and pushes features where their subgraph is', async () => {
  const read = { service: 's', names: ['v__x'], values: [[1]], statuses: [['PRESENT']], agesMs: [[0]] };
  const { url, seen } = await serve([{ body: read }, { body: { view: 'v@1', accepted: 1, rejected: [] } }]);
  const { features } = new Client({ graphUrl: 'http://127.0.0.1:1', featureUrl: url, key: 'a-key' });
  expect(await features.read({ service: 's', entities: [{ id: 1 }] })).toEqual(read);
  const rows = [{ entity: { id: 1 }, eventTime: '2026-01-01T00:00:00Z', values: { x: 1 } }];
  expect(await features.push({ view: 'v', rows })).toEqual({ view: 'v@1', accepted: 1, rejected: [] });
  expect(seen.map(({ path, body }) => [path, body])).toEqual([
    ['/v1/features/read', { service: 's', entities: [{ id: 1 }] }],
    ['/v1/features/push', { view: 'v', rows }],
  ]);
});

it('sends events to where the feature subgraph is', async () => {
  const kept = { source: 's', views: ['v@1'], accepted: 1, rejected: [] };
  const { url, seen } = await serve([{ body: kept }]);
  const { features } = new Client({ graphUrl: 'http://127.0.0.1:1', featureUrl: url, key: 'a-key' });
  const batch = { source: 's', events: [{ txn_id: 't1', amount: 2, $retract: false }] };
  expect(await features.sendEvents(batch)).toEqual(kept);
  expect(seen.map(({ path, body }) => [path, body])).toEqual([['/v1/features/events', batch]]);
});

it('makes a push again that was cut off, unless its events would count twice', async () => {
  const rows = [{ entity: { id: 1 }, eventTime: '2026-01-01T00:00:00Z', values: { x: 1 } }];
  const accepted = { view: 'v@1', accepted: 1, rejected: [] };
  const again = await serve([null, { body: accepted }]);
  const both = { graphUrl: 'http://127.0.0.1:1', featureUrl: again.url };
  expect(await new Client(both).features.push({ view: 'v', rows })).toEqual(accepted);
  expect(again.seen).toHaveLength(2);
  const once = await serve([null, { body: accepted }]);
  const { features } = new Client({ ...both, featureUrl: once.url });
  const pushed = features.push({ view: 'v', rows }, { repeat: false });
  await expect(pushed).rejects.toMatchObject({ code: 'UNAVAILABLE', inDoubt: true });
  expect(once.seen).toHaveLength(1);
});

it('waits for an answer, and not for ever', async () => {
  let looks = 0;
  expect(await until(async () => (++looks === 3 ? 'there' : undefined), 'never', { everyMs: 1 })).toBe('there');
  const never = until(async () => undefined, 'it never came', { everyMs: 5, atMostMs: 20 });
  await expect(never).rejects.toMatchObject({ code: 'TIMEOUT', message: 'it never came' });
});
