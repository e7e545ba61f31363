import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FeatureSnapshot } from '../../../schema/feature-snapshot.ts';
import type { ManifestDeployment } from '../../../schema/manifest.ts';
import { localPeer } from '../../../subgraphs/shared/peer.ts';
import { CLIENT_KEY, edgeHere, post as ask } from '../../edge/support/edge-process.ts';
import { sha256 } from '../../edge/support/release.ts';
import { atEnd } from '../../support/at-end.ts';
import { defineUserTxn, post, startTestFeature, writeParquet, type FeatureHarness } from '../../support/feature.ts';
import { testKeys } from '../../support/keys.ts';
import { person, secret, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, type Deployed } from '../../support/serving.ts';
import { serveApp } from '../../support/serve-app.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const developer = person('developer');
const PATIENCE = { timeout: 20_000, interval: 50 };

let feature: FeatureHarness;
let registry: TestRegistry;
let place: Deployed;

const push = (user_id: string, amount_24h: number | null, ageMs = 1_000): Promise<{ status: number; body: any }> => {
  feature.clock.at = new Date();
  const eventTime = new Date(Date.now() - ageMs).toISOString();
  const rows = [{ entity: { user_id }, eventTime, values: { amount_24h, count_24h: 2 } }];
  return post(feature, '/v1/features/push', { view: 'user_txn', rows });
};

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'x' as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time, timestamptz '2026-01-01 00:00:00Z' as created_at,
       1.0::double as amount_24h, 1::bigint as count_24h`,
  );
  await defineUserTxn(feature, 'txn.parquet', { features: [{ name: 'amount_24h' }, { name: 'count_24h' }] });
  for (const [user, amount] of [
    ['ann', 7],
    ['bo', 3],
  ] as const)
    await push(user, amount);
  registry = await startTestRegistry({ peers: { feature: localPeer('feature', () => feature.subgraph, secret) } });
  place = await deployed(registry, 'pinned', { releases: 1, more: { audiences: ['phones', 'tills'] } });
  await changeTraffic(registry, developer, 'promoteRelease', {
    deployment: place.deployment,
    release: place.releases[0]!.id,
  });
});

const FIELDS = `{ name entityCount everySeconds audiences checkedAt problem createdBy
  readings { service digest sizeBytes readAt } }`;
const SET = `mutation ($input: SetFeatureSnapshotInput!) {
  setFeatureSnapshot(input: $input) { featureSnapshot ${FIELDS} } }`;
const REMOVE = `mutation ($input: RemoveFeatureSnapshotInput!) { removeFeatureSnapshot(input: $input) { name } }`;
const inputOf = (input: object): object => ({
  deployment: place.deployment,
  entities: [{ user_id: 'ann' }, { user_id: 'nobody' }],
  ...input,
});
const set = async (input: object = {}): Promise<any> =>
  (await registry.ask(developer, SET, { input: inputOf(input) })).setFeatureSnapshot.featureSnapshot;
const refused = (input: object): Promise<any[]> => registry.refusals(developer, SET, { input: inputOf(input) });
const remove = (name: string): Promise<any> =>
  registry.ask(developer, REMOVE, { input: { deployment: place.deployment, name } });
const shown = async (): Promise<any[]> =>
  (
    await registry.ask(person('viewer'), `query ($id: ID!) { deployment(id: $id) { featureSnapshots ${FIELDS} } }`, {
      id: place.deployment,
    })
  ).deployment.featureSnapshots;

const get = (path: string, key: string): Promise<Response> =>
  Promise.resolve(registry.subgraph.app.request(path, { headers: { authorization: `Bearer ${key}` } }));
async function told(audience = 'server', key = testKeys.node): Promise<ManifestDeployment> {
  const { payload } = await (await get(`/v1/manifests/${audience}`, key)).json();
  return JSON.parse(Buffer.from(payload, 'base64').toString()).deployments[0];
}
const blob = async (digest: string, key = testKeys.node): Promise<FeatureSnapshot> =>
  FeatureSnapshot.parse(await (await get(`/v1/blobs/${digest}`, key)).json());

describe('a snapshot of features', () => {
  it('holds what the store has of the entities, and the manifest leads to it', async () => {
    const made = await set({ name: 'here', everySeconds: 600 });
    expect(made).toMatchObject({
      name: 'here',
      entityCount: 2,
      everySeconds: 600,
      audiences: [],
      problem: null,
      createdBy: 'user:developer',
      readings: [{ service: 'tiffin:default:feature-service:fraud@1' }],
    });
    const [{ digest, service, sizeBytes, readAt }] = made.readings;
    expect((await told()).snapshots).toEqual([{ name: 'here', service, digest, sizeBytes }]);
    const found = await blob(digest);
    expect(found).toEqual({
      format: 1,
      service,
      readAt,
      names: ['user_txn__amount_24h', 'user_txn__count_24h'],
      entities: [{ user_id: 'ann' }, { user_id: 'nobody' }],
      values: [
        [7, 2],
        [null, null],
      ],
      statuses: [
        ['PRESENT', 'PRESENT'],
        ['NOT_FOUND', 'NOT_FOUND'],
      ],
      agesMs: [
        [expect.any(Number), expect.any(Number)],
        [null, null],
      ],
    });
    expect(await shown()).toEqual([made]);
    await remove('here');
    expect([(await told()).snapshots, await shown()]).toEqual([[], []]);
  });

  it('is a definition, planned and applied, and refused as where it is set', async () => {
    const apply = `mutation ($input: ApplyServingDefinitionsInput!) { applyServingDefinitions(input: $input) {
      changes { kind action id differences { path before after } } } }`;
    const applied = async (input: object, more: object = {}): Promise<any> =>
      (await registry.ask(developer, apply, { input: { featureSnapshots: [inputOf(input)], ...more } }))
        .applyServingDefinitions.changes[0];
    const terms = { name: 'filed', everySeconds: 900 };
    const deployment = place.deployment.split(':').at(-1) ?? '';
    const change = { kind: 'feature-snapshot', id: `tiffin:default:feature-snapshot:${deployment}/filed` };
    expect(await applied(terms, { dryRun: true })).toMatchObject({ ...change, action: 'CREATE' });
    expect(await shown()).toEqual([]);
    expect(await applied(terms)).toMatchObject({ ...change, action: 'CREATE' });
    expect((await told()).snapshots).toMatchObject([{ name: 'filed' }]);
    expect(await applied(terms)).toMatchObject({ ...change, action: 'UNCHANGED' });
    expect(await applied({ ...terms, audiences: ['tills'] })).toMatchObject({
      action: 'UPDATE',
      differences: [{ path: 'audiences', before: null, after: ['tills'] }],
    });
    const read = `query ($id: ID!) { deployment(id: $id) { featureSnapshots { definition } } }`;
    const { deployment: standing } = await registry.ask(developer, read, { id: place.deployment });
    const [{ definition }] = standing.featureSnapshots;
    expect(definition).toEqual({ ...inputOf(terms), deployment, audiences: ['tills'] });
    expect(await applied(definition)).toMatchObject({ action: 'UNCHANGED' });
    expect((await registry.refusals(person('viewer'), read, { id: place.deployment }))[0].code).toBe('FORBIDDEN');
    const wrong = { featureSnapshots: [inputOf({ ...terms, entities: [{ other: 'x' }] })], dryRun: true };
    const [refusal] = await registry.refusals(developer, apply, { input: wrong });
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', field: 'featureSnapshots.0.entities.0.other' });
    await remove('filed');
  });

  it('is another blob where something changed, and the same where nothing did', async () => {
    const digest = async (): Promise<string> =>
      (await set({ name: 'again', entities: [{ user_id: 'bo' }] })).readings[0].digest;
    const before = await digest();
    expect(await digest()).toBe(before);
    await push('bo', 30, 0);
    const after = await digest();
    expect(after).not.toBe(before);
    expect((await told()).snapshots.map((one) => one.digest)).toEqual([after]);
    expect((await blob(after)).values).toEqual([[30, 2]]);
    await remove('again');
  });

  it('goes to the servers, and to the device audiences that it names', async () => {
    const { readings } = await set({ name: 'apps', audiences: ['phones'] });
    const { digest } = readings[0];
    expect((await told('phones', testKeys.device)).snapshots.map(({ name }) => name)).toEqual(['apps']);
    expect((await told('tills', testKeys.device)).snapshots).toEqual([]);
    expect((await told()).snapshots).toHaveLength(1);
    expect((await blob(digest, testKeys.device)).service).toBe('tiffin:default:feature-service:fraud@1');
    await set({ name: 'apps', audiences: [] });
    expect((await get(`/v1/blobs/${digest}`, testKeys.device)).status).toBe(404);
    await remove('apps');
  });

  it.each<[string, object, string, RegExp]>([
    ['no entities', { entities: [] }, 'entities', /at least one/],
    ['an entity that is none', { entities: ['ann'] }, 'entities.0', /such as {"airport": "SEA"}/],
    [
      'an entity without its join key',
      { entities: [{ user_id: 'ann' }, { card: 'x' }] },
      'entities.1.card',
      /is no join key of this service; it takes user_id/,
    ],
    [
      'a join key of another type',
      { entities: [{ user_id: 'ann' }, { user_id: 7 }] },
      'entities.1.user_id',
      /is STRING/,
    ],
    ['too short a time', { everySeconds: 9 }, 'everySeconds', /10 to 86400/],
    ['a name that is none', { name: '?' }, 'name', /begins with a letter/],
    ['an audience that is not served', { audiences: ['strangers'] }, 'audiences', /is not served to "strangers"/],
    ['an unknown deployment', { deployment: 'nowhere@production' }, 'deployment', /there is no deployment/],
  ])('is refused with %s', async (_, input, field, message) => {
    const [{ field: named, message: said }] = await refused(input);
    expect([named, said]).toEqual([field, expect.stringMatching(message)]);
    expect(await shown()).toEqual([]);
  });

  it('is counted: twenty a deployment; an unknown one cannot be removed', async () => {
    for (let i = 0; i < 20; i++) await set({ name: `n${i}`, entities: [{ user_id: 'ann' }] });
    expect(await refused({ name: 'n20' })).toMatchObject([{ code: 'FAILED_PRECONDITION', field: 'name' }]);
    await set({ name: 'n0', everySeconds: 60 });
    const input = { deployment: place.deployment, name: 'n20' };
    expect(await registry.refusals(developer, REMOVE, { input })).toMatchObject([{ code: 'NOT_FOUND', field: 'name' }]);
    for (let i = 0; i < 20; i++) await remove(`n${i}`);
  });

  it('answers predictions while the feature server and the registry are away, with ages that grow', async () => {
    await push('cy', 8, 5_000);
    await set({ name: 'offline', entities: [{ user_id: 'cy' }] });
    const [servers, features] = [await serveApp(registry.subgraph.dataApp), await serveApp(feature.subgraph.dataApp)];
    const folder = temporaryFolder('edge');
    const files = { keys: join(folder, 'keys.json'), data: join(folder, 'data') };
    const client = {
      id: 'client',
      sha256: sha256(CLIENT_KEY),
      scopes: ['edge:predict'],
      trust: 'server',
      owner: 'user:c',
    };
    writeFileSync(files.keys, JSON.stringify([client]));
    const env = {
      REGISTRY_URL: servers.url,
      FEATURE_URL: features.url,
      MONITORING_URL: servers.url,
      TIFFIN_EDGE_KEY: testKeys.node,
      TIFFIN_KEYS_FILE: files.keys,
      TIFFIN_TRUSTED_KEYS_FILE: join(registry.folder, 'signing-key.json.pub.json'),
      TIFFIN_EDGE_DATA_DIR: files.data,
      TIFFIN_EDGE_PORT: '0',
      TIFFIN_EDGE_POLL_MS: '40',
      TIFFIN_EDGE_FEATURE_KEEP_MS: '0',
      LOG_LEVEL: 'silent',
    };
    let edge = await edgeHere({ folder, env, remove: () => undefined });
    atEnd(() => edge.stop());
    const predict = async (user: string): Promise<any> =>
      (await ask(edge.url, '/v1/predict/pinned', { inputs: { user, amount: 1 } })).body;
    const used = async (user: string): Promise<any> => (await predict(user)).features?.user_txn__amount_24h;
    await vi.waitFor(async () => expect(await used('cy')).toMatchObject({ value: 8, source: 'STORE' }), PATIENCE);
    await features.close();
    await vi.waitFor(async () => expect(await used('cy')).toMatchObject({ value: 8, source: 'SNAPSHOT' }), PATIENCE);
    const { ageMs, status } = await used('cy');
    expect(status).toBe('PRESENT');
    expect(ageMs).toBeGreaterThanOrEqual(5_000);
    await vi.waitFor(async () => expect((await used('cy')).ageMs).toBeGreaterThan(ageMs), PATIENCE);
    expect(await predict('bo')).toMatchObject({ code: 'UNAVAILABLE', cause: 'FEATURES_UNAVAILABLE' });
    // Another process, with nothing but its disk.
    await servers.close();
    await edge.stop();
    edge = await edgeHere({ folder, env, remove: () => undefined });
    expect(await used('cy')).toMatchObject({ value: 8, source: 'SNAPSHOT', status: 'PRESENT' });
    await remove('offline');
  });
});
