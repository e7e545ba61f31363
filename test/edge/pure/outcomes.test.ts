import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

const id = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const outcome = (n: number) => ({
  id: id(n),
  predictionId: id(n + 1_000),
  value: n,
  occurredAt: '2026-03-01T10:00:00.000Z',
});

let bench: BenchApp;
beforeAll(async () => {
  bench = await benchApp({ releases: [await release()] });
});
afterAll(() => bench.close());

it('keeps each outcome as it was sent, until monitoring has it', async () => {
  const outcomes = [outcome(1), outcome(0)];
  expect(await bench.post('/v1/outcomes', { outcomes })).toMatchObject({
    status: 202,
    body: { acked: [id(1), id(0)], rejected: [] },
  });
  expect(await bench.records()).toEqual(outcomes.map((one) => ({ kind: 'outcome', ...one })));
});

it.each([
  ['id', 'outcomes[0]'],
  ['predictionId', id(5)],
  ['value', id(5)],
  ['occurredAt', id(5)],
])('gives back an outcome without its %s, and keeps the others', async (field, name) => {
  const { [field]: _, ...rest } = outcome(5) as Record<string, unknown>;
  const { status, body } = await bench.post('/v1/outcomes', { outcomes: [rest, outcome(6)] });
  expect([status, body.acked]).toEqual([202, [id(6)]]);
  expect(body.rejected).toEqual([
    { id: name, code: 'INVALID_INPUT', message: expect.stringMatching(new RegExp(`^${field}: `)) },
  ]);
});

it('keeps that an outcome is of a device, and lets nobody say that it is of a server', async () => {
  const { body } = await bench.post('/v1/outcomes', {
    outcomes: [
      { ...outcome(7), trust: 'device' },
      { ...outcome(8), trust: 'server' },
    ],
  });
  expect([body.acked, body.rejected.map(({ id: of }: { id: string }) => of)]).toEqual([[id(7)], [id(8)]]);
  expect((await bench.records()).find((record) => record.id === id(7))).toMatchObject({ trust: 'device' });
});

describe('POST /v1/exposures', () => {
  const exposure = (n: number) => ({
    id: id(n),
    predictionId: id(n + 1_000),
    holder: 'tiffin:default:experiment:e',
    holderRevision: 2,
    unit: `u${n}`,
    arm: 'candidate',
    occurredAt: '2026-03-01T10:00:00.000Z',
    trust: 'device',
  });

  it('keeps each exposure as it was sent, until monitoring has it', async () => {
    const exposures = [exposure(21), exposure(20)];
    expect(await bench.post('/v1/exposures', { exposures })).toMatchObject({
      status: 202,
      body: { acked: [id(21), id(20)], rejected: [] },
    });
    const kept = (await bench.records()).filter(({ kind }) => kind === 'exposure');
    expect(kept).toEqual(exposures.map((one) => ({ kind: 'exposure', ...one })));
  });

  it.each(['id', 'predictionId', 'holder', 'holderRevision', 'unit', 'arm', 'occurredAt'])(
    'gives back one without its %s, and keeps the others',
    async (field) => {
      const { [field]: _, ...rest } = exposure(22) as Record<string, unknown>;
      const { status, body } = await bench.post('/v1/exposures', { exposures: [rest, exposure(23)] });
      expect([status, body.acked]).toEqual([202, [id(23)]]);
      expect(body.rejected).toMatchObject([
        { code: 'INVALID_INPUT', message: expect.stringMatching(new RegExp(`^${field}: `)) },
      ]);
    },
  );

  it('refuses a time that no record can bear, and another form', async () => {
    const { body } = await bench.post('/v1/exposures', {
      exposures: [{ ...exposure(24), occurredAt: '1969-12-31T23:59:59Z' }],
    });
    expect(body).toMatchObject({ acked: [], rejected: [{ id: id(24), code: 'OUT_OF_RANGE' }] });
    for (const wrong of [{}, { exposures: {} }, { exposures: [], more: 1 }, { exposures: Array(1_001).fill(0) }]) {
      const answer = await bench.post('/v1/exposures', wrong);
      expect([answer.status, answer.body.field]).toEqual([422, 'exposures']);
    }
  });
});

it("keeps a personal unit of an exposure as the token that the node's own records have", async () => {
  const inputs = recipe.inputs.map((input) => ({ ...input, personal: true }));
  const own = await benchApp({
    releases: [await release({ recipe: { inputs } })],
    traffic: ([digest]) => [
      {
        kind: 'ALLOCATION',
        holder: 'tiffin:default:experiment:e',
        holderRevision: 1,
        seed: 's',
        hashVersion: 2,
        unit: 'user_id',
        arms: [{ arm: 'a', release: digest!, ranges: [[0, 1]] }],
        endsAt: null,
      },
      { kind: 'DEFAULT', release: digest! },
    ],
  });
  try {
    await own.post('/v1/predict/fraud-decision', {
      inputs: { user_id: 'ada', amount: 2 },
      features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
    });
    const told = {
      predictionId: id(1),
      holderRevision: 1,
      unit: 'ada',
      arm: 'a',
      occurredAt: '2026-03-01T10:00:00.000Z',
    };
    const exposures = ['e', 'another'].map((name, n) => ({
      ...told,
      id: id(n + 30),
      holder: `tiffin:default:experiment:${name}`,
    }));
    expect((await own.post('/v1/exposures', { exposures })).body.rejected).toEqual([]);
    const records = await own.records();
    const [answered] = records.filter(({ kind }) => kind === 'prediction');
    expect(answered.unit).toMatch(/^tok_[0-9a-f]{32}$/);
    expect(records.find((record) => record.id === id(30)).unit).toBe(answered.unit);
    // Of a holder that is not here it is not known what is personal.
    expect(records.find((record) => record.id === id(31)).unit).toBe('ada');
  } finally {
    await own.close();
  }
});
