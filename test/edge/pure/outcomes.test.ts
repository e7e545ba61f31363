import { afterAll, beforeAll, expect, it } from 'vitest';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { release } from '../support/release.ts';

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
