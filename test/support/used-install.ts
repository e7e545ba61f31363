import { expect } from 'vitest';
import { join } from 'node:path';
import type { Install } from './install.ts';
import { logisticModel } from './onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released, writeParquet } from './story.ts';

const SERVICE = 'tiffin:default:feature-service:delay@1';
const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';

/** One thing of each kind that an install keeps: definitions, loaded values, a served model. Give it TIFFIN_SOURCE_DIRS. */
export async function makeUsed(install: Install): Promise<void> {
  const path = join(install.dataDir, 'airports.parquet');
  await writeParquet(path, `select 'SEA' airport, now() - interval 1 hour happened, 0.25::double late_share`);
  const joinKeys = [{ name: 'airport', dtype: 'STRING' }];
  const as = (name: string, input: object, fields: string) => change(install, 'developer', name, input, fields);
  await as('defineEntity', { name: 'airport', joinKeys }, '{ entity { id } }');
  await as('defineSource', { name: 'airports', path, eventColumn: 'happened' }, '{ source { id } }');
  const view = { name: 'airport_delay', entity: 'airport', source: 'airports', ttlSeconds: 864_000 };
  await as('defineFeatureView', { ...view, features: [{ name: 'late_share' }] }, '{ featureView { id } }');
  await as('defineFeatureService', { name: 'delay', views: [{ view: 'airport_delay' }] }, '{ featureService { id } }');
  const loaded = await as('materialize', { view: 'airport_delay', waitMs: 20_000 }, '{ materialization { state } }');
  expect(loaded.materialization.state).toBe('SUCCEEDED');

  const model = logisticModel({ features: 1, weights: [0.5], bias: 0 });
  const version = await approvedVersion(install, model, { model: 'delay' });
  await as('createEndpoint', { name: 'flight-delay' }, '{ endpoint { id } }');
  const place = { endpoint: 'tiffin:default:endpoint:flight-delay', environment: 'production' };
  await as('createDeployment', place, '{ deployment { id } }');
  const recipe = {
    inputs: [{ name: 'distance', dtype: 'FLOAT64' }],
    models: [{ version, inputs: [{ tensor: 'features', columns: ['distance'] }], score: { tensor: 'score' } }],
    output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    budgets: { featuresMs: 5_000, totalMs: 10_000 },
  };
  const release = await released(install, { deployment: DEPLOYMENT, recipe });
  const promotion = { deployment: DEPLOYMENT, release: release.id, reason: 'the first one' };
  await as('promoteRelease', promotion, '{ applied }');
  await untilServing(install);
}

export const untilServing = (install: Install): Promise<void> =>
  eventually(async () => {
    expect(await install.client().edge.serves('flight-delay')).toBe(true);
  }, 30_000);

/** The id of an answered prediction. */
export async function answered(install: Install, distance: number): Promise<string> {
  const { status, body } = await predict(install, 'flight-delay', { inputs: { distance } });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.id as string;
}

/** Waits until all these predictions are stored. */
export const untilStored = (install: Install, ids: readonly string[]): Promise<void> =>
  eventually(async () => {
    const query = 'query ($id: ID!) { predictions(deployment: $id, first: 100) { edges { node { id } } } }';
    const { edges } = await ask(install, 'viewer', query, { id: DEPLOYMENT });
    const stored = new Set(edges.map(({ node }: any) => node.id.split(':').at(-1)));
    expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  }, 40_000);

/** What must be the same before and after anything that goes wrong. */
export async function keptFacts(install: Install): Promise<unknown> {
  const query = `query ($service: ID!, $deployment: ID!) {
    entities(first: 5) { edges { node { id revision } } }
    onlineFeatures(input: { service: $service, entities: [{ airport: "SEA" }] }) { rows { features { value status } } }
    deployment(id: $deployment) { revision live { digest modelVersions { id state } } }
    verifyAudit { ok checked }
  }`;
  const { data, errors } = await install.graphql(query, { service: SERVICE, deployment: DEPLOYMENT }, 'viewer');
  expect(errors, JSON.stringify(errors)).toBeUndefined();
  return data;
}
