import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { operation } from '../../client/operation.ts';
import { SCRIPTS, startApart, SUBGRAPHS, type ApartInstall, type SubgraphPart } from '../support/apart.ts';
import { freePort } from '../support/install.ts';
import { startPart, untilReady } from '../support/part.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, change, eventually, predict, released } from '../support/story.ts';
import { createTestDatabase, withOwnAccount } from '../support/test-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** One field of each subgraph, and links from the registry's noun into two others. */
const QUERY = `query ($id: ID!) {
  entities(first: 1) { edges { node { name } } }
  deployment(id: $id) {
    environment
    experiments(first: 1) { edges { node { id } } }
    nodes(first: 1) { edges { node { name } } }
  }
  experiments(first: 1) { edges { node { id } } }
  edgeNodes(first: 1) { edges { node { name } } }
}`;

/** What is missing while one is away: its root field, and where others lead to it. */
const WITHOUT: Readonly<Record<SubgraphPart, (whole: any) => unknown>> = {
  feature: (whole) => ({ ...whole, entities: null }),
  registry: (whole) => ({ ...whole, deployment: null }),
  experiment: (whole) => ({ ...whole, experiments: null, deployment: { ...whole.deployment, experiments: null } }),
  monitoring: (whole) => ({ ...whole, edgeNodes: null, deployment: { ...whole.deployment, nodes: null } }),
};

const TIMEOUT_MS = 2_000;
const codes = (errors: any[] | undefined): unknown[] => [
  ...new Set((errors ?? []).map(({ extensions: { code, subgraph } }) => `${code} ${subgraph}`)),
];

describe('six processes', { timeout: 90_000 }, () => {
  let install: ApartInstall;
  let deployment: string;
  const releaseOf = (to: string, version: string, threshold: number): ReturnType<typeof released> =>
    released(install, {
      deployment: to,
      recipe: {
        inputs: ['a', 'b'].map((name) => ({ name, dtype: 'FLOAT64' })),
        models: [{ version, inputs: [{ tensor: 'features', columns: ['a', 'b'] }], score: { tensor: 'score' } }],
        output: { decision: { threshold, above: 'LATE', below: 'ON_TIME' } },
      },
    });
  const ask = () => install.graphql(QUERY, { id: deployment }, 'viewer');
  const ready = async (name: 'gateway' | SubgraphPart): Promise<unknown> =>
    (await fetch(`${install.urlOf(name)}/readyz`)).json();

  beforeAll(async () => {
    const database = await withOwnAccount(await createTestDatabase({ empty: true }));
    const blobs = temporaryFolder('blobs');
    // The gateway and the edge first: nobody whom they ask is there yet.
    const order = ['edge', 'gateway', 'monitoring', 'experiment', 'registry', 'feature'] as const;
    const env = {
      TIFFIN_SOURCE_DIRS: tmpdir(),
      TIFFIN_EDGE_HEARTBEAT_MS: '200',
      TIFFIN_EDGE_POLL_MS: '100',
      SUBGRAPH_TIMEOUT_MS: String(TIMEOUT_MS),
      TIFFIN_BLOB_DIR: blobs,
    };
    install = await startApart({ database, env, order });
    const entity = { name: 'user', joinKeys: [{ name: 'user_id', dtype: 'STRING' }] };
    await change(install, 'developer', 'defineEntity', entity, '{ entity { id } }');
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'fraud' }, '{ endpoint { id } }');
    const input = { endpoint: endpoint.id, environment: 'production' };
    const created = await change(install, 'developer', 'createDeployment', input, '{ deployment { id } }');
    deployment = created.deployment.id;
  }, 120_000);
  afterAll(() => install?.stop());

  it('started in any order, they find each other', async () => {
    await eventually(async () => {
      expect(await ask()).toEqual({
        data: {
          entities: { edges: [{ node: { name: 'user' } }] },
          deployment: { environment: 'production', experiments: { edges: [] }, nodes: { edges: [] } },
          experiments: { edges: [] },
          edgeNodes: { edges: [{ node: { name: 'edge-1' } }] },
        },
      });
    });
    expect(await ready('gateway')).toEqual({ ready: true });
    await eventually(async () => {
      const found = await install.graphql('{ search(text: "") { edges { node { kind name } } } }', {}, 'viewer');
      const names = found.data.search.edges.map(({ node }: any) => node.name);
      expect(names).toEqual(expect.arrayContaining(['user', 'fraud', 'edge-1']));
    });
  });

  it('tell subscribers of a change, with what other processes know of it, also after the gateway was killed', async () => {
    const listen = operation<any, { after?: string }>(
      'subscription',
      'Deployments',
      `subscription Deployments($after: String) { deploymentChanged(after: $after) {
        deployment { environment experiments(first: 1) { edges { node { id } } } nodes(first: 1) { edges { node { name } } } } } }`,
    );
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'told' }, '{ endpoint { id } }');
    const deploy = (environment: string) =>
      change(install, 'developer', 'createDeployment', { endpoint: endpoint.id, environment }, '{ eventCursor }');
    const { eventCursor: after } = await deploy('one');
    const told = install.client('viewer').graph.subscribe(listen, { after });
    const environmentOf = async (): Promise<unknown> => {
      const { value } = await told.next();
      expect(value!.errors).toEqual([]);
      const { environment, ...rest } = value!.data.deploymentChanged.deployment;
      expect(rest).toEqual({ experiments: { edges: [] }, nodes: { edges: [] } });
      return environment;
    };
    await deploy('two');
    expect(await environmentOf()).toBe('two');
    await install.parts.gateway.end('SIGKILL');
    await install.startAgain('gateway');
    await deploy('three');
    expect(await environmentOf()).toBe('three');
    await told.return();
  });

  it.each(SUBGRAPHS)(
    '%s killed: its fields are null and say so, all others are right, and back after it',
    async (name) => {
      const { data: whole, errors: none } = await ask();
      expect(none).toBeUndefined();

      await install.parts[name].end('SIGKILL');
      const without = await ask();
      expect(codes(without.errors)).toEqual([`SUBGRAPH_UNAVAILABLE ${name}`]);
      expect(without.data).toEqual(WITHOUT[name](whole));
      expect(await ready('gateway')).toEqual({ ready: true, degraded: { [name]: 'not available' } });

      await install.startAgain(name);
      expect(await ask()).toEqual({ data: whole });
      expect(await ready('gateway')).toEqual({ ready: true });
    },
  );

  it.each(SUBGRAPHS)('%s holds still for 10 s: the answer comes in time without its fields', async (name) => {
    const { data: whole } = await ask();
    const { [name]: part } = install.parts;
    part.signal('SIGSTOP');
    try {
      const begin = performance.now();
      const without = await ask();
      const tookMs = performance.now() - begin;
      expect(codes(without.errors)).toEqual([`TIMEOUT ${name}`]);
      expect(without.errors![0].message).toBe(`${name} did not answer within ${TIMEOUT_MS} ms`);
      expect(without.data).toEqual(WITHOUT[name](whole));
      expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 50);
      expect(tookMs).toBeLessThan(8_000);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 10_000 - tookMs)));
      expect(codes((await ask()).errors)).toEqual([`TIMEOUT ${name}`]);
    } finally {
      part.signal('SIGCONT');
    }
    await eventually(async () => expect(await ask()).toEqual({ data: whole }));
  });

  it('a second registry beside the first: blobs and manifests are the same from both', async () => {
    const port = await freePort();
    const own = { PORT: String(port), TIFFIN_REPLICAS: '2', TIFFIN_DATA_DIR: join(install.dataDir, 'second') };
    const second = startPart(SCRIPTS.registry, { ...install.settingsOf('registry'), ...own });
    onTestFinished(() => void second.end('SIGKILL'));
    const urls = [install.urlOf('registry'), `http://127.0.0.1:${port}`];
    await untilReady(second, `${urls[1]}/readyz`);

    const bytes = Buffer.from('not a model, but bytes');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const announced = { name: 'bytes', sizeBytes: bytes.length };
    const { uploadId, url } = await change(install, 'developer', 'beginUpload', announced, '{ uploadId url }');
    const sent = await install.call(new URL(url, urls[1]).href, { method: 'PUT', body: bytes });
    expect(sent.status).toBe(200);
    await change(install, 'developer', 'completeUpload', { uploadId, sha256 }, '{ sha256 }');
    for (const at of urls) {
      expect(Buffer.from(await (await install.call(`${at}/v1/blobs/${sha256}`)).arrayBuffer())).toEqual(bytes);
    }
    await eventually(async () => {
      const [first, other] = await Promise.all(
        urls.map(async (at) => (await install.call(`${at}/v1/manifests/server`)).json()),
      );
      expect(first).toHaveProperty('payload');
      expect(other).toEqual(first);
    });
  });

  it('a rollback reaches the edge while the gateway, experiment and monitoring are killed', async () => {
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    const { deployment: made } = await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }');
    const version = await approvedVersion(install, logisticModel({ features: 2, weights: [1, -1], bias: 0 }), {
      model: 'eta',
    });
    const [first, second] = [await releaseOf(made.id, version, 0.4), await releaseOf(made.id, version, 0.6)];
    for (const { id } of [first, second]) {
      const input = { deployment: made.id, release: id, reason: 'its turn' };
      await change(install, 'developer', 'promoteRelease', input, '{ applied }');
    }
    const answering = async (): Promise<unknown> => {
      const { status, body } = await predict(install, 'eta', { inputs: { a: 1, b: 2 } });
      return status === 200 ? body.release : status;
    };
    await eventually(async () => expect(await answering()).toBe(second.digest));

    const others = ['gateway', 'experiment', 'monitoring'] as const;
    for (const name of others) await install.parts[name].end('SIGKILL');
    const back = await install.call(`${install.urlOf('registry')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($input: RollbackInput!) { rollback(input: $input) { applied } }',
        variables: { input: { deployment: made.id, reason: 'the pager rang' } },
      }),
    });
    expect(await back.json()).toEqual({ data: { rollback: { applied: true } } });
    await eventually(async () => expect(await answering()).toBe(first.digest));
    for (const name of others.toReversed()) await install.startAgain(name);
  });

  it('ends in order, and leaves nothing running', async () => {
    expect(await install.stop()).toBe(0);
    for (const part of Object.values(install.parts)) {
      expect(() => process.kill(part.pid, 0)).toThrow();
      expect(part.output()).not.toMatch(/^ {4}at /m);
    }
  });
});
