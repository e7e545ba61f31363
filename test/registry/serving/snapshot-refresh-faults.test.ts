import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { FeatureSnapshot } from '../../../schema/feature-snapshot.ts';
import { localPeer } from '../../../subgraphs/shared/peer.ts';
import { defineUserTxn, post, startTestFeature, writeParquet, type FeatureHarness } from '../../support/feature.ts';
import { testKeys } from '../../support/keys.ts';
import { person, secret, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, fraudRecipe, released, type Deployed } from '../../support/serving.ts';

const developer = person('developer');
/** The clock looks every few seconds, on a busy machine too. */
const PATIENCE = { timeout: 60_000, interval: 100 };

let feature: FeatureHarness;
let registry: TestRegistry;
let place: Deployed;
let isAway = false;

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'x' as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time, timestamptz '2026-01-01 00:00:00Z' as created_at,
       1.0::double as amount_24h, 1::bigint as count_24h`,
  );
  await defineUserTxn(feature, 'txn.parquet', { features: [{ name: 'amount_24h' }, { name: 'count_24h' }] });
  await push(1, 60_000);
  const find = () => (isAway ? undefined : feature.subgraph);
  registry = await startTestRegistry({ peers: { feature: localPeer('feature', find, secret) } });
  place = await deployed(registry, 'clocked', { releases: 1 });
  await promote(place.releases[0]!.id);
});

const push = async (amount_24h: number, ageMs = 0): Promise<void> => {
  feature.clock.at = new Date();
  const eventTime = new Date(Date.now() - ageMs).toISOString();
  const rows = [{ entity: { user_id: 'ann' }, eventTime, values: { amount_24h, count_24h: 2 } }];
  await post(feature, '/v1/features/push', { view: 'user_txn', rows });
};
const promote = (release: string): Promise<any> =>
  changeTraffic(registry, developer, 'promoteRelease', { deployment: place.deployment, release });
const set = async (input: object): Promise<void> => {
  const mutation =
    'mutation ($input: SetFeatureSnapshotInput!) { setFeatureSnapshot(input: $input) { featureSnapshot { name } } }';
  const entities = [{ user_id: 'ann' }];
  await registry.ask(developer, mutation, { input: { deployment: place.deployment, entities, ...input } });
};
const shown = async (): Promise<any> => {
  const query =
    'query ($id: ID!) { deployment(id: $id) { featureSnapshots { checkedAt problem readings { service digest } } } }';
  return (await registry.ask(person('viewer'), query, { id: place.deployment })).deployment.featureSnapshots[0];
};
const get = async (path: string): Promise<any> =>
  (await registry.subgraph.app.request(path, { headers: { authorization: `Bearer ${testKeys.node}` } })).json();
/** What nodes are told, as they read it. */
const told = async (): Promise<FeatureSnapshot[]> => {
  const { payload } = await get('/v1/manifests/server');
  const [{ snapshots }] = JSON.parse(Buffer.from(payload, 'base64').toString()).deployments;
  return Promise.all(snapshots.map(async ({ digest }: any) => FeatureSnapshot.parse(await get(`/v1/blobs/${digest}`))));
};

it('reads again by the clock, says why it cannot, goes on with what it has, and comes back', async () => {
  await set({ everySeconds: 10 });
  expect((await told()).map(({ values }) => values)).toEqual([[[1, 2]]]);
  const { checkedAt, readings } = await shown();
  await vi.waitFor(async () => expect((await shown()).checkedAt).not.toBe(checkedAt), PATIENCE);
  expect((await shown()).readings, 'nothing has changed').toEqual(readings);
  await push(2);
  await vi.waitFor(async () => expect((await told()).map(({ values }) => values)).toEqual([[[2, 2]]]), PATIENCE);

  isAway = true;
  await vi.waitFor(
    async () => expect((await shown()).problem).toContain("the feature subgraph can't be reached"),
    PATIENCE,
  );
  expect((await told()).map(({ values }) => values)).toEqual([[[2, 2]]]);
  await set({ everySeconds: 10 });
  expect(
    (await told()).map(({ values }) => values),
    'it can be set meanwhile',
  ).toEqual([[[2, 2]]]);
  isAway = false;
  await push(3);
  await vi.waitFor(async () => expect((await told()).map(({ values }) => values)).toEqual([[[3, 2]]]), PATIENCE);
  expect((await shown()).problem).toBeNull();
}, 240_000);

it('follows traffic: a release that reads another service has that read within seconds, however rare the clock', async () => {
  await set({ everySeconds: 86_400 });
  const defined = await feature.ask(
    `mutation ($input: DefineFeatureServiceInput!) { defineFeatureService(input: $input) { featureService { id } } }`,
    { input: { name: 'fraud', views: [{ view: 'user_txn', features: ['amount_24h'] }] } },
  );
  const service = defined.data.defineFeatureService.featureService.id;
  const recipe = fraudRecipe(place.versions[0]!, { features: { service } });
  const other = await released(registry, { deployment: place.deployment, recipe });
  await promote(other.id);
  await vi.waitFor(
    async () =>
      expect(new Set((await told()).map((one) => one.service))).toEqual(
        new Set(['tiffin:default:feature-service:fraud@1', service]),
      ),
    PATIENCE,
  );
  expect((await told()).find((one) => one.service === service)).toMatchObject({
    names: ['user_txn__amount_24h'],
    values: [[3]],
  });
}, 120_000);
