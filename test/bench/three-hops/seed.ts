import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { logisticModel } from '../../support/onnx-models.ts';

export const DEV_KEY = 'tiffin-dev';

export interface Sizes {
  readonly views: number;
  readonly features: number;
  readonly versions: number;
  readonly predictions: number;
}

type Change = (name: string, input: object, fields: string, user?: string) => Promise<any>;

/** One mutation at a time over the gateway; a refusal ends the seeding. */
function changes(url: string): Change {
  return async (name, input, fields, user = 'developer') => {
    const type = name === 'submitModelVersion' ? 'ModelVersionStep' : `${name[0]!.toUpperCase()}${name.slice(1)}`;
    const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) ${fields} }`;
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tiffin-user': user },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data, errors } = (await answer.json()) as any;
    if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data[name];
  };
}

/** Views over Parquet, a service, model versions with a training set each, one deployment and its predictions. */
export async function seed(url: string, folder: string, sizes: Sizes): Promise<{ deployment: string }> {
  const change = changes(url);
  const service = await defineService(change, folder, sizes);
  await change('createEndpoint', { name: 'bench' }, '{ endpoint { id } }');
  const { deployment } = await change(
    'createDeployment',
    { endpoint: 'tiffin:default:endpoint:bench', environment: 'staging' },
    '{ deployment { id } }',
  );
  const versions: string[] = [];
  for (let n = 0; n < sizes.versions; n++) versions.push(await approvedVersion(change, url, service, n));
  await sendPredictions(url, deployment.id, versions, sizes.predictions);
  return { deployment: deployment.id };
}

async function defineService(change: Change, folder: string, { views, features }: Sizes): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const names = Array.from({ length: features }, (_, i) => `f${i}`);
  const user = { name: 'user', joinKeys: [{ name: 'user_id', dtype: 'STRING' }] };
  await change('defineEntity', user, '{ entity { id } }');
  for (let view = 0; view < views; view++) {
    const name = `v${view}`;
    const columns = names.map((column, i) => `(i * ${i + 1} % 1000) / 7.0 as ${column}`);
    await connection.run(
      `copy (select 'u' || i as user_id, now()::timestamptz - interval 1 hour as event_time, ${columns.join(', ')}
        from range(1000) t(i)) to '${join(folder, `${name}.parquet`)}' (format parquet)`,
    );
    const source = { name, path: `${name}.parquet`, eventColumn: 'event_time' };
    await change('defineSource', source, '{ source { id } }');
    const shape = {
      entity: 'user',
      source: name,
      ttlSeconds: 86_400,
      features: names.map((column) => ({ name: column })),
    };
    await change('defineFeatureView', { name, ...shape }, '{ featureView { id } }');
    const loaded = await change('materialize', { view: name, waitMs: 20_000 }, '{ materialization { state } }');
    if (loaded.materialization.state !== 'SUCCEEDED') throw new Error(`view ${name} was not loaded`);
  }
  connection.closeSync();
  const all = { name: 'bench', views: Array.from({ length: views }, (_, view) => ({ view: `v${view}` })) };
  const { featureService } = await change('defineFeatureService', all, '{ featureService { id } }');
  return featureService.id;
}

async function approvedVersion(change: Change, url: string, service: string, n: number): Promise<string> {
  const rows = Array.from({ length: n + 2 }, (_, i) => ({ user_id: `u${i}`, timestamp: new Date().toISOString() }));
  const made = await change(
    'createTrainingSet',
    { service, spine: { rows }, waitMs: 20_000 },
    '{ build { state error trainingSet { id } } }',
  );
  if (made.build.state !== 'SUCCEEDED') throw new Error(`the training set failed: ${made.build.error}`);
  const model = logisticModel({ features: 3, weights: [1, -1, 0.5], bias: n / 10 });
  const upload = await change('beginUpload', { name: 'model.onnx', sizeBytes: model.bytes.length }, '{ uploadId url }');
  const authorization = `Bearer ${DEV_KEY}`;
  await fetch(new URL(upload.url, url), { method: 'PUT', headers: { authorization }, body: Buffer.from(model.bytes) });
  const sha256 = createHash('sha256').update(model.bytes).digest('hex');
  await change('completeUpload', { uploadId: upload.uploadId, sha256 }, '{ sha256 }');
  const goldenRows = model.golden.map(({ inputs, outputs }) => ({
    inputs: [{ name: 'features', dtype: 'float32', shape: [1, 3], data: inputs.features }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: outputs.score }],
  }));
  const { modelVersion } = await change(
    'registerModelVersion',
    { artifact: sha256, goldenRows, model: 'bench', trainingSet: made.build.trainingSet.id, featureService: service },
    '{ modelVersion { id } }',
  );
  const { id } = modelVersion;
  await change('submitModelVersion', { id }, '{ modelVersion { state } }');
  await change('validateModelVersion', { id }, '{ passed }');
  await change('approveModelVersion', { id, environments: ['staging'] }, '{ modelVersion { state } }', 'approver');
  return id;
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');

async function sendPredictions(url: string, deployment: string, versions: string[], count: number): Promise<void> {
  const record = (n: number): object => ({
    id: `${hex(n, 8)}-0000-7000-8000-${hex(n, 12)}`,
    seq: n,
    epoch: 'e1',
    deployment,
    release: 'a'.repeat(64),
    models: [{ version: versions[n % versions.length], score: (n % 1_000) / 1_000 }],
    occurredAt: new Date(Date.now() - 3_600_000 + n).toISOString(),
    unit: `user-${n}`,
    arm: null,
    holder: null,
    holderRevision: null,
    bucket: null,
    score: (n % 1_000) / 1_000,
    decision: 'ON_TIME',
    fallback: null,
    inputs: { distance: n % 3_000 },
    features: { v0__f0: { value: n % 10, status: 'PRESENT', ageMs: 5 } },
    timings: { features: 1.5, model: 2, total: 4 },
  });
  for (let sent = 0; sent < count; sent += 1_000) {
    const predictions = Array.from({ length: Math.min(1_000, count - sent) }, (_, i) => record(sent + i));
    const answer = await fetch(`${url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${DEV_KEY}` },
      body: JSON.stringify({ node: 'edge-1', predictions }),
    });
    const { acked, rejected } = (await answer.json()) as any;
    if (acked?.length !== predictions.length) throw new Error(`not all were stored: ${JSON.stringify(rejected)}`);
  }
}
