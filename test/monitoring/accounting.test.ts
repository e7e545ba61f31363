import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  heartbeat,
  NOW,
  prediction,
  range,
  RELEASE,
  startTestMonitoring,
  VERSION,
} from '../support/monitoring.ts';

const ACCOUNT = `query ($day: String) { edgeNode(id: "tiffin:default:edge-node:edge-1") {
  accounting(day: $day) { answered stored queued dropped droppedByReason { name count } sampledOut difference balanced reasons sinceHeartbeat } } }`;

const batch = (from: number, to: number) => ({
  node: 'edge-1',
  predictions: range(from, to).map((n) => prediction(n)),
});
const onMarch = (day: number, hour: number): string => new Date(Date.UTC(2026, 2, day, hour)).toISOString();

describe('accounting in the graph', () => {
  it('does not close while an acknowledged batch is missing, and closes once it is there', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', batch(0, 1_000));
    await send('/v1/predictions', batch(2_000, 3_000));
    await send(
      '/v1/heartbeat',
      heartbeat({ answered: 3_100, acked: 3_000, sampledOut: 80, dropped: { QUEUE_FULL: 20 } }),
    );
    const open = await ask(ACCOUNT, {}, 'viewer');
    expect(open.data.edgeNode.accounting).toMatchObject({
      answered: 3_100,
      stored: 2_000,
      queued: 0,
      dropped: 20,
      sampledOut: 80,
      difference: 1_000,
      balanced: false,
      droppedByReason: [{ name: 'QUEUE_FULL', count: 20 }],
      reasons: ['1000 predictions were acknowledged to the node and are not in the store'],
    });
    await send('/v1/predictions', batch(1_000, 2_000));
    await send('/v1/predictions', batch(500, 1_500));
    const closed = await ask(ACCOUNT, {}, 'viewer');
    expect(closed.data.edgeNode.accounting).toMatchObject({
      stored: 3_000,
      difference: 0,
      balanced: true,
      reasons: [],
    });
  });

  it('sums the epochs of a node that was started again', async () => {
    const { send, ask } = await startTestMonitoring();
    for (const epoch of ['e1', 'e2']) {
      const from = epoch === 'e1' ? 0 : 10;
      await send('/v1/predictions', {
        node: 'edge-1',
        predictions: range(from, from + 10).map((n) => prediction(n, { epoch })),
      });
      const at = new Date(NOW.getTime() + from).toISOString();
      await send('/v1/heartbeat', heartbeat({ answered: 12, acked: 10, queued: 2 }, { epoch, at }));
    }
    const { data } = await ask(ACCOUNT, {}, 'viewer');
    expect(data.edgeNode.accounting).toMatchObject({ answered: 24, stored: 20, queued: 4, balanced: true });
  });

  it('tells one day from the next', async () => {
    const { send, ask, clock } = await startTestMonitoring();
    const steps = [
      [onMarch(8, 23), 0, 10, { answered: 12, acked: 10, queued: 2 }],
      [onMarch(9, 1), 10, 20, { answered: 25, acked: 20, queued: 5 }],
      [onMarch(9, 23), 20, 40, { answered: 47, acked: 40, queued: 0, dropped: { QUEUE_FULL: 7 } }],
      [onMarch(10, 1), 40, 50, { answered: 57, acked: 50, queued: 0, dropped: { QUEUE_FULL: 7 } }],
    ] as const;
    for (const [when, from, to, told] of steps) {
      clock.now = new Date(when);
      await send('/v1/predictions', { node: 'edge-1', predictions: range(from, to).map((n) => prediction(n)) });
      await send('/v1/heartbeat', heartbeat(told, { at: when }));
    }
    const ofDay = async (day: string) => (await ask(ACCOUNT, { day }, 'viewer')).data.edgeNode.accounting;
    expect(await ofDay('2026-03-07')).toMatchObject({ answered: 0, stored: 0, balanced: true });
    expect(await ofDay('2026-03-08')).toMatchObject({ answered: 12, stored: 10, queued: 2, balanced: true });
    expect(await ofDay('2026-03-09')).toMatchObject({
      answered: 35,
      stored: 30,
      queued: -2,
      dropped: 7,
      balanced: true,
    });
    expect(await ofDay('2026-03-10')).toMatchObject({
      answered: 10,
      stored: 10,
      queued: 0,
      dropped: 0,
      balanced: true,
    });
    expect((await ask(ACCOUNT, { day: '10 March' }, 'viewer')).errors).toMatchObject([
      { extensions: { code: 'INVALID_INPUT', field: 'day' } },
    ]);
  });
});

const NODES = `{ edgeNodes { edges { node { name trust stale manifestRevision lastSeenAt serving { deployment { id } serving { release modelVersions { id } } refused } } } } }`;

describe('a heartbeat', () => {
  it('makes a node known, and an older one or the same again changes nothing', async () => {
    const { send, ask, db } = await startTestMonitoring();
    await send('/v1/heartbeat', heartbeat({}));
    await send('/v1/heartbeat', heartbeat({}, { at: '2026-03-10T11:00:00Z', manifestRevision: 1 }));
    await send('/v1/heartbeat', heartbeat({}));
    const { data } = await ask(NODES, {}, 'viewer');
    expect(data.edgeNodes.edges).toMatchObject([
      {
        node: {
          name: 'edge-1',
          trust: 'SERVER',
          manifestRevision: 3,
          serving: [
            { deployment: { id: DEPLOYMENT }, serving: [{ release: RELEASE, modelVersions: [{ id: VERSION }] }] },
          ],
        },
      },
    ]);
    const events = await db.query(`select urn, revision, event->'asset'->'upstream' as upstream from outbox`);
    expect(events).toEqual([
      { urn: 'tiffin:default:edge-node:edge-1', revision: 1, upstream: [{ urn: DEPLOYMENT, relation: 'RUNS_ON' }] },
    ]);
  });

  it('says how the detectors of a recipe stand, and tells others when one trips', async () => {
    const { send, ask, db } = await startTestMonitoring();
    const since = '2026-03-10T11:59:00.000Z';
    const detector = { name: 'failing', state: 'WATCHING', since, figure: null, limit: 0.4, answers: 3 };
    const stands = (change: object): unknown => [
      {
        deployment: DEPLOYMENT,
        serving: [{ release: RELEASE, modelVersions: [VERSION], detectors: [{ ...detector, ...change }] }],
        refused: null,
      },
    ];
    const shown = async (): Promise<any> => {
      const { data } = await ask(
        '{ edgeNodes { edges { node { serving { serving { detectors { name state since figure limit answers } } } } } } }',
        {},
        'viewer',
      );
      return data.edgeNodes.edges[0].node.serving[0].serving[0].detectors;
    };
    await send('/v1/heartbeat', heartbeat({}, { at: '2026-03-10T11:59:10Z', deployments: stands({}) }));
    expect(await shown()).toEqual([detector]);
    const tripped = { state: 'TRIPPED', figure: 0.5, answers: 10 };
    for (const [at, figure] of [
      ['2026-03-10T11:59:20Z', 0.5],
      ['2026-03-10T11:59:30Z', 0.6],
    ] as const) {
      await send('/v1/heartbeat', heartbeat({}, { at, deployments: stands({ ...tripped, figure }) }));
    }
    expect(await shown()).toEqual([{ ...detector, ...tripped, figure: 0.6 }]);
    expect(await db.query(`select revision from outbox order by revision`)).toEqual([{ revision: 1 }, { revision: 2 }]);
    expect(await send('/v1/heartbeat', heartbeat({}, { deployments: stands({ state: 'ASLEEP' }) }))).toMatchObject({
      status: 422,
      body: { field: 'deployments.0.serving.0.detectors.0.state' },
    });
  });

  it('is told to others only when it brings news', async () => {
    const { send, db, clock } = await startTestMonitoring();
    for (const second of range(0, 5)) {
      clock.now = new Date(NOW.getTime() + second * 1_000);
      const at = clock.now.toISOString();
      await send('/v1/heartbeat', heartbeat({ answered: second }, { at, stale: second >= 3 }));
    }
    expect(await db.query('select revision from outbox order by seq')).toEqual([{ revision: 1 }, { revision: 2 }]);
  });

  it('of a device cannot speak for an enrolled node', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/heartbeat', heartbeat({ answered: 5 }));
    const later = heartbeat({ answered: 0 }, { at: '2026-03-10T12:30:00Z' });
    expect(await send('/v1/heartbeat', later, DEVICE_KEY)).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', field: 'node' },
    });
    expect((await ask(ACCOUNT, {}, 'viewer')).data.edgeNode.accounting.answered).toBe(5);
  });

  it.each([
    ['a time of year 0', { at: '0000-01-01T00:00:00Z' }, 'at'],
    ['negative counts', { counts: { answered: -1 } }, 'counts.answered'],
    ['NUL', { runtime: 'a\u0000' }, 'body'],
  ])('with %s is refused', async (_, changes, field) => {
    const { send } = await startTestMonitoring();
    expect(await send('/v1/heartbeat', heartbeat({}, changes))).toMatchObject({
      status: 422,
      body: { code: 'INVALID_INPUT', field },
    });
  });
});
