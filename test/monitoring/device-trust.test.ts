import { beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import {
  heartbeat,
  outcome,
  prediction,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';

const exposure = (n: number, more = {}) => ({
  id: uuid(n, 5),
  predictionId: uuid(n),
  holder: 'tiffin:default:experiment:e',
  holderRevision: 1,
  unit: `u${n}`,
  arm: 'control',
  occurredAt: '2026-03-10T11:00:00Z',
  ...more,
});
const device = { trust: 'device' };

describe('the key that a node has enrolled', () => {
  it('speaks for that node alone', async () => {
    const { send, db } = await startTestMonitoring();
    const as = (node: string) => send('/v1/predictions', { node, predictions: [prediction(1)] }, testKeys.node);
    const beats = (node: string) => send('/v1/heartbeat', heartbeat({}, { node }), testKeys.node);
    for (const refused of [await as('edge-2'), await beats('edge-2')]) {
      expect(refused).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN', field: 'node', allowed: ['edge-1'] },
      });
    }
    expect(await db.query('select from prediction')).toEqual([]);
    expect([(await as('edge-1')).status, (await beats('edge-1')).status]).toEqual([200, 200]);
    expect(await db.query('select node, trust from prediction')).toEqual([{ node: 'edge-1', trust: 'server' }]);
  });
});

describe('a public key at the control plane', () => {
  it('may ask a hundred times a second, and is told when to come back', async () => {
    const { subgraph } = await startTestMonitoring();
    const ask = (key: string): Promise<Response> =>
      subgraph.app.request('/v1/outcomes', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: '{"outcomes":[]}',
      }) as Promise<Response>;
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask(testKeys.device)));
    const refused = answers.filter(({ status }) => status === 429);
    // However long it takes, a second holds a hundred.
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeGreaterThan(0);
    expect(await refused[0]!.json()).toMatchObject({ code: 'RATE_LIMITED', limit: 100 });
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    const nodes = await Promise.all(Array.from({ length: 300 }, () => ask(testKeys.node)));
    expect(new Set(nodes.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

/** What a public key asked a node for, beside what a server asked the same node for, in one batch. */
describe('what a node marks as of a device', () => {
  let monitoring: TestMonitoring;
  beforeAll(async () => {
    monitoring = await startTestMonitoring();
    const { body } = await monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(1), prediction(2, device), prediction(3, device)],
      exposures: [exposure(1), exposure(2, device)],
    });
    expect(body.rejected).toEqual([]);
    const outcomes = [outcome(1, 0), outcome(2, 1, device), outcome(3, 1)];
    expect((await monitoring.send('/v1/outcomes', { outcomes })).body.rejected).toEqual([]);
  });

  it('is stored apart, whichever key sends it', async () => {
    const stored = await monitoring.db.query('select id, trust from prediction order by id');
    expect(stored).toEqual([
      { id: uuid(1), trust: 'server' },
      { id: uuid(2), trust: 'device' },
      { id: uuid(3), trust: 'device' },
    ]);
    expect(await monitoring.db.query('select unit, trust from exposure order by unit')).toEqual([
      { unit: 'u1', trust: 'server' },
      { unit: 'u2', trust: 'device' },
    ]);
    expect(await monitoring.db.query('select trust, answers::int from prediction_hour order by trust')).toEqual([
      { trust: 'device', answers: 2 },
      { trust: 'server', answers: 1 },
    ]);
  });

  it('is told to the experiments as of a device, also where a server tells the outcome', async () => {
    const facts = await monitoring.db.query('select kind, prediction_id as id, trust from fact order by id, kind');
    expect(facts.map(({ kind, id, trust }) => `${String(kind)} ${String(id)} ${String(trust)}`)).toEqual(
      expect.arrayContaining([`exposure ${uuid(1)} server`, `exposure ${uuid(2)} device`]),
    );
    expect(facts.filter(({ id }) => id !== uuid(1)).every(({ trust }) => trust === 'device')).toBe(true);
  });

  it('is in the account of the node that answered', async () => {
    await monitoring.send('/v1/heartbeat', heartbeat({ answered: 3, acked: 3 }));
    const { data } = await monitoring.ask(
      '{ edgeNode(id: "tiffin:default:edge-node:edge-1") { accounting { answered stored balanced } } }',
      {},
      'viewer',
    );
    expect(data.edgeNode.accounting).toEqual({ answered: 3, stored: 3, balanced: true });
  });

  it('never stands in for what a server tells of the same prediction', async () => {
    const label = async (id: string) =>
      (await monitoring.ask('query ($id: ID!) { prediction(id: $id) { outcome { value trust } } }', { id })).data
        .prediction.outcome;
    const claimed = outcome(1, 1, { ...device, id: uuid(1, 9), occurredAt: '2026-03-10T11:59:00Z' });
    expect((await monitoring.send('/v1/outcomes', { outcomes: [claimed] })).body.rejected).toEqual([]);
    expect(await label(uuid(1))).toEqual({ value: 0, trust: 'SERVER' });
  });

  it('waits for its prediction as of a device', async () => {
    await monitoring.send('/v1/outcomes', { outcomes: [outcome(50, 1, { ...device, id: uuid(50, 9) })] });
    const account = async (trust: string) =>
      (await monitoring.ask(`{ outcomeAccount(trust: ${trust}) { pending } }`)).data.outcomeAccount.pending;
    expect([await account('DEVICE'), await account('SERVER')]).toEqual([1, 0]);
  });
});
