import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApart } from '../support/apart.ts';
import { commandLine } from '../support/command-line.ts';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, writeParquet } from '../support/story.ts';
import { createTestDatabase } from '../support/test-database.ts';

const SHARES = ['SEA', 'JFK', 'ORD'].map((code, i) => ({ code, late: 0.1 + i / 5 }));
const WEIGHTS = [0.5, 2, -1];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const env = { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' };
const MODES: readonly (readonly [string, () => Promise<Install>])[] = [
  ['one process and an edge', () => startInstall({ env })],
  ['six processes', async () => startApart({ env, database: await createTestDatabase({ empty: true }) })],
];

/** From a Parquet file to a prediction and back through the graph, by public doors alone, in real processes. */
describe.each(MODES)('the whole way of a model, %s', { timeout: 60_000 }, (_, start) => {
  let install: Install;
  let view: string;
  let service: string;
  let trainingSet: string;
  let version: string;
  let deployment: string;
  let prediction: any;

  beforeAll(async () => {
    install = await start();
  }, 90_000);
  afterAll(() => install?.stop());

  it('defines features over a Parquet file and puts them online', async () => {
    const path = join(install.dataDir, 'airports.parquet');
    const rows = SHARES.map(
      ({ code, late }) => `('${code}', now() - interval 1 hour, now() - interval 1 hour, ${late}::double)`,
    );
    await writeParquet(path, `select * from (values ${rows.join(', ')}) t(airport, happened, created, late_share)`);
    const { entity } = await change(
      install,
      'developer',
      'defineEntity',
      { name: 'airport', joinKeys: [{ name: 'airport', dtype: 'STRING' }] },
      '{ entity { id } }',
    );
    const { source } = await change(
      install,
      'developer',
      'defineSource',
      { name: 'airports', path, eventColumn: 'happened', createdColumn: 'created' },
      '{ source { id columns { name } } }',
    );
    expect(source.columns.map(({ name }: any) => name)).toContain('late_share');
    const defined = await change(
      install,
      'developer',
      'defineFeatureView',
      {
        name: 'airport_delay',
        entity: entity.id,
        source: source.id,
        ttlSeconds: 86_400,
        features: [{ name: 'late_share' }],
      },
      '{ featureView { id } }',
    );
    view = defined.featureView.id;
    expect(view).toBe('tiffin:default:feature-view:airport_delay@1');
    const served = await change(
      install,
      'developer',
      'defineFeatureService',
      { name: 'delay', views: [{ view }] },
      '{ eventCursor featureService { id } }',
    );
    service = served.featureService.id;
    const { materialization } = await change(
      install,
      'developer',
      'materialize',
      { view, waitMs: 20_000 },
      '{ materialization { state rowsOnline } }',
    );
    expect(materialization).toEqual({ state: 'SUCCEEDED', rowsOnline: 3 });
  });

  it('builds a training set under the point-in-time law', async () => {
    const hour = 3_600_000;
    const spine = {
      rows: [
        { airport: 'SEA', timestamp: new Date(Date.now() - hour / 2).toISOString(), late: 1 },
        { airport: 'SEA', timestamp: new Date(Date.now() - 2 * hour).toISOString(), late: 0 },
      ],
    };
    const { build } = await change(
      install,
      'developer',
      'createTrainingSet',
      { service, spine, waitMs: 20_000 },
      '{ build { state error trainingSet { id rowCount contentHash } } }',
    );
    expect(build).toMatchObject({ state: 'SUCCEEDED', trainingSet: { rowCount: 2 } });
    trainingSet = build.trainingSet.id;
  });

  it('registers a model that a second person approves', async () => {
    const model = logisticModel({ features: 3, weights: WEIGHTS, bias: 0 });
    version = await approvedVersion(install, model, { model: 'delay', trainingSet, featureService: service });
    const found = await ask(
      install,
      'viewer',
      `query ($id: ID!) { modelVersion(id: $id) { state version inputs { name shape } } }`,
      { id: version },
    );
    expect(found).toEqual({ state: 'APPROVED', version: '1.0.0.0', inputs: [{ name: 'features', shape: [-1, 3] }] });
  });

  it('releases it to an endpoint, and the edge takes it up', async () => {
    const { endpoint } = await change(
      install,
      'developer',
      'createEndpoint',
      { name: 'flight-delay' },
      '{ endpoint { id } }',
    );
    const created = await change(
      install,
      'developer',
      'createDeployment',
      { endpoint: endpoint.id, environment: 'production' },
      '{ deployment { id } }',
    );
    deployment = created.deployment.id;
    const recipe = {
      inputs: [
        { name: 'origin', dtype: 'STRING' },
        { name: 'distance', dtype: 'FLOAT64' },
      ],
      entities: [{ joinKey: 'airport', input: 'origin' }],
      features: { service },
      derive: [{ name: 'far', dtype: 'FLOAT64', expression: 'distance / 1000.0' }],
      models: [
        {
          version,
          inputs: [{ tensor: 'features', columns: ['distance', 'airport_delay__late_share', 'far'] }],
          score: { tensor: 'score' },
        },
      ],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
      // What a busy machine keeps at the first request, too.
      budgets: { featuresMs: 5_000, totalMs: 10_000 },
    };
    const { release } = await change(
      install,
      'developer',
      'createRelease',
      { deployment, recipe },
      '{ release { id number digest approvalState } }',
    );
    expect(release.approvalState).toBe('WAITING');
    const promotion = { deployment, release: release.id, reason: 'the first one' };
    const promote = 'mutation ($input: PromoteReleaseInput!) { promoteRelease(input: $input) { applied } }';
    const refused = await install.graphql(promote, { input: promotion }, 'developer');
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FAILED_PRECONDITION', rule: 'G16' } }]);
    const approved = await change(
      install,
      'approver',
      'approveRelease',
      { release: release.id, reason: 'read' },
      '{ release { approvalState approval { by reason } } }',
    );
    expect(approved.release).toEqual({ approvalState: 'APPROVED', approval: { by: 'user:approver', reason: 'read' } });
    const promoted = await change(
      install,
      'developer',
      'promoteRelease',
      promotion,
      '{ applied deployment { live { digest } } }',
    );
    expect(promoted).toEqual({ applied: true, deployment: { live: { digest: release.digest } } });
    const ready = `${install.edgeUrl}/v2/models/flight-delay/ready`;
    await eventually(async () => expect((await install.call(ready)).status).toBe(200));
  });

  it('answers by name, with the feature read online and its age', async () => {
    const { status, body } = await predict(install, 'flight-delay', { inputs: { origin: 'JFK', distance: 2 } });
    expect(status, JSON.stringify(body)).toBe(200);
    const score = sigmoid(0.5 * 2 + 2 * 0.3 - 0.002);
    expect(body).toMatchObject({
      endpoint: 'flight-delay',
      models: [{ version, score: expect.closeTo(score, 6) }],
      decision: 'LATE',
      fallback: null,
      stale: false,
    });
    expect(body.score).toBeCloseTo(score, 6);
    const { status: read, ageMs } = body.features.airport_delay__late_share;
    expect(read).toBe('PRESENT');
    expect(ageMs).toBeGreaterThan(3_500_000);
    prediction = body;
  });

  it('has the types of its endpoint written by the command, features of the other subgraph included', async () => {
    const tiffin = commandLine();
    const { code, out, err } = await tiffin(['typegen', '--endpoint', 'flight-delay'], {
      env: { TIFFIN_GRAPH_URL: install.graphUrl, TIFFIN_USER: 'viewer' },
    });
    expect(code, err).toBe(0);
    expect(out).toContain('    readonly origin: string;\n    readonly distance: number;\n');
    const { body } = await predict(install, 'flight-delay', { inputs: { origin: 'JFK', distance: 2 } });
    for (const name of Object.keys(body.features)) expect(out).toContain(`    readonly ${name}?: `);
  });

  it('answers by the Open Inference Protocol with the same number', async () => {
    const answer = await install.call(`${install.edgeUrl}/v2/models/flight-delay/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'q1',
        inputs: [{ name: 'features', shape: [1, 3], datatype: 'FP32', data: [2, 0.3, 0.002] }],
      }),
    });
    const body: any = await answer.json();
    expect(answer.status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ id: 'q1', outputs: [{ name: 'score', shape: [1, 1] }] });
    expect(body.outputs[0].data[0]).toBeCloseTo(prediction.score, 6);
  });

  it('keeps the prediction, takes its outcome, and closes the account', async () => {
    const id = `tiffin:default:prediction:${prediction.id}`;
    const query = `query ($id: ID!) { prediction(id: $id) { score decision features { name status } models { modelVersion { id } score } deployment { id } } }`;
    await eventually(async () =>
      expect(await ask(install, 'viewer', query, { id })).toMatchObject({
        decision: 'LATE',
        features: [{ name: 'airport_delay__late_share', status: 'PRESENT' }],
        models: [{ modelVersion: { id: version }, score: prediction.score }],
        deployment: { id: deployment },
      }),
    );
    const explain = `query ($id: ID!) { explainPrediction(id: $id) {
      release { number } models { name engine score modelVersion { id state } } prediction { decision }
      features { value { status ageMs } feature { id } } absent { part }
      reasons { source total base rest rounding top { kind contribution value { name } } } } }`;
    const explained = await ask(install, 'viewer', explain, { id });
    expect(explained).toMatchObject({
      release: { number: 1 },
      models: [
        { name: 'model', engine: 'tabular', score: prediction.score, modelVersion: { id: version, state: 'APPROVED' } },
      ],
      prediction: { decision: 'LATE' },
      features: [
        { value: { status: 'PRESENT' }, feature: { id: expect.stringMatching(/airport_delay@1\/late_share$/) } },
      ],
      absent: [{ part: 'outcome' }],
      reasons: { source: 'COMPUTED', top: [{ kind: 'INPUT' }, { kind: 'FEATURE' }, { kind: 'DERIVED' }] },
    });
    const { base, top, rest, rounding, total } = explained.reasons;
    expect(top.reduce((sum: number, { contribution }: any) => sum + contribution, base) + rest + rounding).toBe(total);
    expect(sigmoid(total)).toBeCloseTo(prediction.score, 6);
    const outcome = {
      id: crypto.randomUUID(),
      predictionId: prediction.id,
      value: 1,
      occurredAt: new Date().toISOString(),
    };
    const sent = await install.call(`${install.dataUrl('monitoring')}/v1/outcomes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcomes: [outcome] }),
    });
    expect(await sent.json()).toEqual({ acked: [outcome.id], rejected: [] });
    await eventually(async () => {
      const nodes = await ask(
        install,
        'viewer',
        '{ edgeNodes(first: 5) { edges { node { name accounting { answered stored queued dropped sampledOut balanced } } } } }',
      );
      expect(nodes.edges[0].node.accounting).toMatchObject({ balanced: true, queued: 0, dropped: 0 });
      expect(nodes.edges[0].node.accounting.answered).toBeGreaterThanOrEqual(1);
    });
  });

  it('is one request from the deployment to the source’s columns, across the subgraphs', async () => {
    const query = `query ($id: ID!) {
      deployment(id: $id) {
        environment
        live { number modelVersions { id state trainingSet { id rowCount service { id features { name column { name } view { source { name } } } } } } }
        nodes(first: 5) { edges { node { name stale } } }
      }
    }`;
    const found = await ask(install, 'viewer', query, { id: deployment });
    expect(found).toEqual({
      environment: 'production',
      live: {
        number: 1,
        modelVersions: [
          {
            id: version,
            state: 'APPROVED',
            trainingSet: {
              id: trainingSet,
              rowCount: 2,
              service: {
                id: service,
                features: [
                  { name: 'late_share', column: { name: 'late_share' }, view: { source: { name: 'airports' } } },
                ],
              },
            },
          },
        ],
      },
      nodes: { edges: [{ node: { name: 'edge-1', stale: false } }] },
    });
    expect(await ask(install, 'viewer', 'query ($id: ID!) { node(id: $id) { __typename id } }', { id: view })).toEqual({
      __typename: 'FeatureView',
      id: view,
    });
  });

  it('is found, traced, read and asked by the client, which says what it did wrong', async () => {
    const client = install.client();
    const runway = { name: 'runway', joinKeys: [{ name: 'runway', dtype: 'STRING' }] };
    const { eventCursor } = await change(install, 'developer', 'defineEntity', runway, '{ eventCursor }');
    const found: string[] = [];
    for await (const { id } of client.assets.search('', { after: eventCursor })) found.push(id);
    expect(found).toEqual(expect.arrayContaining([deployment, version, service, 'tiffin:default:entity:runway']));
    const { nodes } = await client.assets.lineage(version, 'UPSTREAM', { depth: 2, after: eventCursor });
    expect(nodes.map(({ id }) => id)).toContain(trainingSet);

    const { names, statuses } = await client.features.read({ service, entities: [{ airport: 'SEA' }] });
    expect([names, statuses]).toEqual([['airport_delay__late_share'], [['PRESENT']]]);
    const inputs = { origin: 'SEA', distance: 100 };
    const { id, features } = await client.edge.predict('flight-delay', { inputs });
    expect(features['airport_delay__late_share']).toMatchObject({ status: 'PRESENT' });
    const outcome = { id: crypto.randomUUID(), predictionId: id, value: 0, occurredAt: new Date().toISOString() };
    expect(await client.edge.outcomes([outcome])).toEqual({ acked: [outcome.id], rejected: [] });

    const wrong = client.edge.predict('flight-delay', { inputs: { ...inputs, colour: 'red' } });
    await expect(wrong).rejects.toMatchObject({ name: 'ClientError', status: 422, code: 'INVALID_INPUT' });
    const viewer = client.as({ user: 'viewer' });
    await expect(viewer.blobs.upload('a.onnx', new Uint8Array(1))).rejects.toMatchObject({
      name: 'ClientError',
      code: 'FORBIDDEN',
      path: ['beginUpload'],
    });
  });

  it(
    'says afterwards which layer answered, and compares a holdout with everyone else',
    { timeout: 180_000 },
    async () => {
      const current = 'query ($id: ID!) { deployment(id: $id) { traffic { revision } live { id } } }';
      const { traffic, live } = await ask(install, 'viewer', current, { id: deployment });
      const layers = [
        { holdout: { seed: '2026', unit: 'origin', share: 0.5, release: live.id } },
        { variant: { field: 'origin', releases: [{ value: 'JFK', release: live.id }] } },
        { default: { release: live.id } },
      ];
      const wanted = { deployment, cause: 'hold-out', expectedRevision: traffic.revision, layers };
      expect(await change(install, 'developer', 'setTraffic', wanted, '{ applied }')).toEqual({ applied: true });
      const units = [...Array(24).keys()].map((n) => `unit-${n}`);
      const query = `query ($input: HoldoutReportInput!) { holdoutReport(input: $input) {
      shares crossed lower upper problems holdout { units labelled } rest { units labelled } } }`;
      const at = Date.now();
      const input = {
        deployment,
        from: new Date(at - 3_600_000).toISOString(),
        to: new Date(at + 3_600_000).toISOString(),
      };
      const report = () => ask(install, 'viewer', query, { input });
      const answer = async (origin: string): Promise<any> => {
        const features = { airport_delay__late_share: 0.2 };
        return (await predict(install, 'flight-delay', { inputs: { origin, distance: 2 }, features })).body;
      };
      // Until the node has heard of the layers it answers by default, where no unit has a bucket; this one is in the holdout.
      await eventually(async () => expect((await answer('unit-0')).bucket).toBeTypeOf('number'), 60_000);
      const outcomes = [];
      for (const origin of units) {
        const { id: predictionId } = await answer(origin);
        outcomes.push({ id: crypto.randomUUID(), predictionId, value: 1, occurredAt: new Date().toISOString() });
      }
      await install.client().edge.outcomes(outcomes);
      await eventually(async () => {
        const { holdout, rest } = await report();
        expect([holdout.units + rest.units, holdout.labelled + rest.labelled]).toEqual([units.length, units.length]);
      }, 60_000);
      const found = await report();
      expect(found).toMatchObject({ shares: [0.5], crossed: 0, problems: [] });
      expect(Math.min(found.holdout.units, found.rest.units)).toBeGreaterThan(3);
      expect(found.lower).toBeLessThan(0);
      const held = `query ($id: ID!) { predictions(deployment: $id, layer: HOLDOUT, first: 50) { edges { node { layer holdoutUnit unit } } } }`;
      const { edges } = await ask(install, 'viewer', held, { id: deployment });
      for (const { node } of edges) expect(node).toMatchObject({ layer: 'HOLDOUT', unit: node.holdoutUnit });
      expect(edges.length).toBeGreaterThanOrEqual(found.holdout.units);
    },
  );

  // Six processes start again in it, on a machine that may have other work.
  it(
    'goes on at the edge while the control plane is killed, and the log is complete afterwards',
    { timeout: 180_000 },
    async () => {
      await install.kill();
      const during: string[] = [];
      for (let i = 0; i < 20; i++) {
        const { status, body } = await predict(install, 'flight-delay', {
          inputs: { origin: 'SEA', distance: i },
          features: { airport_delay__late_share: 0.2 },
        });
        expect(status, JSON.stringify(body)).toBe(200);
        during.push(body.id as string);
      }
      install = await install.again();
      const query = `query ($id: ID!) { predictions(deployment: $id, first: 100) { edges { node { id } } } }`;
      await eventually(async () => {
        const { edges } = await ask(install, 'viewer', query, { id: deployment });
        const stored = new Set(edges.map(({ node }: any) => node.id.split(':').at(-1)));
        expect(during.filter((id) => !stored.has(id))).toEqual([]);
      });
    },
  );
});
