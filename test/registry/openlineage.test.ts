import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import { featureOutbox, machine, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { outsidePath } from '../support/vectors.ts';

const viewer = person('viewer');
const RUN = '3b452093-782c-4ef2-9c0c-aafe2aa6f34d';
let registry: TestRegistry;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(
    {
      urn: 'tiffin:default:source:txn',
      kind: 'source',
      project: 'default',
      revision: 1,
      at: '2026-01-01T00:00:00.000Z',
      asset: { name: 'txn' },
    },
    {
      urn: 'tiffin:default:column:txn/amount',
      kind: 'column',
      project: 'default',
      revision: 1,
      at: '2026-01-01T00:00:00.000Z',
      asset: { name: 'amount', upstream: [{ urn: 'tiffin:default:source:txn', relation: 'DERIVED_FROM' }] },
    },
  );
});

const send = (path: string, body: unknown, key = testKeys.with('registry:lineage')): Promise<Response> =>
  Promise.resolve(
    registry.subgraph.app.request(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
const read = async (path: string): Promise<any> => {
  const answer = await registry.subgraph.app.request(path, {
    headers: { authorization: `Bearer ${testKeys.with('registry:read')}` },
  });
  return { status: answer.status, ...((await answer.json()) as object) };
};

const event = (name: string, more: object = {}) => ({
  eventType: 'COMPLETE',
  eventTime: '2026-11-23T05:00:00.000Z',
  producer: 'https://example.org/our-producer/1.0.0',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: RUN },
  job: { namespace: 'airflow', name },
  ...more,
});

const LINEAGE = `query ($id: ID!, $direction: LineageDirection!) { lineage(id: $id, direction: $direction, depth: 20) {
  nodes { id asset { kind name description owner } } edges { upstream downstream relation } } }`;
const lineage = async (id: string, direction = 'DOWNSTREAM'): Promise<any> =>
  (await registry.ask(viewer, LINEAGE, { id, direction }).catch(() => ({ lineage: { nodes: [], edges: [] } }))).lineage;
const ids = async (id: string, direction?: string): Promise<string[]> =>
  (await lineage(id, direction)).nodes.map((node: any) => node.id.replace('tiffin:default:', '')).sort();

describe('POST /api/v1/lineage', () => {
  it('shows a run as jobs, datasets and columns, on to our own sources', async () => {
    const answer = await send(
      '/api/v1/lineage',
      event('load', {
        inputs: [{ namespace: 'postgres://db:5432', name: 'bank.public.txn' }],
        outputs: [
          {
            namespace: 's3://lake',
            name: 'txn',
            facets: {
              documentation: { _producer: 'p', _schemaURL: 's', description: 'Copied each night' },
              schema: { _producer: 'p', _schemaURL: 's', fields: [{ name: 'amount', type: 'DOUBLE' }] },
              columnLineage: {
                _producer: 'p',
                _schemaURL: 's',
                fields: {
                  amount: {
                    inputFields: [{ namespace: 'postgres://db:5432', name: 'bank.public.txn', field: 'amount_cents' }],
                  },
                },
              },
            },
          },
          { namespace: 'tiffin', name: 'source:txn' },
        ],
      }),
    );
    expect(answer.status).toBe(201);
    const table = 'dataset:postgres%3A%2F%2Fdb%3A5432/bank.public.txn';
    await expect
      .poll(() => ids(table), { timeout: 20_000 })
      .toEqual([
        'column:txn/amount',
        'dataset-field:postgres%3A%2F%2Fdb%3A5432/bank.public.txn/amount_cents',
        'dataset-field:s3%3A%2F%2Flake/txn/amount',
        'dataset:postgres%3A%2F%2Fdb%3A5432/bank.public.txn',
        'dataset:s3%3A%2F%2Flake/txn',
        'job:airflow/load',
        'source:txn',
      ]);
    const column = 'dataset-field:postgres%3A%2F%2Fdb%3A5432/bank.public.txn/amount_cents';
    expect(await ids(column)).toEqual([column, 'dataset-field:s3%3A%2F%2Flake/txn/amount']);
    const { nodes } = await lineage('dataset:s3%3A%2F%2Flake/txn', 'UPSTREAM');
    expect(nodes[0].asset).toMatchObject({ kind: 'DATASET', name: 'txn', description: 'Copied each night' });
    // What a source's own subgraph tells later does not take away what the job told.
    expect(await ids('source:txn', 'UPSTREAM')).toContain('job:airflow/load');
  });

  it('takes an event once, however often and at once it is sent', async () => {
    const once = event('once', { inputs: [{ namespace: 'db', name: 'once' }] });
    await Promise.all(Array.from({ length: 20 }, () => send('/api/v1/lineage', once)));
    const { events } = await read('/api/v1/events/lineage?limit=1000');
    expect(events.filter(({ job }: any) => job.name === 'once')).toEqual([once]);
  });

  it('takes the events of one run that come at once together', async () => {
    const inputs = Array.from({ length: 30 }, (_, i) => ({ namespace: 'db', name: `part${i}` }));
    const answers = await Promise.all(
      inputs.map((input) => send('/api/v1/lineage', event('parts', { eventType: 'RUNNING', inputs: [input] }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await expect.poll(async () => (await ids('job:airflow/parts', 'UPSTREAM')).length, { timeout: 20_000 }).toBe(31);
  });

  it('reads jobs without a run, and datasets alone', async () => {
    const { run: _, eventType: __, ...design } = event('design', { outputs: [{ namespace: 'db', name: 'designed' }] });
    expect((await send('/api/v1/lineage', design)).status).toBe(201);
    const { job: _job, run: _run, eventType: _type, ...rest } = event('x');
    const owners = { ownership: { _producer: 'p', _schemaURL: 's', owners: [{ name: 'data-team' }] } };
    const dataset = { ...rest, dataset: { namespace: 'db', name: 'alone', facets: owners } };
    expect((await send('/api/v1/lineage', dataset)).status).toBe(201);
    await expect.poll(() => ids('job:airflow/design'), { timeout: 20_000 }).toContain('dataset:db/designed');
    await expect
      .poll(async () => (await lineage('dataset:db/alone')).nodes[0]?.asset, { timeout: 20_000 })
      .toMatchObject({ owner: 'data-team' });
  });

  it('describes jobs and datasets by their newest facets, until these are deleted', async () => {
    const doc = (description: string, more: object = {}) => ({
      documentation: { _producer: 'p', _schemaURL: 's', description, ...more },
    });
    const told = (minute: number, facets: object) =>
      event('facets', {
        eventTime: `2026-11-23T06:0${minute}:00.000Z`,
        job: { namespace: 'airflow', name: 'facets', facets },
        inputs: [{ namespace: 'db', name: 'facets-in', facets }],
        outputs: [{ namespace: 'db', name: 'facets-out', facets }],
      });
    const { job: _job, run: _run, eventType: _type, ...rest } = event('x');
    const alone = (minute: number, facets: object) => ({
      ...rest,
      eventTime: `2026-11-23T06:0${minute}:00.000Z`,
      dataset: { namespace: 'db', name: 'facets-alone', facets },
    });
    const all = ['job:airflow/facets', 'dataset:db/facets-in', 'dataset:db/facets-out', 'dataset:db/facets-alone'];
    const descriptions = () =>
      Promise.all(all.map(async (id) => (await lineage(id)).nodes[0]?.asset.description as string | undefined));
    await send('/api/v1/lineage/batch', [told(1, doc('told')), alone(1, doc('told'))]);
    await expect.poll(descriptions, { timeout: 20_000 }).toEqual(['told', 'told', 'told', 'told']);
    await send('/api/v1/lineage', told(2, doc('deleted', { _deleted: true })));
    await send('/api/v1/lineage', alone(2, doc('deleted', { _deleted: true })));
    await expect.poll(descriptions, { timeout: 20_000 }).toEqual(['', '', '', '']);
    // An older facet that comes late changes nothing.
    await send('/api/v1/lineage', told(0, doc('late')));
    await send('/api/v1/lineage', alone(3, doc('newest')));
    await expect.poll(descriptions, { timeout: 20_000 }).toEqual(['', '', '', 'newest']);
  });

  it('names the field of what is no event, and who may send one', async () => {
    const refused = async (body: unknown): Promise<any> => {
      const answer = await send('/api/v1/lineage', body);
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    expect(await refused(event('x', { run: { runId: 'seven' } }))).toMatchObject({ status: 422, field: 'run.runId' });
    expect(await refused(event('x', { eventTime: 'soon' }))).toMatchObject({ status: 422, field: 'eventTime' });
    expect(await refused(event('x', { outputs: [{ namespace: 'tiffin', name: 'nothing' }] }))).toMatchObject({
      status: 422,
      field: 'name',
    });
    expect(await refused(event('a\u0000b'))).toMatchObject({ status: 422, field: 'job.name' });
    expect(await refused('{')).toMatchObject({ status: 400 });
    const other = await send('/api/v1/lineage', event('x'), testKeys.without('registry:lineage'));
    expect(other.status).toBe(403);
  });
});

describe('POST /api/v1/lineage/batch', () => {
  it('takes what is right of a list and says what is wrong with the rest', async () => {
    const answer = await send('/api/v1/lineage/batch', [
      event('batch', { outputs: [{ namespace: 'db', name: 'batched' }] }),
      event('batch', { run: { runId: 'seven' } }),
    ]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: 'partial_success',
      summary: { received: 2, successful: 1, failed: 1, retriable: 0, non_retriable: 1 },
      failed_events: [{ index: 1, reason: 'run.runId: write a UUID', retriable: false }],
    });
    await expect.poll(() => ids('job:airflow/batch'), { timeout: 20_000 }).toContain('dataset:db/batched');
    expect((await send('/api/v1/lineage/batch', {})).status).toBe(422);
  });
});

describe('GET /api/v1/lineage', () => {
  it('is the graph around a node as Marquez writes it', async () => {
    const flow = event('flow', {
      inputs: [{ namespace: 'postgres://db:5432', name: 'in' }],
      outputs: [{ namespace: 'postgres://db:5432', name: 'out' }],
    });
    await send('/api/v1/lineage', flow);
    const graph = async (nodeId: string): Promise<any> =>
      (await read(`/api/v1/lineage?depth=2&nodeId=${encodeURIComponent(nodeId)}`)).graph;
    await expect.poll(async () => (await graph('job:airflow:flow'))?.length, { timeout: 20_000 }).toBe(3);
    const job = 'job:airflow:flow';
    const [input, output] = ['dataset:postgres://db:5432:in', 'dataset:postgres://db:5432:out'];
    const found = await graph(input);
    expect(found.map(({ id, type }: any) => [id, type])).toEqual([
      [input, 'DATASET'],
      [job, 'JOB'],
      [output, 'DATASET'],
    ]);
    expect(found[1]).toMatchObject({
      data: { name: 'flow' },
      inEdges: [{ origin: input, destination: job }],
      outEdges: [{ origin: job, destination: output }],
    });
    expect(await read('/api/v1/lineage?nodeId=table:x:y')).toMatchObject({ status: 422, field: 'nodeId' });
    expect(await read('/api/v1/lineage?nodeId=job:airflow:nobody')).toMatchObject({ status: 404 });
    expect(await read('/api/v1/lineage?nodeId=job:airflow:flow&depth=21')).toMatchObject({
      status: 422,
      field: 'depth',
    });
  });
});

describe('examples of others', () => {
  const folder = outsidePath('openlineage');

  it.skipIf(folder === null)('come back equal: Marquez’s full event and the facets of the specification', async () => {
    const full = JSON.parse(readFileSync(join(folder ?? '', 'marquez-event_full.json'), 'utf8'));
    const facets = readdirSync(join(folder ?? '', 'tests'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json'))
      .map((file) => ({ file, facets: JSON.parse(readFileSync(join(folder ?? '', 'tests', file), 'utf8')) }));
    expect(facets.length).toBeGreaterThan(20);
    const events = [
      full,
      ...facets.map(({ file, facets: given }) =>
        'eventTime' in given
          ? given
          : event(`example ${file}`, { outputs: [{ namespace: 'db', name: file, facets: given }] }),
      ),
    ];
    for (const one of events) expect((await send('/api/v1/lineage', one)).status, JSON.stringify(one)).toBe(201);
    const back: any[] = (await read('/api/v1/events/lineage?limit=1000')).events;
    for (const one of events) expect(back).toContainEqual(one);
    const page = await read('/api/v1/events/lineage?limit=1&offset=1');
    expect(page.events).toEqual([back[1]]);
    expect(page.totalCount).toBe(back.length);
  });
});

it('lets a machine with the scope alone in, which can do nothing else', async () => {
  const query = '{ search(text: "") { total } }';
  expect(await registry.refusals(machine(['registry:lineage']), query)).toMatchObject([{ code: 'FORBIDDEN' }]);
});
