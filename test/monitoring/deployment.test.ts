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

const deployment = (revision: number, release: string, modelVersion: string): AssetEvent =>
  deploymentEvent(DEPLOYMENT, revision, { release, modelVersions: [modelVersion] });

const SERVED = `query ($window: ServedWindowInput) { _entities(representations: [{ __typename: "Deployment", id: "${DEPLOYMENT}" }]) {
  ... on Deployment { id nodes { edges { node { name } } } served(window: $window) {
    agrees orderedRelease ordered { id } releases { release modelVersions { id } answers fallbacks firstAt lastAt } } } } }`;

const OTHER = 'b'.repeat(64);
const before = (hours: number): string => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

it('shows what answered beside what the registry ordered last', async () => {
  const other = `${VERSION}7`;
  const { send, ask } = await startTestMonitoring({
    events: [deployment(2, RELEASE, VERSION), deployment(1, OTHER, other)],
  });
  const served = async (window = {}): Promise<any> => {
    const { data, errors } = await ask(SERVED, { window }, 'viewer');
    expect(errors).toBeUndefined();
    return data['_entities'][0].served;
  };
  for (let tries = 0; tries < 100 && (await served()).orderedRelease === null; tries++)
    await new Promise((r) => setTimeout(r, 20));
  expect(await served()).toEqual({
    agrees: null,
    orderedRelease: RELEASE,
    ordered: [{ id: VERSION }],
    releases: [],
  });

  await send('/v1/predictions', {
    node: 'edge-1',
    predictions: [
      ...range(0, 10).map((n) =>
        prediction(n, { occurredAt: before(5), models: [{ version: other, score: 0.25 }], release: OTHER }),
      ),
      ...range(10, 40).map((n) => prediction(n, { occurredAt: before(2), fallback: n < 13 ? 'ENGINE_ERROR' : null })),
    ],
  });
  expect(await served()).toEqual({
    agrees: true,
    orderedRelease: RELEASE,
    ordered: [{ id: VERSION }],
    releases: [
      {
        release: RELEASE,
        modelVersions: [{ id: VERSION }],
        answers: 30,
        fallbacks: 3,
        firstAt: before(2),
        lastAt: before(2),
      },
      {
        release: OTHER,
        modelVersions: [{ id: other }],
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
