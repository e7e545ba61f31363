import { beforeAll, describe, expect, it } from 'vitest';
import { listenTo } from '../support/listener.ts';
import { featureOutbox, person, secret, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

let registry: TestRegistry;
let first: Deployed;
let second: Deployed;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;
beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
  first = await deployed(registry, 'first', { releases: 1 });
  second = await deployed(registry, 'second', { releases: 1 });
}, 120_000);

/** Behind everything's beginning, so that all of it is told. */
const START = 'registry:0-0';
const listen = (query: string, variables: Record<string, unknown>) =>
  listenTo(registry.subgraph, query, { actor: person('viewer'), secret, variables });

const DEPLOYMENTS = `subscription ($id: ID, $after: String) { deploymentChanged(id: $id, after: $after) {
  cursor revision deployment { id live { digest } } } }`;
const VERSIONS = `subscription ($model: ID, $after: String) { modelVersionChanged(model: $model, after: $after) {
  modelVersion { id state model { name } } } }`;
const ASSETS = `subscription ($kinds: [AssetKind!], $after: String) { assetChanged(kinds: $kinds, after: $after) {
  cursor asset { id kind name description } } }`;

describe('deploymentChanged', () => {
  it('tells of one deployment as its traffic changes, behind the cursor that the change before it answered', async () => {
    const { deployment, releases } = first;
    const promote = { deployment, release: releases[0]!.id };
    const { eventCursor: after } = await changeTraffic(registry, person('developer'), 'promoteRelease', promote);
    expect(after).toMatch(/^registry:/);
    const listener = await listen(DEPLOYMENTS, { id: deployment, after: START });
    const made = await listener.next();
    expect(made.errors).toBeUndefined();
    expect(made.data.deploymentChanged.deployment).toEqual({ id: deployment, live: { digest: releases[0]!.digest } });
    let newest = made;
    while (newest.data.deploymentChanged.cursor !== after) newest = await listener.next();
    expect(newest.data.deploymentChanged.revision).toBeGreaterThan(made.data.deploymentChanged.revision);
    await changeTraffic(registry, person('developer'), 'promoteRelease', {
      deployment: second.deployment,
      release: second.releases[0]!.id,
    });
    const following = await listen(DEPLOYMENTS, { after });
    expect((await following.next()).data.deploymentChanged.deployment.id).toBe(second.deployment);
  });

  it('refuses what is no deployment', async () => {
    const { errors } = await (await listen(DEPLOYMENTS, { id: 'tiffin:default:model:x' })).next();
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'id' } }]);
  });
});

describe('modelVersionChanged', () => {
  it('tells of the versions of one model, on from a cursor', async () => {
    const listener = await listen(VERSIONS, { model: 'second-model', after: START });
    const { data, errors } = await listener.next();
    expect(errors).toBeUndefined();
    expect(data.modelVersionChanged.modelVersion).toEqual({
      id: second.versions[0],
      state: 'APPROVED',
      model: { name: 'second-model' },
    });
  });
});

describe('assetChanged', () => {
  it('tells of one kind alone', async () => {
    const listener = await listen(ASSETS, { kinds: ['ENDPOINT'], after: START });
    const names = [await listener.next(), await listener.next()].map(({ data }) => data.assetChanged.asset);
    expect(names).toMatchObject([
      { id: first.endpoint, kind: 'ENDPOINT', name: 'first' },
      { id: second.endpoint, kind: 'ENDPOINT', name: 'second' },
    ]);
  });

  it('tells what another subgraph told, and goes on in each feed from its own place', async () => {
    const listener = await listen(ASSETS, { kinds: ['ENTITY', 'ENDPOINT'] });
    const entity = (name: string) =>
      outbox.tell({
        urn: `tiffin:default:entity:${name}`,
        kind: 'entity',
        project: 'default',
        revision: 1,
        at: '2026-03-01T10:15:30.000Z',
        asset: { name, description: `what ${name} is` },
      });
    await entity('one');
    let told = await listener.next();
    while (told.data.assetChanged.asset.kind !== 'ENTITY') told = await listener.next();
    expect(told.data.assetChanged.asset).toEqual({
      id: 'tiffin:default:entity:one',
      kind: 'ENTITY',
      name: 'one',
      description: 'what one is',
    });
    const { cursor } = told.data.assetChanged;
    expect(cursor.split(',').map((place: string) => place.split(':')[0])).toEqual(
      expect.arrayContaining(['feature', 'registry', 'experiment', 'monitoring']),
    );
    await listener.leave();
    await entity('two');
    const again = await listen(ASSETS, { kinds: ['ENTITY'], after: cursor });
    expect((await again.next()).data.assetChanged.asset.name).toBe('two');
  });
});
