import { expect, it } from 'vitest';
import type { AssetEvent } from '../../schema/event.ts';
import {
  DEPLOYMENT,
  deploymentEvent,
  heartbeat,
  NOW,
  prediction,
  range,
  RELEASE,
  startTestMonitoring,
  VERSION,
} from '../support/monitoring.ts';

const deployment = (revision: number, liveModelVersion: string): AssetEvent =>
  deploymentEvent(DEPLOYMENT, revision, liveModelVersion);

const SERVED = `query ($window: ServedWindowInput) { _entities(representations: [{ __typename: "Deployment", id: "${DEPLOYMENT}" }]) {
  ... on Deployment { id nodes { edges { node { name } } } served(window: $window) {
    agrees ordered { id } releases { release modelVersion { id } answers fallbacks firstAt lastAt } } } } }`;

const before = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

it('shows what answered beside what the registry ordered last', async () => {
  const other = `${VERSION}7`;
  const { send, ask } = await startTestMonitoring({ events: [deployment(2, VERSION), deployment(1, other)] });
  const served = async (window = {}): Promise<any> => {
    const { data, errors } = await ask(SERVED, { window }, 'viewer');
    expect(errors).toBeUndefined();
    return data['_entities'][0].served;
  };
  for (let tries = 0; tries < 100 && (await served()).ordered === null; tries++)
    await new Promise((r) => setTimeout(r, 20));
  expect(await served()).toEqual({ agrees: null, ordered: { id: VERSION }, releases: [] });

  await send('/v1/predictions', {
    node: 'edge-1',
    predictions: [
      ...range(0, 10).map((n) =>
        prediction(n, { occurredAt: before(5), modelVersion: other, release: 'b'.repeat(64) }),
      ),
      ...range(10, 40).map((n) => prediction(n, { occurredAt: before(2), fallback: n < 13 ? 'ENGINE_ERROR' : null })),
    ],
  });
  expect(await served()).toEqual({
    agrees: true,
    ordered: { id: VERSION },
    releases: [
      {
        release: RELEASE,
        modelVersion: { id: VERSION },
        answers: 30,
        fallbacks: 3,
        firstAt: before(2),
        lastAt: before(2),
      },
      {
        release: 'b'.repeat(64),
        modelVersion: { id: other },
        answers: 10,
        fallbacks: 0,
        firstAt: before(5),
        lastAt: before(5),
      },
    ],
  });
  expect(await served({ at: before(3), hours: 3 })).toMatchObject({ agrees: false, releases: [{ answers: 10 }] });
  expect((await ask(SERVED, { window: { hours: 0 } }, 'viewer')).errors).toMatchObject([
    { extensions: { field: 'hours' } },
  ]);
});

it('shows the nodes that report it', async () => {
  const { send, ask } = await startTestMonitoring();
  await send('/v1/heartbeat', heartbeat({}));
  await send('/v1/heartbeat', heartbeat({}, { node: 'edge-2' }));
  await send('/v1/heartbeat', heartbeat({}, { node: 'edge-3', deployments: [] }));
  const { data } = await ask(SERVED, {}, 'viewer');
  expect(data['_entities'][0].nodes.edges.map(({ node }: any) => node.name)).toEqual(['edge-1', 'edge-2']);
});
