import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../../support/keys.ts';
import { logModel, mlflowClient, type MlflowClient } from '../../support/mlflow-client.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { approvedVersion, machine, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const developer = person('developer');
const model = logisticModel({ features: 2, weights: [1.5, -0.5], bias: 0.25 });
const bytes = new Uint8Array(model.bytes);
const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);

let registry: TestRegistry;
let client: MlflowClient;
beforeAll(async () => {
  registry = await startTestRegistry({ devUsers: true });
  client = mlflowClient(registry, developer);
});

let names = 0;
const fresh = (): string => `m${++names}`;

/** A run with a logged model in it, and the model's name made. */
async function trained(
  files: Record<string, Uint8Array<ArrayBuffer>> = { MLmodel: text('flavors:'), 'model.onnx': bytes },
) {
  const name = fresh();
  const { experiment_id: group } = await client.ok('POST', 'experiments/create', { name });
  const { run } = await client.ok('POST', 'runs/create', {
    experiment_id: group,
    run_name: 'first',
    start_time: 1_700_000_000_000,
    tags: [{ key: 'mlflow.source.git.commit', value: 'abc123' }],
  });
  const { run_id: id, artifact_uri: uri } = run.info;
  const logged = await logModel(client, { group, run: id, files });
  await client.ok('POST', 'registered-models/create', { name });
  return { name, group, run: id as string, uri: uri as string, logged };
}

const create = (name: string, source: string, more: object = {}) =>
  client.call('POST', 'model-versions/create', { name, source, ...more });

async function registered(): Promise<{ name: string; run: string; logged: any }> {
  const made = await trained();
  const { status, body } = await create(made.name, `models:/${made.logged.model_id}`, { run_id: made.run });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return made;
}

async function refusals(subject: string): Promise<any[]> {
  const database = new Client({ connectionString: registry.database.ownerUrl });
  await database.connect();
  try {
    const { rows } = await database.query(
      `select record->>'action' as action, record->>'actor' as actor, record->>'rule' as rule
       from registry.audit_record where record->>'subject' = $1 and record->>'action' like '%.refused' order by seq`,
      [subject],
    );
    return rows;
  } finally {
    await database.end();
  }
}

describe('registered models', () => {
  it('are made, read, described, labelled and deleted', async () => {
    const name = fresh();
    const tags = [{ key: 'team', value: 'risk' }];
    const { registered_model: made } = await client.ok('POST', 'registered-models/create', {
      name,
      tags,
      description: 'one',
    });
    expect(made).toMatchObject({
      name,
      description: 'one',
      tags,
      latest_versions: [],
      aliases: [],
      user_id: 'user:developer',
    });
    expect(await client.call('POST', 'registered-models/create', { name })).toMatchObject({
      status: 400,
      body: { error_code: 'RESOURCE_ALREADY_EXISTS', message: `name: there is a model "${name}" already` },
    });
    await client.ok('PATCH', 'registered-models/update', { name, description: 'two' });
    await client.ok('POST', 'registered-models/set-tag', { name, key: 'tier', value: 'high' });
    await client.ok('DELETE', 'registered-models/delete-tag', { name, key: 'team' });
    const { registered_model: read } = await client.ok('GET', 'registered-models/get', { name });
    expect(read).toMatchObject({ description: 'two', tags: [{ key: 'tier', value: 'high' }] });
    await client.ok('DELETE', 'registered-models/delete', { name });
    expect(await client.call('GET', 'registered-models/get', { name })).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
    const { registered_model: again } = await client.ok('POST', 'registered-models/create', { name });
    expect(again).toMatchObject({ name, tags: [] });
    expect(again.description ?? '').toBe('');
  });

  it('are renamed while they have no versions', async () => {
    const [from, to] = [fresh(), fresh()];
    await client.ok('POST', 'registered-models/create', {
      name: from,
      description: 'words',
      tags: [{ key: 'a', value: '1' }],
    });
    const { registered_model: renamed } = await client.ok('POST', 'registered-models/rename', {
      name: from,
      new_name: to,
    });
    expect(renamed).toMatchObject({ name: to, description: 'words', tags: [{ key: 'a', value: '1' }] });
    expect((await client.call('GET', 'registered-models/get', { name: from })).status).toBe(404);
    const { name } = await registered();
    expect(await client.call('POST', 'registered-models/rename', { name, new_name: fresh() })).toMatchObject({
      status: 409,
      body: { error_code: 'INVALID_STATE', details: { field: 'name' } },
    });
  });

  it('are searched by filter, in order, page by page', async () => {
    const prefix = fresh();
    for (const [at, tier] of ['low', 'high', 'high'].entries()) {
      const tags = [{ key: 'tier', value: tier }];
      await client.ok('POST', 'registered-models/create', { name: `${prefix}-${at}`, tags });
    }
    const search = async (sent: object): Promise<any> => client.ok('GET', 'registered-models/search', sent);
    const namesOf = ({ registered_models: found = [] }: any): string[] => found.map(({ name }: any) => name);
    const filter = `name LIKE '${prefix}-%'`;
    expect(namesOf(await search({ filter: `${filter} AND tags.tier = 'high'` }))).toEqual([
      `${prefix}-1`,
      `${prefix}-2`,
    ]);
    const first = await search({ filter, order_by: 'name DESC', max_results: 2 });
    expect(namesOf(first)).toEqual([`${prefix}-2`, `${prefix}-1`]);
    const second = await search({ filter, order_by: 'name DESC', max_results: 2, page_token: first.next_page_token });
    expect(namesOf(second)).toEqual([`${prefix}-0`]);
    expect(second.next_page_token).toBeUndefined();
    expect(await client.call('GET', 'registered-models/search', { filter: 'colour = 1' })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', details: { field: 'filter' } },
    });
  });
});

describe('a training run', () => {
  it('keeps parameters, metrics by step, tags and files', async () => {
    const { group, run: id, uri } = await trained();
    await client.ok('POST', 'runs/log-batch', {
      run_id: id,
      params: [{ key: 'c', value: '1.0' }],
      tags: [{ key: 'kind', value: 'trial' }],
      metrics: [0.5, 0.7, 0.6].map((value, step) => ({ key: 'auc', value, timestamp: 1_700_000_000_000 + step, step })),
    });
    // What a client sends again counts once.
    await client.ok('POST', 'runs/log-metric', {
      run_id: id,
      key: 'auc',
      value: 0.7,
      timestamp: 1_700_000_000_001,
      step: 1,
    });
    await client.ok('POST', 'runs/log-metric', { run_id: id, key: 'loss', value: 'NaN', timestamp: 1, step: 0 });
    await client.ok('POST', 'runs/log-parameter', { run_id: id, key: 'c', value: '1.0' });
    expect(await client.call('POST', 'runs/log-parameter', { run_id: id, key: 'c', value: '2' })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', details: { field: 'params', allowed: ['1.0'] } },
    });
    await client.putFile(uri, 'plots/roc.txt', text('roc'));
    await client.ok('POST', 'runs/update', { run_id: id, status: 'FINISHED', end_time: 1_700_000_100_000 });
    const { run } = await client.ok('GET', 'runs/get', { run_id: id });
    expect(run.info).toMatchObject({ run_name: 'first', status: 'FINISHED', end_time: 1_700_000_100_000 });
    expect(run.data.params).toEqual([{ key: 'c', value: '1.0' }]);
    expect(run.data.metrics).toMatchObject([
      { key: 'auc', value: 0.6, step: 2 },
      { key: 'loss', value: 'NaN' },
    ]);
    const history = await client.ok('GET', 'metrics/get-history', { run_id: id, metric_key: 'auc', max_results: 2 });
    expect(history.metrics.map(({ value }: any) => value)).toEqual([0.5, 0.7]);
    const rest = await client.ok('GET', 'metrics/get-history', {
      run_id: id,
      metric_key: 'auc',
      page_token: history.next_page_token,
    });
    expect(rest.metrics.map(({ value }: any) => value)).toEqual([0.6]);
    expect(await client.listFiles(uri)).toEqual([{ path: 'plots', is_dir: true }]);
    expect(await client.listFiles(uri, 'plots')).toEqual([{ path: 'roc.txt', is_dir: false, file_size: 3 }]);
    const search = async (filter: string): Promise<number> =>
      ((await client.ok('POST', 'runs/search', { experiment_ids: [group], filter })).runs ?? []).length;
    expect(await search(`metrics.auc > 0.55 AND params.c = '1.0' AND attributes.status = 'FINISHED'`)).toBe(1);
    expect(await search('metrics.auc > 0.65')).toBe(0);
  });

  it('takes files only into runs that are there, by paths that stay inside', async () => {
    const { uri } = await trained();
    const elsewhere = `mlflow-artifacts:/0/${'0'.repeat(32)}/artifacts`;
    expect(await client.putFile(elsewhere, 'a', bytes)).toMatchObject({ status: 404 });
    expect(await client.putFile(uri, '%2e%2e/%2e%2e/b', bytes)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', details: { field: 'path' } },
    });
  });
});

describe('a version out of a run', () => {
  it('is registered like every other, with what the run says of it, and keeps its files', async () => {
    const { name, run, uri, group } = await trained();
    await client.ok('POST', 'runs/log-batch', {
      run_id: run,
      params: [{ key: 'c', value: '1.0' }],
      metrics: [{ key: 'auc', value: 0.9, timestamp: 1, step: 3 }],
    });
    await client.putFile(uri, 'model/MLmodel', text('flavors:'));
    await client.putFile(uri, 'model/model.onnx', bytes);
    const source = `mlflow-artifacts:/${group}/${run}/artifacts/model`;
    const tags = [
      { key: 'tiffin.algorithm', value: 'logistic' },
      { key: 'tiffin.purpose', value: 'to try' },
      { key: 'tiffin.risk_tier', value: 'LOW' },
    ];
    const { status, body } = await create(name, source, { run_id: run, description: 'words', tags });
    expect({ status, version: body.model_version }).toMatchObject({
      status: 200,
      version: {
        name,
        version: '1',
        current_stage: 'None',
        status: 'READY',
        run_id: run,
        source,
        description: 'words',
        tags,
      },
    });
    const query = `query ($id: ID!) { modelVersion(id: $id) { version state algorithm riskTier purpose codeCommit hyperParameters
      claimedMetrics makers inputs { name dtype shape } goldenOrigin } }`;
    const { modelVersion } = await registry.ask(person('viewer'), query, { id: `${name}@1` });
    expect(modelVersion).toMatchObject({
      version: '1.0.0.0',
      state: 'DRAFT',
      algorithm: 'logistic',
      riskTier: 'LOW',
      purpose: 'to try',
      codeCommit: 'abc123',
      hyperParameters: { c: '1.0' },
      claimedMetrics: { auc: 0.9 },
      makers: ['user:developer'],
      inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 2] }],
    });
    // What is written to the run afterwards changes nothing of the version.
    await client.putFile(uri, 'model/model.onnx', text('something else'));
    const { artifact_uri: files } = await client.ok('GET', 'model-versions/get-download-uri', { name, version: '1' });
    expect(Buffer.compare(await client.getFile(files, 'model.onnx'), bytes)).toBe(0);
    expect((await client.putFile(files, 'model.onnx', bytes)).body.error_code).toBe('INVALID_STATE_TRANSITION');
  });

  it('has everybody who trained or uploaded it as a maker', async () => {
    const { name, run, logged } = await trained();
    await mlflowClient(registry, person('developer', 'second')).ok('POST', 'runs/set-tag', {
      run_id: run,
      key: 'a',
      value: 'b',
    });
    const { status } = await mlflowClient(registry, machine()).call('POST', 'model-versions/create', {
      name,
      source: `models:/${logged.model_id}`,
    });
    expect(status).toBe(200);
    const { modelVersion } = await registry.ask(developer, `{ modelVersion(id: "${name}@1") { makers } }`);
    expect(modelVersion.makers.toSorted()).toEqual(['key:ci', 'user:developer', 'user:second']);
  });

  it('needs an ONNX file of this server', async () => {
    const { name, logged } = await trained({ MLmodel: text('flavors:'), 'model.pkl': text('pickle') });
    expect(await create(name, `models:/${logged.model_id}`)).toMatchObject({
      status: 400,
      body: {
        error_code: 'INVALID_PARAMETER_VALUE',
        message: expect.stringContaining('no ONNX file among the 2 files') as string,
      },
    });
    expect(await create(name, 's3://bucket/model')).toMatchObject({
      status: 400,
      body: { details: { field: 'source' } },
    });
    expect(await create('nobody', `models:/${logged.model_id}`)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
  });

  it('is searched, labelled, named by aliases and copied', async () => {
    const { name, run } = await registered();
    await client.ok('POST', 'model-versions/set-tag', { name, version: '1', key: 'note', value: 'good' });
    await client.ok('POST', 'registered-models/alias', { name, alias: 'champion', version: '1' });
    const { model_version: version } = await client.ok('GET', 'registered-models/alias', { name, alias: 'champion' });
    expect(version).toMatchObject({ version: '1', aliases: ['champion'], tags: [{ key: 'note', value: 'good' }] });
    const filter = `name = '${name}' AND run_id = '${run}' AND tags.note = 'good'`;
    expect((await client.ok('GET', 'model-versions/search', { filter })).model_versions).toHaveLength(1);
    await client.ok('POST', 'model-versions/create', { name, source: `models:/${name}/1` });
    const { model_versions: latest } = await client.ok('POST', 'registered-models/get-latest-versions', { name });
    expect(latest.map((one: any) => one.version)).toEqual(['2']);
    const set =
      'mutation ($input: SetModelAliasInput!) { setModelAlias(input: $input) { model { aliases { alias } } } }';
    const moved = await registry.ask(developer, set, { input: { version: `${name}@2`, alias: 'champion' } });
    expect(moved.setModelAlias.model.aliases).toEqual([{ alias: 'champion' }]);
    await registry.ask(developer, set, { input: { version: `${name}@2`, alias: 'champion' } });
    const { model_version: second } = await client.ok('GET', 'registered-models/alias', { name, alias: 'champion' });
    expect(second.version).toBe('2');
    expect(
      await registry.refusals(developer, set, { input: { version: `${name}@9`, alias: 'champion' } }),
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await registry.refusals(developer, set, { input: { version: `${name}@1`, alias: 'v7' } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'alias' },
    ]);
    const history = async (args: string): Promise<any> => {
      const query = `{ model(id: "${name}") { aliases { alias version { number } releases { id } history(${args}) {
        edges { node { number by } } pageInfo { endCursor hasNextPage } } } } }`;
      return (await registry.ask(person('viewer'), query)).model.aliases[0];
    };
    const first = await history('first: 1');
    expect(first).toMatchObject({ alias: 'champion', version: { number: 2 }, releases: [] });
    expect(first.history.edges).toEqual([{ node: { number: 2, by: 'user:developer' } }]);
    const { edges } = (await history(`first: 5, after: "${first.history.pageInfo.endCursor}"`)).history;
    expect(edges).toEqual([{ node: { number: 1, by: 'user:developer' } }]);
    const remove =
      'mutation ($input: RemoveModelAliasInput!) { removeModelAlias(input: $input) { model { name aliases { alias } } } }';
    await client.ok('POST', 'registered-models/alias', { name, alias: 'second', version: '2' });
    expect(
      (await registry.ask(developer, remove, { input: { model: name, alias: 'second' } })).removeModelAlias,
    ).toEqual({
      model: { name, aliases: [{ alias: 'champion' }] },
    });
    await client.ok('DELETE', 'registered-models/alias', { name, alias: 'champion' });
    expect((await client.call('GET', 'registered-models/alias', { name, alias: 'champion' })).status).toBe(404);
    expect(await client.call('POST', 'registered-models/alias', { name, alias: 'latest', version: '1' })).toMatchObject(
      {
        status: 400,
        body: { details: { field: 'alias' } },
      },
    );
    await client.ok('DELETE', 'model-versions/delete', { name, version: '1' });
    expect((await client.call('GET', 'model-versions/get', { name, version: '1' })).status).toBe(404);
    const { modelVersion } = await registry.ask(developer, `{ modelVersion(id: "${name}@1") { state } }`);
    expect(modelVersion.state).toBe('ARCHIVED');
    await client.ok('DELETE', 'registered-models/delete', { name });
    expect((await client.call('GET', 'registered-models/get', { name })).status).toBe(404);
    // A version that comes in by another door brings its model back.
    const id = await approvedVersion(registry, model, { model: name });
    expect(id).toMatch(/@3$/);
    const { registered_model: again } = await client.ok('GET', 'registered-models/get', { name });
    expect(again.latest_versions.map((one: any) => one.version)).toEqual(['3']);
    const { body } = await client.call('POST', 'registered-models/create', { name });
    expect(body.error_code).toBe('RESOURCE_ALREADY_EXISTS');
  });
});

describe('a version in the graph', () => {
  it('shows its labels, aliases and the run that it came out of, page by page', async () => {
    const { name, run, uri, logged } = await trained();
    await client.ok('POST', 'runs/log-batch', {
      run_id: run,
      params: [{ key: 'c', value: '1.0' }],
      metrics: [
        ...[0.5, 0.7, 0.9].map((value, step) => ({ key: 'auc', value, timestamp: 1_700_000_000_000, step })),
        { key: 'loss', value: 'Infinity', timestamp: 1_700_000_000_000, step: 0 },
      ],
    });
    for (const path of ['a.txt', 'b/c.txt']) await client.putFile(uri, path, text(path));
    const tags = [{ key: 'note', value: 'good' }];
    await create(name, `models:/${logged.model_id}`, { run_id: run, tags });
    await client.ok('POST', 'registered-models/alias', { name, alias: 'champion', version: '1' });
    const query = `query ($id: ID!, $after: String, $files: String) { modelVersion(id: $id) { labels { key value } aliases trainingRun {
      id name status startedAt endedAt createdBy parameters metrics
      measurements(key: "auc", first: 2, after: $after) { edges { node { step at value } } pageInfo { hasNextPage endCursor } }
      loss: measurements(key: "loss") { edges { node { value } } }
      files(first: 1, after: $files) { edges { node { path sizeBytes } } pageInfo { hasNextPage endCursor } } } } }`;
    const ask = async (more: object = {}): Promise<any> =>
      (await registry.ask(person('viewer'), query, { id: `${name}@1`, ...more })).modelVersion;
    const { trainingRun, ...called } = await ask();
    expect(called).toEqual({ labels: tags, aliases: ['champion'] });
    expect(trainingRun).toMatchObject({
      id: run,
      name: 'first',
      status: 'RUNNING',
      startedAt: '2023-11-14T22:13:20.000Z',
      endedAt: null,
      createdBy: 'user:developer',
      parameters: { c: '1.0' },
      metrics: { auc: 0.9, loss: 'Infinity' },
      measurements: { pageInfo: { hasNextPage: true } },
      files: { edges: [{ node: { path: 'a.txt', sizeBytes: 5 } }], pageInfo: { hasNextPage: true } },
    });
    expect(trainingRun.measurements.edges.map(({ node }: any) => node.value)).toEqual([0.5, 0.7]);
    expect(trainingRun.loss.edges).toEqual([{ node: { value: null } }]);
    const { endCursor: after } = trainingRun.measurements.pageInfo;
    const { trainingRun: next } = await ask({ after, files: trainingRun.files.pageInfo.endCursor });
    expect(next.measurements.edges.map(({ node }: any) => node.step)).toEqual([2]);
    expect(next.files.edges).toEqual([{ node: { path: 'b/c.txt', sizeBytes: 7 } }]);
  });
});

describe('what would be an approval or traffic', () => {
  it('is refused with the rule and the call that does it, and recorded', async () => {
    const { name } = await registered();
    const id = `tiffin:default:model-version:${name}@1`;
    const move = (by: MlflowClient, stage: string) =>
      by.call('POST', 'model-versions/transition-stage', {
        name,
        version: '1',
        stage,
        archive_existing_versions: false,
      });
    const maker = mlflowClient(registry, { ...person('approver'), subject: 'user:developer' });
    expect(await move(maker, 'Production')).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', details: { rule: 'G1' } },
    });
    expect(await move(mlflowClient(registry, machine()), 'Staging')).toMatchObject({
      status: 403,
      body: { details: { rule: 'G2' } },
    });
    const refusal = await move(mlflowClient(registry, person('approver')), 'Production');
    expect(refusal).toMatchObject({ status: 403, body: { details: { rule: 'G6' } } });
    expect(refusal.body.message).toContain('setTraffic');
    expect(refusal.body.message).toContain('approveModelVersion');
    expect(await refusals(id)).toEqual([
      { action: 'model-version.transition-stage.refused', actor: 'user:developer', rule: 'G1' },
      { action: 'model-version.transition-stage.refused', actor: 'key:ci', rule: 'G2' },
      { action: 'model-version.transition-stage.refused', actor: 'user:approver', rule: 'G6' },
    ]);
    expect((await move(client, 'None')).status).toBe(200);
    const { body } = await move(client, 'Archived');
    expect(body.model_version).toMatchObject({ current_stage: 'Archived' });
  });
});

describe('what is wrong', () => {
  it.each([
    ['GET', 'registered-models/get', { name: 'a\0' }, 'name'],
    ['GET', 'registered-models/get', {}, 'name'],
    ['GET', 'registered-models/search', { filter: 'constructor = 1' }, 'filter'],
    ['GET', 'registered-models/search', { filter: `name > 'a'` }, 'filter'],
    ['GET', 'registered-models/search', { order_by: 'colour' }, 'order_by'],
    ['GET', 'registered-models/search', { max_results: 1_001 }, 'max_results'],
    ['GET', 'registered-models/search', { page_token: 'nonsense' }, 'page_token'],
    ['POST', 'registered-models/create', { name: 'a b' }, 'name'],
    ['POST', 'registered-models/create', { name: 'a', description: 'a\0' }, 'description'],
    ['GET', 'model-versions/get', { name: 'a', version: 'x' }, 'version'],
    ['POST', 'experiments/create', { name: '' }, 'name'],
    ['POST', 'experiments/create', { name: 'a', artifact_location: 's3://x' }, 'artifact_location'],
    ['POST', 'runs/update', { status: 'FINISHED' }, 'run_id'],
    ['POST', 'runs/log-metric', { run_id: 'a', key: 'k', value: 'high', timestamp: 1 }, 'value'],
    ['POST', 'runs/log-metric', { run_id: 'a', key: 'k', value: 1, timestamp: -1 }, 'timestamp'],
    ['POST', 'logged-models', { name: 'a/b' }, 'name'],
    ['GET', 'artifacts/list', { run_id: 'a', path: 7, page: 1 }, 'run_id'],
    [
      'POST',
      'model-versions/transition-stage',
      { name: 'a', version: '1', stage: 'Archived', archive_existing_versions: true },
      'archive_existing_versions',
    ],
  ] as const)('is refused by its field: %s %s %j', async (method, path, sent, field) => {
    const { status, body } = await client.call(method, path, sent);
    expect([400, 404]).toContain(status);
    expect(body.details.field).toBe(field);
    expect(body.message).toMatch(new RegExp(`^${field}: `));
  });
});

describe('who may', () => {
  const read = (authorization: string): Promise<Response> =>
    Promise.resolve(
      registry.subgraph.app.request('/api/2.0/mlflow/registered-models/search', { headers: { authorization } }),
    );
  const basic = (name: string, password: string): string =>
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

  it('comes with a token, or with a key as the password of any name', async () => {
    const key = testKeys.with('registry:read');
    expect((await read(`Bearer ${key}`)).status).toBe(200);
    expect((await read(basic('anybody', key))).status).toBe(200);
    const wrong = await read(basic('anybody', 'wrong'));
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ error_code: 'UNAUTHENTICATED' });
    const other = await read(basic('anybody', testKeys.without('registry:read')));
    expect(other.status).toBe(403);
    expect(await other.json()).toMatchObject({ error_code: 'PERMISSION_DENIED' });
  });

  it('is a user of dev mode by name', async () => {
    expect((await read(basic('viewer', 'anything'))).status).toBe(200);
    const { subgraph } = registry;
    const write = await subgraph.app.request('/api/2.0/mlflow/registered-models/create', {
      method: 'POST',
      headers: { authorization: basic('viewer', 'anything'), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'nothing' }),
    });
    expect(write.status).toBe(403);
  });
});
