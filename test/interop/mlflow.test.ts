import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { pythonApart } from './python.ts';

const MLFLOW = process.env['TIFFIN_MLFLOW_PYTHON'] ?? '.interop/mlflow-python/bin/python';

let registry: TestRegistry;
let said: any;
beforeAll(async () => {
  registry = await startTestRegistry({ devUsers: true });
  const server = serve({ fetch: registry.subgraph.app.fetch, port: 0, hostname: '127.0.0.1' });
  atEnd(() => new Promise((closed) => server.close(closed)));
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = { url, user: 'developer', password: 'dev', folder: temporaryFolder('mlflow') };
  said = await pythonApart(readFileSync('test/interop/mlflow/client.py', 'utf8'), asked, MLFLOW);
  console.info(`as MLflow ${said.mlflow}`);
}, 300_000);

describe("MLflow's own client", () => {
  it('logs runs with parameters, metrics by step, tags and files, and finds them', () => {
    expect(said.history).toEqual([0.5, 0.6, 0.7]);
    expect(said.foundRuns).toEqual([said.run]);
    expect(said.artifacts).toEqual(['plots/roc.txt']);
  });

  it('registers ONNX models, also with weights in a file of their own, in three ways', async () => {
    expect(said.second).toMatchObject({ version: '2', status: 'READY', tags: { kind: 'dense' } });
    expect(said.third).toBe('3');
    const query = `query ($id: ID!) { modelVersion(id: $id) { hyperParameters claimedMetrics makers inputs { name dtype shape } } }`;
    const version = async (number: number): Promise<any> =>
      (await registry.ask(person('viewer'), query, { id: `fraud@${number}` })).modelVersion;
    expect(await version(1)).toMatchObject({
      hyperParameters: { c: '1.0', solver: 'lbfgs' },
      claimedMetrics: { auc: 0.7 },
      makers: ['user:developer'],
    });
    expect(await version(2)).toMatchObject({ inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 1000] }] });
  });

  it('labels, describes, names by aliases and searches them', () => {
    expect(said.champion).toEqual({
      version: '2',
      tags: { kind: 'dense', note: 'good' },
      description: 'A dense one',
      stage: 'None',
    });
    expect(said.model).toEqual({ tags: { team: 'risk' }, description: 'Finds fraud', aliases: { champion: '2' } });
    expect(said.models).toEqual(['fraud']);
    expect(said.versions).toEqual(['1', '2', '3']);
    expect(said.paged).toEqual([2]);
    expect(said.latest).toEqual(['3']);
  });

  it('downloads what was registered, whole', () => {
    expect(said.files).toEqual(expect.arrayContaining(['MLmodel', 'model.onnx']));
    expect(said.weights).toBe(true);
    expect(said.inputs).toEqual(['X']);
  });

  it('is refused what would be an approval or traffic, and what is wrong, by MLflow’s codes', async () => {
    const { production, ...others } = said.refused;
    expect(production.code).toBe('PERMISSION_DENIED');
    expect(production.message).toContain('(rule G2)');
    expect(others).toMatchObject({
      parameter: { code: 'INVALID_PARAMETER_VALUE' },
      unknown: { code: 'RESOURCE_DOES_NOT_EXIST' },
      twice: { code: 'RESOURCE_ALREADY_EXISTS' },
      rename: { code: 'INVALID_STATE' },
      noOnnx: { code: 'INVALID_PARAMETER_VALUE' },
    });
    const records = `query { auditRecords(first: 100) { edges { node { action rule actor } } } }`;
    const { auditRecords } = await registry.ask(person('viewer'), records);
    expect(auditRecords.edges.map(({ node }: any) => node)).toContainEqual({
      action: 'model-version.transition-stage.refused',
      rule: 'G2',
      actor: 'user:developer',
    });
  });

  it('archives and deletes', async () => {
    expect(said.archived).toBe('Archived');
    expect(said.deleted).toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' });
    expect(said.unaliased).toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' });
    const { modelVersion } = await registry.ask(person('viewer'), '{ modelVersion(id: "fraud@3") { state } }');
    expect(modelVersion.state).toBe('ARCHIVED');
  });
});
