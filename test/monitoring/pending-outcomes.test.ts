import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { Changes } from '../../subgraphs/shared/events/changes.ts';
import { RegistryBlobs } from '../../subgraphs/monitoring/operations/record/registry-blobs.ts';
import { responsePeers } from '../../subgraphs/monitoring/operations/response/peers.ts';
import { MonitoringMetrics } from '../../subgraphs/monitoring/operations/metrics.ts';
import { makeOperations } from '../../subgraphs/monitoring/operations/operations.ts';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { localPeer } from '../../subgraphs/shared/peer.ts';
import { atLeast } from '../support/facts.ts';
import {
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  SECRET,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';

const ACCOUNT = `query ($trust: Trust! = SERVER) { outcomeAccount(trust: $trust) {
  pending oldestPendingAt joined givenUp refused } }`;
const accountOf = async ({ ask }: TestMonitoring, trust = 'SERVER'): Promise<any> =>
  (await ask(ACCOUNT, { trust }, 'viewer')).data.outcomeAccount;
const valueOf = async ({ ask }: TestMonitoring, n: number): Promise<number | null> => {
  const query = 'query ($id: ID!) { prediction(id: $id) { outcome { value } } }';
  return (await ask(query, { id: uuid(n) }, 'viewer')).data.prediction?.outcome?.value ?? null;
};
/** The job that settles what was left behind may be at it in this moment: whoever comes second leaves it to the first. */
const stored = (monitoring: TestMonitoring, n: number, value: number): Promise<void> =>
  vi.waitFor(async () => expect(await valueOf(monitoring, n)).toBe(value), { timeout: 20_000, interval: 25 });
const at = (hour: number): string => new Date(NOW.getTime() - hour * 3_600_000).toISOString();
const rejected = (from: number, to: number) =>
  range(from, to).map((n) => ({ id: uuid(n, 1), code: 'PREDICTION_UNKNOWN' }));

it('an outcome that comes before its prediction is acknowledged at once, waits, and is stored with it', async () => {
  const monitoring = await startTestMonitoring();
  const { send, clock } = monitoring;
  const early = { outcomes: [outcome(1, 1), outcome(2, 0)] };
  expect((await send('/v1/outcomes', early)).body).toEqual({ acked: [uuid(1, 1), uuid(2, 1)], rejected: [] });
  expect((await send('/v1/outcomes', early)).body.acked).toHaveLength(2);
  expect(await accountOf(monitoring)).toEqual({
    pending: 2,
    oldestPendingAt: NOW.toISOString(),
    joined: 0,
    givenUp: 0,
    refused: 0,
  });
  clock.now = new Date(NOW.getTime() + 20 * 86_400_000);
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
  await stored(monitoring, 1, 1);
  expect(await accountOf(monitoring)).toMatchObject({ pending: 1, joined: 1 });
  // The same again, of an outcome that is stored by now.
  expect((await send('/v1/outcomes', early)).body.acked).toHaveLength(2);
  expect(await accountOf(monitoring)).toMatchObject({ pending: 1, joined: 1 });
});

it('of several that wait for one prediction the later in life is in force, and a server is heard before a device', async () => {
  const monitoring = await startTestMonitoring();
  const { send } = monitoring;
  await send('/v1/outcomes', { outcomes: [outcome(1, 0.25, { id: uuid(1, 2), occurredAt: at(1) })] });
  await send('/v1/outcomes', { outcomes: [outcome(1, 0.5, { id: uuid(2, 2), occurredAt: at(2) })] });
  await send('/v1/outcomes', { outcomes: [outcome(1, 0.75, { id: uuid(3, 2), occurredAt: at(0) })] }, DEVICE_KEY);
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
  await stored(monitoring, 1, 0.25);
  expect(await accountOf(monitoring, 'DEVICE')).toMatchObject({ pending: 0, joined: 1 });
});

it('those that wait are bounded in number, counted, and never in the way of others', async () => {
  const monitoring = await startTestMonitoring({ mostPending: 30 });
  const { send } = monitoring;
  const answer = await send('/v1/outcomes', { outcomes: range(0, 40).map((n) => outcome(n, 1)) });
  expect(answer.body.acked).toHaveLength(30);
  expect(answer.body.rejected).toMatchObject(rejected(30, 40));
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(50)] });
  expect((await send('/v1/outcomes', { outcomes: [outcome(50, 1)] })).body.acked).toHaveLength(1);
  await stored(monitoring, 50, 1);
  const fromDevice = await send('/v1/outcomes', { outcomes: range(60, 65).map((n) => outcome(n, 1)) }, DEVICE_KEY);
  expect(fromDevice.body).toMatchObject({ acked: { length: 3 }, rejected: { length: 2 } });
  expect(await accountOf(monitoring)).toMatchObject({ pending: 30, refused: 10 });
  expect(await accountOf(monitoring, 'DEVICE')).toMatchObject({ pending: 3, refused: 2 });
});

it('those that wait too long are given up and counted, and others that were left behind are stored', async () => {
  const monitoring = await startTestMonitoring();
  const { send, db } = monitoring;
  await send('/v1/outcomes', { outcomes: range(0, 3).map((n) => outcome(n, 1)) });
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(7)] });
  // As a process leaves it that ends between the prediction and its outcome.
  await db.query('update pending_outcome set prediction_id = $1 where prediction_id = $2', [uuid(7), uuid(0)]);
  const warned: object[] = [];
  const { outcomes } = makeOperations({
    db,
    now: () => new Date(NOW.getTime() + 31 * 86_400_000),
    partitions: new DayPartitions(db.pool),
    awaitEvent: async () => {},
    blobs: new RegistryBlobs(localPeer('registry', () => undefined, SECRET)),
    response: responsePeers({
      registry: localPeer('registry', () => undefined, SECRET),
      experiment: localPeer('experiment', () => undefined, SECRET),
    }),
    log: pino({ level: 'warn' }, { write: (line: string) => void warned.push(JSON.parse(line)) }),
    metrics: new MonitoringMetrics(),
    changes: new Changes({}),
    pending: { days: 30, most: 10 },
    deviceMaxAgeDays: 30,
    retentionDays: 0,
    sampleDays: 0,
    outboxDays: 0,
    minuteDays: 0,
    archiveAfterDays: 0,
    archive: { blobs: () => Promise.reject(new Error('there is no archive here')), scratchFolder: '/nowhere' },
    notify: { allowedHosts: [], smtp: null, assetUrl: undefined, firstRetryMs: 1_000 },
  });
  await outcomes.settlePending();
  await stored(monitoring, 7, 1);
  expect(await accountOf(monitoring)).toEqual({ pending: 0, oldestPendingAt: null, joined: 1, givenUp: 2, refused: 0 });
  expect(warned).toMatchObject([{ outcomes: 2, msg: 'outcomes were given up: their predictions never came' }]);
});

it('none is lost between predictions and outcomes that arrive in the same moment', async () => {
  const monitoring = await startTestMonitoring();
  const { send, db } = monitoring;
  const parts = range(0, 12).map((part) => range(part * 10, part * 10 + 10));
  const sends = parts.flatMap((ids) => [
    () => send('/v1/outcomes', { outcomes: ids.map((n) => outcome(n, 1)) }),
    () => send('/v1/predictions', { node: 'edge-1', predictions: ids.map((n) => prediction(n)) }),
  ]);
  const answers = await Promise.all(sends.map((one) => one()));
  expect(answers.map(({ body }) => body.rejected)).toEqual(sends.map(() => []));
  // The clock settles what waits, too: what it has in hand is stored once its transaction ends.
  await vi.waitFor(async () => expect(await db.query('select from outcome')).toHaveLength(120), { timeout: 20_000 });
  expect(await accountOf(monitoring)).toMatchObject({ pending: 0 });
});

it('an outcome of an experiment that waited is a fact like any other', async () => {
  const monitoring = await startTestMonitoring();
  const { send } = monitoring;
  await send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
  const arm = { holder: 'tiffin:default:experiment:x', holderRevision: 1, arm: 'control', bucket: 0.1 };
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, arm)] });
  expect((await atLeast(monitoring, 2)).facts).toMatchObject([
    { kind: 'answer', unit: 'user-1' },
    { kind: 'outcome', unit: 'user-1', value: 1 },
  ]);
});
