import { beforeAll, describe, expect, it } from 'vitest';
import { mlflowClient, type MlflowClient } from '../../support/mlflow-client.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const developer = person('developer');
const NAME = 'scored-model';

let registry: TestRegistry;
let client: MlflowClient;
let own: Deployed;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
  client = mlflowClient(registry, developer);
  own = await deployed(registry, 'scored');
});

const promote = async (release: number): Promise<void> => {
  await changeTraffic(registry, developer, 'promoteRelease', {
    deployment: own.deployment,
    release: own.releases[release]!.digest,
    cause: `test-${release}-${Date.now()}`,
  });
};
const stages = async (): Promise<any[]> =>
  (
    await client.ok('GET', 'model-versions/search', { filter: `name = '${NAME}'`, order_by: 'version_number ASC' })
  ).model_versions.map(({ current_stage: stage, aliases }: any) => [stage, aliases]);

describe('what traffic makes of a version', () => {
  it('is its stage, and the alias of the environment, which nobody else moves', async () => {
    expect(await stages()).toEqual([
      ['Staging', []],
      ['Staging', []],
    ]);
    await promote(0);
    expect(await stages()).toEqual([
      ['Production', ['production']],
      ['Staging', []],
    ]);
    await promote(1);
    expect(await stages()).toEqual([
      ['Archived', []],
      ['Production', ['production']],
    ]);
    const { model_version: live } = await client.ok('GET', 'registered-models/alias', {
      name: NAME,
      alias: 'production',
    });
    expect(live.version).toBe('2');
    const bound = `{ model(id: "${NAME}") { aliases { alias version { number } releases { id deployment { id } } history { edges { cursor } } } } }`;
    expect((await registry.ask(developer, bound)).model.aliases).toEqual([
      {
        alias: 'production',
        version: { number: 2 },
        releases: [{ id: own.releases[1]!.id, deployment: { id: own.deployment } }],
        history: { edges: [] },
      },
    ]);
    const input = { version: `${NAME}@1`, alias: 'production' };
    const set = 'mutation ($input: SetModelAliasInput!) { setModelAlias(input: $input) { model { id } } }';
    expect(await registry.refusals(developer, set, { input })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G6', field: 'alias', deployments: [own.deployment] },
    ]);
    const { model_versions: latest } = await client.ok('POST', 'registered-models/get-latest-versions', {
      name: NAME,
      stages: ['Production'],
    });
    expect(latest.map(({ version }: any) => version)).toEqual(['2']);
    for (const [method, more] of [
      ['POST', { version: '1' }],
      ['DELETE', {}],
    ] as const) {
      const refused = await client.call(method, 'registered-models/alias', {
        name: NAME,
        alias: 'production',
        ...more,
      });
      expect(refused).toMatchObject({
        status: 403,
        body: {
          error_code: 'PERMISSION_DENIED',
          details: { rule: 'G6', field: 'alias', deployments: [own.deployment] },
        },
      });
    }
    expect((await stages())[1]).toEqual(['Production', ['production']]);
  });

  it('is not changed by an approved version’s stage, and keeps it from being deleted or retired', async () => {
    const move = (version: string, stage: string) =>
      client.call('POST', 'model-versions/transition-stage', { name: NAME, version, stage });
    expect(await move('1', 'Production')).toMatchObject({
      status: 403,
      body: { details: { rule: 'G6', state: 'APPROVED' } },
    });
    expect(await move('2', 'Archived')).toMatchObject({ status: 403, body: { details: { rule: 'G10' } } });
    expect(await client.call('DELETE', 'model-versions/delete', { name: NAME, version: '2' })).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', details: { rule: 'G10', state: 'APPROVED' } },
    });
    expect((await client.call('DELETE', 'registered-models/delete', { name: NAME })).body.details.rule).toBe('G10');
    expect(await move('2', 'Production'), 'it is there').toMatchObject({ status: 200 });
    expect(await move('1', 'None')).toMatchObject({ status: 403 });
    expect(await move('1', 'Nowhere')).toMatchObject({ status: 400, body: { details: { field: 'stage' } } });
  });

  it('of one that came in without a run is downloaded as its model file', async () => {
    const { artifact_uri: uri } = await client.ok('GET', 'model-versions/get-download-uri', {
      name: NAME,
      version: '2',
    });
    expect((await client.listFiles(uri)).map(({ path }) => path)).toEqual(['MLmodel', 'model.onnx']);
    const described = Buffer.from(await client.getFile(uri, 'MLmodel')).toString();
    expect(described).toContain('data: model.onnx');
    await expect(client.getFile(uri, 'other')).rejects.toThrow('RESOURCE_DOES_NOT_EXIST');
    const { modelVersion } = await registry.ask(developer, `{ modelVersion(id: "${NAME}@2") { sizeBytes } }`);
    expect(await client.getFile(uri, 'model.onnx')).toHaveLength(modelVersion.sizeBytes);
  });
});
