import { Client } from 'pg';
import { expect, it } from 'vitest';
import type { FactPage } from '../../schema/fact.ts';
import { atLeast, facts } from '../support/facts.ts';
import { testKeys } from '../support/keys.ts';
import { DEVICE_KEY, outcome, prediction, range, startTestMonitoring, uuid } from '../support/monitoring.ts';
import { createTestDatabase } from '../support/test-database.ts';

const HOLDER = 'tiffin:default:experiment:x';
const held = (n: number) => prediction(n, { holder: HOLDER, holderRevision: 1, arm: 'control', bucket: 0.1 });
const exposure = (n: number, changes = {}) => ({
  id: uuid(n, 3),
  predictionId: uuid(n),
  holder: HOLDER,
  holderRevision: 1,
  unit: `user-${n}`,
  arm: 'control',
  occurredAt: held(n).occurredAt,
  ...changes,
});

const unitsOf = ({ facts: found }: FactPage): string[] =>
  found.flatMap((fact) => (fact.kind === 'shadow' ? [] : [fact.unit]));
const batchOf = (unit: string): number => Math.floor(Number(unit.slice(5)) / 800);

it('tells exposures, answers and outcomes of predictions in an arm, each once, and goes on from a cursor', async () => {
  const own = await startTestMonitoring();
  const { send } = own;
  await send('/v1/predictions', { node: 'edge-1', predictions: [held(1), prediction(2)], exposures: [exposure(1)] });
  await send('/v1/predictions', { node: 'edge-1', predictions: [held(1)], exposures: [exposure(1)] });
  await send('/v1/outcomes', { outcomes: [outcome(1, 1), outcome(2, 1)] });
  await send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
  const first = await atLeast(own, 3);
  expect(first.facts).toMatchObject([
    {
      kind: 'answer',
      predictionId: uuid(1),
      holder: HOLDER,
      holderRevision: 1,
      unit: 'user-1',
      arm: 'control',
      trust: 'server',
      score: 0.25,
      value: null,
      answer: { latencyMs: 4, fallback: null, segments: {} },
    },
    {
      kind: 'exposure',
      holder: HOLDER,
      holderRevision: 1,
      unit: 'user-1',
      arm: 'control',
      trust: 'server',
      value: null,
    },
    { kind: 'outcome', predictionId: uuid(1), score: 0.25, value: 1, trust: 'server' },
  ]);
  expect(await facts(own, first.cursor)).toMatchObject({ facts: [], cursor: first.cursor });
  const waiting = atLeast(own, 1, first.cursor);
  await send('/v1/outcomes', { outcomes: [outcome(1, 0, { id: uuid(9, 4), occurredAt: '2026-03-10T11:59:59.500Z' })] });
  expect((await waiting).facts).toMatchObject([{ kind: 'outcome', value: 0 }]);
});

it('pages through many in the order of their numbers', async () => {
  const own = await startTestMonitoring();
  for (const batch of range(0, 3)) {
    const ids = range(batch * 800, batch * 800 + 800);
    await own.send('/v1/predictions', { node: 'edge-1', exposures: ids.map((n) => exposure(n)) });
  }
  const units = unitsOf(await atLeast(own, 2_400));
  expect(new Set(units).size).toBe(2_400);
  expect(units.map(batchOf)).toEqual(units.map(batchOf).toSorted((a, b) => a - b));
});

it('never skips what commits late', async () => {
  const database = await createTestDatabase();
  const own = await startTestMonitoring({ database });
  const slow = new Client({ connectionString: database.appUrl });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `insert into monitoring.fact (project, kind, holder, holder_revision, unit, arm, trust, prediction_id, occurred_at, received_at)
     values ('default', 'exposure', $1, 1, 'late', 'control', 'server', $2, now(), now())`,
    [HOLDER, uuid(1)],
  );
  await own.send('/v1/predictions', { node: 'edge-1', exposures: [exposure(2)] });
  const during = await facts(own);
  expect(during.facts).toEqual([]);
  await slow.query('commit');
  await slow.end();
  expect(unitsOf(await atLeast(own, 2, during.cursor))).toEqual(['late', 'user-2']);
});

it('takes the exposure of a sampled-out prediction from an enrolled node, not from a device', async () => {
  const own = await startTestMonitoring();
  const batch = { node: 'edge-1', exposures: [exposure(1)] };
  expect((await own.send('/v1/predictions', batch, DEVICE_KEY)).body).toMatchObject({
    acked: [],
    rejected: [{ code: 'PREDICTION_UNKNOWN' }],
  });
  expect((await own.send('/v1/predictions', batch)).body.acked).toEqual([uuid(1, 3)]);
  expect((await atLeast(own, 1)).facts).toMatchObject([{ unit: 'user-1', trust: 'server' }]);
});

it('refuses a cursor that it did not write', async () => {
  const { subgraph } = await startTestMonitoring();
  const answer = await subgraph.app.request('/internal/facts?after=42', {
    headers: { authorization: `Bearer ${testKeys.with('events:read')}` },
  });
  expect(await answer.json()).toMatchObject({ status: 422, code: 'INVALID_INPUT', field: 'after' });
});
