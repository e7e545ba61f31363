import { DuckDBInstance } from '@duckdb/node-api';
import { expect, vi } from 'vitest';
import type { Install } from './install.ts';
import { EVALUATION } from './registry.ts';
import { logisticModel, type TestModel } from './onnx-models.ts';

/** One request to the graph that must not fail; answers its one root field. */
export async function ask(install: Install, user: string, query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await install.graphql(query, variables, user);
  expect(errors, JSON.stringify(errors)).toBeUndefined();
  return Object.values(data)[0];
}

/** Mutations that share an input. */
const INPUTS: Readonly<Record<string, string>> = {
  submitModelVersion: 'ModelVersionStepInput',
};

/** One mutation with one input. */
export const change = (install: Install, user: string, name: string, input: object, fields: string): Promise<any> => {
  const type = INPUTS[name] ?? `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return ask(install, user, `mutation ($input: ${type}!) { ${name}(input: $input) ${fields} }`, { input });
};

/** A Parquet file made of a query. */
export async function writeParquet(path: string, query: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`copy (${query}) to '${path}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** Uploads a model file; answers its digest. */
export const upload = (install: Install, bytes: Uint8Array): Promise<string> =>
  install.client().blobs.upload('model.onnx', Uint8Array.from(bytes));

/** Uploads, registers, submits and validates as developer, approves as approver; answers the version's id. */
export async function approvedVersion(install: Install, model: TestModel, input: object): Promise<string> {
  const artifact = await upload(install, model.bytes);
  const evaluation = await upload(install, EVALUATION);
  const width = model.golden[0]!.inputs.features.length;
  const goldenRows = model.golden.map(({ inputs, outputs }) => ({
    inputs: [{ name: 'features', dtype: 'float32', shape: [1, width], data: inputs.features }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: outputs.score }],
  }));
  const registered = await change(
    install,
    'developer',
    'registerModelVersion',
    { artifact, evaluation, goldenRows, ...input },
    '{ modelVersion { id } }',
  );
  const { id } = registered.modelVersion;
  await change(install, 'developer', 'submitModelVersion', { id }, '{ modelVersion { state } }');
  const validated = await change(
    install,
    'developer',
    'validateModelVersion',
    { id },
    '{ passed gates { gate passed detail } }',
  );
  expect(validated.passed, JSON.stringify(validated.gates)).toBe(true);
  await change(install, 'approver', 'approveModelVersion', { id }, '{ modelVersion { state } }');
  return id as string;
}

/** Freezes a recipe as developer, and approves it as approver where it waits for that; answers the release. */
export async function released(
  install: Install,
  input: object,
): Promise<{ readonly id: string; readonly number: number; readonly digest: string }> {
  const { release } = await change(
    install,
    'developer',
    'createRelease',
    input,
    '{ release { id number digest approvalState } }',
  );
  const { approvalState, ...made } = release;
  if (approvalState === 'WAITING') {
    await change(install, 'approver', 'approveRelease', { release: made.id }, '{ release { approvalState } }');
  }
  return made;
}

/** The inputs of whoever orders: an id that nobody else has, how far it is, and what else is named. */
const ORDER = [
  { name: 'order', dtype: 'STRING' },
  { name: 'distance', dtype: 'FLOAT64' },
];

/** `eta@production` with two releases of one distance, of which the first serves. */
export async function twoReleases(
  install: Install,
  inputs: readonly object[] = [],
): Promise<{ readonly deployment: string; readonly releases: readonly [string, string] }> {
  const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
  const place = { endpoint: endpoint.id, environment: 'production' };
  const { deployment } = await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }');
  const release = async (bias: number): Promise<string> => {
    const version = await approvedVersion(install, logisticModel({ features: 1, weights: [1], bias }), {
      model: 'eta',
    });
    const recipe = {
      inputs: [...ORDER, ...inputs],
      models: [{ version, inputs: [{ tensor: 'features', columns: ['distance'] }], score: { tensor: 'score' } }],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    };
    return (await released(install, { deployment: deployment.id, recipe })).id;
  };
  const releases = [await release(0), await release(1)] as const;
  const first = { deployment: deployment.id, release: releases[0], reason: 'the first one' };
  await change(install, 'developer', 'promoteRelease', first, '{ applied }');
  return { deployment: deployment.id, releases };
}

/** One named prediction at the edge; answers status and body. */
export async function predict(
  install: Install,
  endpoint: string,
  body: object,
): Promise<{ status: number; body: any }> {
  const answer = await install.call(`${install.edgeUrl}/v1/predict/${endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

/** Waits for something that happens by itself within some seconds. */
export const eventually = <T>(look: () => Promise<T>, timeout = 20_000): Promise<T> =>
  vi.waitFor(look, { timeout, interval: 100 });
