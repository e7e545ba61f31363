import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../schema/telemetry.ts';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until, type EdgePlace } from './support/edge-process.ts';
import { recipe, release } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const bodyOf = (user: string): unknown => ({ inputs: { user_id: user, amount: 1 } });
const given = { user_txn__amount_24h: 1, user_txn__count_1h: 1 };
const offline = (user: string): unknown => ({ inputs: { user_id: user, amount: 1 }, features: given });

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
  for (let i = 0; i < 20; i++) control.features.set(`u${i}`, { amount_24h: i, count_1h: 1, ageMs: 1_000 });
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

async function start(recipeChange = {}, change: Record<string, string> = {}): Promise<void> {
  if (Object.keys(change).length > 0) place = edgePlace(control, change);
  await control.publish([await release({ recipe: { ...recipe, ...recipeChange } })]);
  edge = await edgeHere(place);
  await until('it is ready', async () => (await post(edge!.url, path, {})).status === 422);
}

const predict = async (user: string): Promise<any> => (await post(edge!.url, path, bodyOf(user))).body;
const totalOf = ({ counts: { queued, acked, sampledOut, dropped } }: Heartbeat): number =>
  queued + acked + sampledOut + Object.values(dropped).reduce((sum, count) => sum + count, 0);
const settled = (count: number): Promise<Heartbeat> =>
  until(`${count} are accounted for`, () =>
    control.heartbeats.findLast(({ counts }) => counts.answered === count && counts.queued === 0),
  );

describe('the log of an edge', () => {
  it('arrives whole, in a form that the contract takes, with the account closed', async () => {
    await start();
    const answers: any[] = [];
    for (let i = 0; i < 20; i++) answers.push(await predict(`u${i}`));
    const { counts, epoch, memory, deployments } = await settled(20);
    expect(memory!.usedBytes).toBeLessThan(memory!.limitBytes);
    expect(deployments[0]!.serving).toEqual([
      expect.objectContaining({ p99Ms: expect.any(Number), unanswered: 0, features: { read: 40, stale: 0 } }),
    ]);
    expect(counts).toEqual({ answered: 20, queued: 0, acked: 20, sampledOut: 0, dropped: {} });
    expect(new Set(control.stored.keys())).toEqual(new Set(answers.map(({ id }) => id)));
    expect(control.invalid).toEqual([]);
    const records = [...control.stored.values()];
    expect(records.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(new Set(records.map((record) => record.epoch))).toEqual(new Set([epoch]));
    expect(records[3]).toMatchObject({ score: answers[3].score, features: { user_txn__amount_24h: { value: 3 } } });
    expect(records[3]!.features!['user_txn__amount_24h']!.ageMs).toBe(1_000);
  });

  it('says with each heartbeat how the detectors of a recipe stand', async () => {
    await start({
      fallback: { default: { kind: 'CONSTANT', score: 0.5 }, causes: { DETECTED: { kind: 'CONSTANT', score: 0.4 } } },
      detectors: [{ name: 'failing', watch: { kind: 'ERRORS', share: 0.2 }, answers: 10, action: 'FALL_BACK' }],
    });
    control.faults.features = 'FAIL';
    for (let i = 0; i < 10; i++) expect((await predict(`u${i}`)).fallback.cause).toBe('FEATURES_UNAVAILABLE');
    expect(await predict('u1')).toMatchObject({ score: 0.4, fallback: { cause: 'DETECTED' } });
    const reported = await until('it is reported', () =>
      control.heartbeats
        .flatMap(({ deployments }) => deployments.flatMap(({ serving }) => serving))
        .flatMap(({ detectors = [] }) => detectors)
        .find(({ state }) => state === 'TRIPPED'),
    );
    expect(reported).toMatchObject({ name: 'failing', figure: 1, limit: 0.2, answers: 10 });
    await settled(11);
    expect([...control.stored.values()].filter(({ fallback }) => fallback === 'DETECTED')).toHaveLength(1);
  });

  it('closes the account as soon as answers pause, however far the next heartbeat is', async () => {
    await start({}, { TIFFIN_EDGE_HEARTBEAT_MS: '3600000' });
    for (let i = 0; i < 3; i++) await predict(`u${i}`);
    await settled(3);
    await predict('u4');
    await settled(4);
    const answered = control.heartbeats.map(({ counts }) => counts.answered);
    expect(answered, 'one for each pause').toEqual([...new Set(answered)]);
  });

  it('is complete after the control plane was away, and answers in the meantime', async () => {
    const fallback = { default: { kind: 'CONSTANT', score: 0.5 } };
    await start({ fallback });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await predict(`u${i}`)).id);
    await control.down();
    for (let i = 0; i < 10; i++) {
      const answer = (await post(edge!.url, path, offline(`u${i}`))).body;
      expect(answer.fallback).toBeNull();
      ids.push(answer.id);
    }
    // Read just before: still within its age, and marked as such.
    expect((await predict('u1')).features.user_txn__amount_24h).toMatchObject({ source: 'CACHE', value: 1 });
    expect((await predict('u15')).fallback).toMatchObject({ cause: 'FEATURES_UNAVAILABLE' });
    expect((await get(edge!.url, '/metrics')).body).toMatch(/prediction_log_queue 1\d/);
    await control.up();
    await settled(17);
    for (const id of ids) expect(control.stored.has(id)).toBe(true);
    expect(control.stored.size).toBe(17);
  });

  it.each(['REFUSE_500', 'STORE_AND_CUT', 'ACK_NONE'] as const)('arrives once in spite of: %s', async (fault) => {
    await start();
    control.faults.telemetry = fault;
    // With their features: a cut goes through every connection, also that of a read.
    for (let i = 0; i < 10; i++) expect((await post(edge!.url, path, offline(`u${i}`))).status).toBe(200);
    await until(
      'it was tried',
      () => control.requests.filter((request) => request.endsWith('/predictions')).length > 2,
    );
    control.faults.telemetry = 'TAKE';
    const { counts } = await settled(10);
    expect(counts).toMatchObject({ acked: 10, dropped: {} });
    expect(control.stored.size).toBe(10);
  });

  it('counts what monitoring will never take as dropped, keeps it aside, and goes on', async () => {
    await start();
    const bad = new Set<string>();
    control.faults.rejectIds = (id) => {
      if (bad.size < 3) bad.add(id);
      return bad.has(id) ? 'INVALID_INPUT' : null;
    };
    for (let i = 0; i < 8; i++) await predict(`u${i}`);
    const heartbeat = await settled(8);
    expect(heartbeat.counts).toMatchObject({ acked: 5, dropped: { REJECTED: 3 } });
    expect(totalOf(heartbeat)).toBe(8);
    const aside = readFileSync(join(place.env['TIFFIN_EDGE_DATA_DIR']!, 'queue/rejected.jsonl'), 'utf8');
    expect(aside.trim().split('\n')).toHaveLength(3);
    expect((await get(edge!.url, '/metrics')).body).toContain('prediction_log_dropped_total{reason="REJECTED"} 3');
  });

  it('samples and drops, and still accounts for every answer', async () => {
    await start({ logging: { sampleRate: 0.5 } }, { TIFFIN_EDGE_QUEUE_RECORDS: '5' });
    control.faults.telemetry = 'REFUSE_500';
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) ids.push((await predict(`u${i % 20}`)).id);
    control.faults.telemetry = 'TAKE';
    const heartbeat = await settled(40);
    const { acked, sampledOut, dropped } = heartbeat.counts;
    expect(acked).toBe(5);
    expect(sampledOut).toBeGreaterThan(8);
    expect(dropped).toEqual({ QUEUE_FULL: 35 - sampledOut });
    expect([...control.stored.keys()].every((id) => ids.includes(id))).toBe(true);
  });

  it('keeps its epoch and its account over a restart', async () => {
    await start();
    control.faults.telemetry = 'REFUSE_500';
    for (let i = 0; i < 6; i++) await predict(`u${i}`);
    const before = await until('a heartbeat', () => control.heartbeats.findLast(({ counts }) => counts.queued === 6));
    await edge!.stop();
    edge = await edgeHere(place);
    control.faults.telemetry = 'TAKE';
    await predict('u7');
    const after = await settled(7);
    expect(after.epoch).toBe(before.epoch);
    expect(after.counts).toEqual({ answered: 7, queued: 0, acked: 7, sampledOut: 0, dropped: {} });
  });
});

const outcome = (id: string, change = {}): unknown => ({
  id: `0190b6b1-7b7b-7b7b-8b7b-${id.padStart(12, '0')}`,
  predictionId: '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b',
  value: 1,
  occurredAt: '2026-01-01T00:00:00Z',
  ...change,
});
const send = (outcomes: unknown): Promise<{ status: number; body: any }> =>
  post(edge!.url, '/v1/outcomes', { outcomes });

describe('outcomes', () => {
  it('are kept at once and sent on, each judged by itself', async () => {
    await start();
    await control.down();
    const answer = await send([outcome('1'), outcome('2', { value: 'late' }), { id: 'x' }, 7, outcome('3')]);
    expect(answer.status).toBe(202);
    expect(answer.body.acked).toHaveLength(2);
    expect(answer.body.rejected).toMatchObject([
      { id: expect.stringMatching(/2$/), code: 'INVALID_INPUT', message: expect.stringContaining('value') },
      { id: 'x' },
      { id: 'outcomes[3]' },
    ]);
    await control.up();
    await until('both arrived', () => control.outcomes.size === 2);
    expect([...control.outcomes.keys()]).toEqual(answer.body.acked);
    expect((await until('a heartbeat', () => control.heartbeats.at(-1))).counts.answered).toBe(0);
  });

  it('that monitoring refuses are not sent again, are counted, and hold up nothing', async () => {
    await start();
    control.faults.rejectIds = (id) => (id.endsWith('000000000009') ? 'OUT_OF_RANGE' : null);
    await send([outcome('9')]);
    await send([outcome('1')]);
    await until('the good one arrived', () => control.outcomes.size === 1);
    const line = 'record_log_rejected_total{kind="outcome",code="OUT_OF_RANGE"} 1';
    await until('the other is counted', async () => (await get(edge!.url, '/metrics')).body.includes(line));
    expect((await get(edge!.url, '/metrics')).body).toContain('record_log_queue 0');
  });

  it.each([[{}], [{ outcomes: 1 }], [{ outcomes: Array.from({ length: 1_001 }, () => ({})) }]])(
    'are refused whole when the body is none: %j',
    async (body) => {
      await start();
      expect(await post(edge!.url, '/v1/outcomes', body)).toMatchObject({ status: 422, body: { field: 'outcomes' } });
    },
  );

  it('are not acknowledged when there is no room for them', async () => {
    await start({}, { TIFFIN_EDGE_QUEUE_RECORDS: '2' });
    control.faults.telemetry = 'REFUSE_500';
    const full = await send([outcome('1'), outcome('2'), outcome('3')]);
    expect(full).toMatchObject({ status: 507, body: { code: 'STORAGE_FULL' } });
  });
});

describe('features over HTTP', () => {
  it('cuts a slow store off at the budget of the recipe', async () => {
    await start({ budgets: { featuresMs: 60, totalMs: 400 }, fallback: { default: { kind: 'CONSTANT', score: 0.5 } } });
    control.faults.features = 'SLOW';
    const answer = await predict('u1');
    expect(answer.fallback.cause).toBe('FEATURES_UNAVAILABLE');
    expect(answer.timings.features).toBeGreaterThanOrEqual(55);
    expect(answer.timings.total).toBeLessThan(400);
  });

  it('asks for many in one request when they come together', async () => {
    await start();
    const before = control.requests.filter((request) => request.endsWith('/features/read')).length;
    await Promise.all(Array.from({ length: 60 }, (_, i) => predict(`u${i % 3}`)));
    const asked = control.requests.filter((request) => request.endsWith('/features/read')).length - before;
    expect(asked).toBeLessThan(55);
  });

  it('answers from its cache while that is fresh, with the age grown', async () => {
    await start({}, { TIFFIN_EDGE_FEATURE_FRESH_MS: '60000' });
    await predict('u1');
    control.features.set('u1', { amount_24h: 99, count_1h: 1, ageMs: 0 });
    await sleep(50);
    const { features } = await predict('u1');
    expect(features.user_txn__amount_24h).toMatchObject({ value: 1, source: 'CACHE', status: 'PRESENT' });
    expect(features.user_txn__amount_24h.ageMs).toBeGreaterThanOrEqual(1_040);
    const replay = await post(edge!.url, path, { ...(bodyOf('u1') as object), at: '2026-01-01T00:00:00Z' });
    expect(replay.body.features.user_txn__amount_24h).toMatchObject({ value: 99, source: 'STORE' });
  });

  it('calls a kept value too old once its TTL is over', async () => {
    await start(
      {
        features: { ...recipe.features!, maxAgeMs: { user_txn: 2_000 } },
        fallback: { default: { kind: 'CONSTANT', score: 0.5 } },
      },
      {
        TIFFIN_EDGE_FEATURE_FRESH_MS: '60000',
      },
    );
    control.features.set('u1', { amount_24h: 1, count_1h: 1, ageMs: 0 });
    expect((await predict('u1')).fallback).toBeNull();
    const amount = async (): Promise<any> => (await predict('u1')).features.user_txn__amount_24h;
    expect(
      await until('it is too old', async () => [await amount()].find(({ value }) => value === null)),
    ).toMatchObject({
      status: 'OUTSIDE_MAX_AGE',
    });
  });

  it('tells NOT_FOUND and NULL_VALUE apart', async () => {
    await start({ fallback: { default: { kind: 'CONSTANT', score: 0.5 } } });
    control.features.set('null', { amount_24h: null, count_1h: 3, ageMs: 5 });
    expect((await predict('nobody')).features.user_txn__amount_24h).toMatchObject({ status: 'NOT_FOUND', ageMs: null });
    expect((await predict('null')).features).toMatchObject({
      user_txn__amount_24h: { status: 'NULL_VALUE', ageMs: 5 },
      user_txn__count_1h: { status: 'PRESENT', value: 3 },
    });
  });
});

const DAY_MS = 86_400_000;

describe('a clock', () => {
  it.each([2 * DAY_MS, -3 * DAY_MS])(
    'that is off by %i ms is noticed: records and reports bear the control plane’s time',
    async (aheadMs) => {
      control.clockOffsetMs = -aheadMs;
      // One heartbeat at the start, which tells; what follows must not wait for the next one.
      await start({}, { TIFFIN_EDGE_HEARTBEAT_MS: '600000' });
      await until('it has reported', () => control.heartbeats.length > 0);
      const reported = control.heartbeats[0]!;
      if (aheadMs > DAY_MS) expect(control.refusedHeartbeats).toBe(1);
      const answer = (await post(edge!.url, path, offline('u1'))).body;
      const record = await until('it is shipped', () => control.stored.get(answer.id));
      const controlMs = Date.now() - aheadMs;
      expect(Math.abs(Date.parse(record.occurredAt) - controlMs)).toBeLessThan(20_000);
      expect(Math.abs(Date.parse(record.nodeTime!) - Date.now())).toBeLessThan(20_000);
      expect((await get(edge!.url, '/metrics')).body).toMatch(
        new RegExp(`node_clock_skew_seconds ${aheadMs > 0 ? '1[67]' : '-2[56]'}\\d{4}`),
      );
      if (aheadMs > DAY_MS) expect(Math.abs(reported.clockSkewMs! - aheadMs)).toBeLessThan(20_000);
    },
  );

  it('that is right is left alone', async () => {
    await start();
    const answer = (await post(edge!.url, path, offline('u1'))).body;
    const record = await until('it is shipped', () => control.stored.get(answer.id));
    expect(record).not.toHaveProperty('nodeTime');
    await until('the node knows', () => control.heartbeats.some(({ clockSkewMs }) => typeof clockSkewMs === 'number'));
    expect(Math.abs(control.heartbeats.at(-1)!.clockSkewMs!)).toBeLessThan(2_000);
  });
});

it('what monitoring will never take is counted by kind and code', async () => {
  await start();
  control.faults.rejectIds = () => 'CONFLICT';
  await post(edge!.url, path, offline('u1'));
  await until('it is counted', async () =>
    (await get(edge!.url, '/metrics')).body.includes('record_log_rejected_total{kind="prediction",code="CONFLICT"} 1'),
  );
});
