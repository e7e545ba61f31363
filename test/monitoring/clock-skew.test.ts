import { expect, it } from 'vitest';
import {
  DEVICE_KEY,
  heartbeat,
  NOW,
  outcome,
  prediction,
  range,
  RELEASE,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';

const DAY_MS = 86_400_000;
const days = (count: number): string => new Date(NOW.getTime() + count * DAY_MS).toISOString();
const NODE = `{ edgeNode(id: "edge-1") { lastSeenAt reportedAt clockSkewMs stale
  accounting { answered stored balanced refused refusedByReason { name count } } } }`;
const nodeOf = async ({ ask }: TestMonitoring): Promise<any> => (await ask(NODE, {}, 'viewer')).data.edgeNode;
const PREDICTION =
  'query ($id: ID!) { prediction(id: $id) { occurredAt nodeTime receivedAt outcome { value } shadow { id } } }';
const predictionOf = async ({ ask }: TestMonitoring, n: number): Promise<any> =>
  (await ask(PREDICTION, { id: uuid(n) }, 'viewer')).data.prediction;

it('a node whose clock is two days fast has its records stored where they arrived, with what it said', async () => {
  const monitoring = await startTestMonitoring();
  const { send, clock } = monitoring;
  const batch = { node: 'edge-1', predictions: range(0, 3).map((n) => prediction(n, { occurredAt: days(2) })) };
  expect((await send('/v1/predictions', batch)).body).toMatchObject({ acked: { length: 3 }, rejected: [] });
  expect(await predictionOf(monitoring, 1)).toMatchObject({
    occurredAt: NOW.toISOString(),
    nodeTime: days(2),
    receivedAt: NOW.toISOString(),
  });
  // The acknowledgement was lost: it comes again, also when that time has come; as another record it is refused.
  for (const later of [1_000, 3 * DAY_MS]) {
    clock.now = new Date(NOW.getTime() + later);
    expect((await send('/v1/predictions', batch)).body).toMatchObject({ acked: { length: 3 }, rejected: [] });
  }
  const other = { ...batch, predictions: [prediction(1, { occurredAt: days(1) })] };
  expect((await send('/v1/predictions', other)).body.rejected).toMatchObject([{ code: 'CONFLICT' }]);
  await send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
  expect(await predictionOf(monitoring, 1)).toMatchObject({ outcome: { value: 1 } });
});

it('a shadow of such a record lies beside it, and an exposure is told with the time of its arrival', async () => {
  const monitoring = await startTestMonitoring();
  const occurredAt = days(2);
  const shadow = {
    id: uuid(1, 4),
    predictionId: uuid(1),
    deployment: prediction(1).deployment,
    holder: 'tiffin:default:shadow:s',
    holderRevision: 1,
    occurredAt,
    release: 'b'.repeat(64),
    models: [{ version: VERSION, score: 0.5 }],
    score: 0.5,
    decision: null,
    failure: null,
    primary: { release: RELEASE, score: 0.25, decision: 'ON_TIME' },
    timings: { model: 1 },
  };
  const exposure = {
    id: uuid(1, 5),
    predictionId: uuid(1),
    holder: 'tiffin:default:experiment:x',
    holderRevision: 1,
    unit: 'user-1',
    arm: 'control',
    occurredAt,
  };
  const sent = await monitoring.send('/v1/predictions', {
    node: 'edge-1',
    predictions: [prediction(1, { occurredAt })],
    exposures: [exposure],
    shadows: [shadow],
  });
  expect(sent.body).toMatchObject({ acked: { length: 3 }, rejected: [] });
  expect(await predictionOf(monitoring, 1)).toMatchObject({ shadow: { id: shadow.id } });
  expect(await monitoring.db.query('select occurred_at from exposure')).toEqual([{ occurred_at: NOW }]);
});

it('a record that says its node time keeps it', async () => {
  const monitoring = await startTestMonitoring();
  const record = prediction(1, { nodeTime: days(-3) });
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions: [record] });
  expect(await predictionOf(monitoring, 1)).toMatchObject({ occurredAt: record.occurredAt, nodeTime: days(-3) });
});

it.each([
  ['fast', 2],
  ['slow', -3],
])('a node whose clock is %s stays alive, and its skew shows; also once it is set right', async (_, off) => {
  const monitoring = await startTestMonitoring();
  const { send, clock } = monitoring;
  const say = async (minute: number, own: number, changes = {}): Promise<any> => {
    clock.now = new Date(NOW.getTime() + minute * 120_000);
    const at = new Date(clock.now.getTime() + own * DAY_MS).toISOString();
    await send('/v1/heartbeat', heartbeat({ answered: minute }, { at, ...changes }));
    return nodeOf(monitoring);
  };
  expect(await say(1, 0)).toMatchObject({ clockSkewMs: 0, accounting: { answered: 1 } });
  expect(await say(2, off)).toMatchObject({
    clockSkewMs: off * DAY_MS,
    lastSeenAt: new Date(NOW.getTime() + 240_000).toISOString(),
    reportedAt: new Date(NOW.getTime() + 240_000 + off * DAY_MS).toISOString(),
  });
  expect((await say(3, off)).accounting.answered).toBe(3);
  expect(await say(4, 0, { clockSkewMs: off * DAY_MS })).toMatchObject({ clockSkewMs: off * DAY_MS });
  expect(await say(5, 0)).toMatchObject({ clockSkewMs: 0, accounting: { answered: 5 } });
});

it('records that are refused for ever stand in the account, by code', async () => {
  const monitoring = await startTestMonitoring();
  const { send } = monitoring;
  await send('/v1/heartbeat', heartbeat({ answered: 2, acked: 1, dropped: { REJECTED: 1 } }));
  await send('/v1/predictions', {
    node: 'edge-1',
    predictions: [
      prediction(1),
      prediction(2, { score: 'high' }),
      prediction(3, { occurredAt: '1960-01-01T00:00:00Z' }),
    ],
  });
  expect((await nodeOf(monitoring)).accounting).toEqual({
    answered: 2,
    stored: 1,
    balanced: true,
    refused: 2,
    refusedByReason: [
      { name: 'INVALID_INPUT', count: 1 },
      { name: 'OUT_OF_RANGE', count: 1 },
    ],
  });
  const day = 'query ($day: String) { edgeNode(id: "edge-1") { accounting(day: $day) { refused } } }';
  expect((await monitoring.ask(day, { day: '2026-03-09' })).data.edgeNode.accounting.refused).toBe(0);
  expect((await monitoring.ask(day, { day: '2026-03-10' })).data.edgeNode.accounting.refused).toBe(2);
});

it('a device is held to its days, and an outcome to what has happened', async () => {
  const { send } = await startTestMonitoring();
  const old = { node: 'phone', predictions: [prediction(1, { occurredAt: days(-40) })] };
  expect((await send('/v1/predictions', old, DEVICE_KEY)).body.rejected).toMatchObject([{ code: 'OUT_OF_RANGE' }]);
  const ahead = { outcomes: [outcome(1, 1, { occurredAt: days(3) })] };
  expect((await send('/v1/outcomes', ahead)).body.rejected).toMatchObject([{ code: 'OUT_OF_RANGE' }]);
});
