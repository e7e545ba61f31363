import { afterEach, describe, expect, it } from 'vitest';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import { benchApp, KEY, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release } from '../support/release.ts';

let bench: BenchApp;
const start = async (options: Partial<BenchOptions> = {}): Promise<BenchApp> =>
  (bench = await benchApp({ releases: [await release()], ...options }));
afterEach(() => bench?.close());

const single = '/v1/predict/fraud-decision';
const path = `${single}/batch`;
const row = (amount: number, more: object = {}) => ({
  inputs: { user_id: 'u1', amount },
  features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
  ...more,
});
const send = (...rows: unknown[]) => bench.post(path, { rows });

describe('POST /v1/predict/{endpoint}/batch', () => {
  it('answers each row as it would be answered alone, in their order, and keeps a record of each', async () => {
    await start();
    const rows = [3, 1, 2].map((amount) => row(amount, { id: `order-${amount}` }));
    const { status, body, headers } = await send(...rows);
    expect([status, body.answered, body.failed]).toEqual([200, 3, 0]);
    expect(body.rows.map((one: any) => one.requestId)).toEqual(['order-3', 'order-1', 'order-2']);
    const records = await bench.records();
    for (const [i, own] of rows.entries()) {
      const { id, timings, ...alone } = (await bench.post(single, own)).body;
      expect(body.rows[i]).toEqual({ ...alone, id: expect.any(String), timings: expect.any(Object) });
      expect(body.rows[i].id).not.toBe(id);
      expect(Object.keys(body.rows[i].timings)).toEqual(Object.keys(timings));
      const { kind, ...record } = records[i];
      expect(kind).toBe('prediction');
      expect(PredictionRecord.parse(record)).toMatchObject({ id: body.rows[i].id, score: alone.score });
    }
    expect(new Set(records.map(({ id }) => id)).size).toBe(3);
    expect(headers.get('server-timing')).toMatch(/^parse;dur=[\d.]+, rows;dur=[\d.]+, total;dur=[\d.]+$/);
  });

  it('gives each row the time and the reference that it asks for', async () => {
    await start();
    const { body } = await send(row(1, { at: '2001-02-12T10:00:00Z', id: 'mine' }), row(2));
    expect(body.rows.map((one: any) => one.requestId)).toEqual(['mine', undefined]);
    const [first, second] = await bench.records();
    expect(first.occurredAt).toBe('2001-02-12T10:00:00.000Z');
    expect(Date.parse(second.occurredAt)).toBeGreaterThan(Date.parse('2020-01-01T00:00:00Z'));
  });

  it('lets a bad row cost itself alone, and says what is wrong with it', async () => {
    await start();
    const { status, body } = await send(
      row(1),
      row('2' as never),
      { features: {} },
      'nothing',
      row(3, { extra: 1 }),
      row(4, { inputs: { user_id: 'half \ud800', amount: 1 } }),
      row(5, { features: {} }),
      row(6),
    );
    expect([status, body.answered, body.failed]).toEqual([200, 2, 6]);
    expect(body.rows.map((one: any) => one.error?.field ?? one.error?.cause ?? one.decision)).toEqual([
      'REVIEW',
      'amount',
      'inputs',
      'rows',
      'extra',
      'user_id',
      'FEATURES_UNAVAILABLE',
      'REVIEW',
    ]);
    expect(body.rows[1].error).toMatchObject({ status: 422, code: 'INVALID_INPUT', allowed: ['a finite number'] });
    expect(body.rows[6].error).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(bench.log.account()).toMatchObject({ answered: 2, queued: 2 });
    expect(bench.faults).toEqual([]);
    expect((await bench.get('/metrics')).body).toContain(
      'model_infer_request_failure_total{model="fraud-decision",code="INVALID_INPUT"} 5',
    );
  });

  it.each<[string, unknown, number, string | undefined]>([
    ['no rows', { rows: [] }, 422, 'rows'],
    ['too many rows', { rows: Array.from({ length: 501 }, () => 1) }, 422, 'rows'],
    ['no list', { rows: {} }, 422, 'rows'],
    ['a list alone', [], 422, 'rows'],
    ['another field', { rows: [row(1)], debug: true }, 422, 'debug'],
    ['more than 1 MiB', { rows: [row(1, { id: 'x'.repeat(1_100_000) })] }, 413, undefined],
    ['bad JSON', '{"rows": [', 400, undefined],
  ])('refuses %s as a whole', async (_, what, status, field) => {
    await start();
    const answer = await bench.post(path, what);
    expect(answer).toMatchObject({ status, body: { ...(field && { field, allowed: expect.anything() }) } });
    expect(bench.log.account().answered).toBe(0);
  });

  it('takes 500 rows, and accounts for each', async () => {
    await start({ releases: [await release({ recipe: { ...recipe, logging: { sampleRate: 0.5 } } })] });
    const { body } = await send(...Array.from({ length: 500 }, (_, i) => (i % 10 === 0 ? {} : row(i))));
    expect([body.answered, body.failed]).toEqual([450, 50]);
    const stored = (await bench.records()).map(({ id }) => id);
    const ids = new Set(body.rows.map((one: any) => one.id));
    expect(stored.every((id) => ids.has(id))).toBe(true);
    const { answered, queued, sampledOut } = bench.log.account();
    expect([answered, queued + sampledOut, queued]).toEqual([450, 450, stored.length]);
    expect(stored.length).toBeLessThan(450);
  });

  it('refuses the rows that the log has no room for, where nothing is answered without a record', async () => {
    const one = await release({ recipe: { ...recipe, logging: { whenFull: 'REFUSE' } } });
    await start({ releases: [one], log: { maxRecords: 2 } });
    const { body } = await send(row(1), row(2), row(3));
    expect([body.answered, body.failed]).toEqual([2, 1]);
    expect(body.rows[2].error).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    expect(bench.log.account()).toMatchObject({ answered: 2, queued: 2 });
  });

  it('says that nothing is deployed under a name, and opens to the same keys', async () => {
    await start();
    expect((await bench.post('/v1/predict/nothing/batch', { rows: [row(1)] })).body).toMatchObject({
      code: 'NOT_FOUND',
      field: 'endpoint',
    });
    const other = await bench.post(path, { rows: [row(1)] }, { authorization: 'Bearer other-project' });
    expect(other.status).toBe(404);
  });

  it('chooses a release for each row by itself', async () => {
    const releases = [await release(), await release({ number: 2, version: '2' })];
    await start({
      releases,
      traffic: ([first, second]) => [
        { kind: 'VARIANT', field: 'user_id', releases: { u2: second! } },
        { kind: 'DEFAULT', release: first! },
      ],
    });
    const { body } = await send(row(1), row(1, { inputs: { user_id: 'u2', amount: 1 } }), row(2));
    expect(body.rows.map((one: any) => one.release)).toEqual([0, 1, 0].map((i) => releases[i]!.digest));
    expect((await bench.records()).map(({ variant }) => variant)).toEqual([undefined, 'user_id=u2', undefined]);
  });

  it('gives each row its own budget, which leaves out the others', async () => {
    let nowMs = 0;
    // Each look at the clock takes 0.1 ms: all rows together look much more often than one may.
    const budgets = { featuresMs: 20, totalMs: 80 };
    await start({
      releases: [await release({ recipe: { ...recipe, budgets } })],
      p99Ms: 5,
      monotonicMs: () => (nowMs += 0.1),
    });
    const { body } = await send(...Array.from({ length: 100 }, (_, i) => row(i)));
    expect([body.answered, body.failed]).toEqual([100, 0]);
    expect(body.rows.every((one: any) => one.fallback === null && one.timings.total < 80)).toBe(true);
    expect(body.timings.total).toBeGreaterThan(120);
  });

  it('counts each row against the rate of its key', async () => {
    let clock = 0;
    await start({ rateLimit: 10, monotonicMs: () => clock });
    const ask = async (rows: number): Promise<number> =>
      (await send(...Array.from({ length: rows }, (_, i) => row(i)))).status;
    expect([await ask(8), await ask(2), await ask(1)]).toEqual([200, 200, 429]);
    clock += 1_000;
    // More than a second holds waits the longer afterwards.
    expect([await ask(25), await ask(1)]).toEqual([200, 429]);
    clock += 1_500;
    expect(await ask(1)).toBe(429);
    clock += 200;
    expect(await ask(1)).toBe(200);
  });

  it('tells nobody of a mistake of ours, and answers the other rows', async () => {
    await start();
    const broken = { ...bench.deps, table: { ...bench.deps.table, freshness: freshnessThatBreaksAt(3) } };
    const { app } = (await import('../../../edge/app.ts')).createApp(broken);
    const answer = await app.request(path, {
      method: 'POST',
      body: JSON.stringify({ rows: [row(1), row(2)] }),
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    });
    const body: any = await answer.json();
    expect([body.answered, body.failed]).toEqual([1, 1]);
    expect(body.rows[1].error).toEqual({ type: 'about:blank', title: 'internal error', status: 500, code: 'INTERNAL' });
    expect(bench.faults).toHaveLength(1);
  });
});

/** Once to find the deployment, then once for each row. */
function freshnessThatBreaksAt(turn: number): BenchApp['deps']['table']['freshness'] {
  let asked = 0;
  return () => {
    if (++asked === turn) throw new Error('a mistake of ours');
    return { revision: 1, ageMs: 0, stale: false };
  };
}
