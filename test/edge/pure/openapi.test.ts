import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { openApi, readOpenApi } from '../support/openapi.ts';
import { recipe, release } from '../support/release.ts';

const own = readOpenApi(new URL('../../../schema/edge.openapi.json', import.meta.url));
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const inputs = { user_id: 'u1', amount: 2 };
const batch = '/v1/predict/{endpoint}/batch';
const invocations = '/endpoints/{endpoint}/invocations';
const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] };
const outcome = {
  id: '0190b6b1-7b7b-7b7b-8b7b-000000000001',
  predictionId: '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b',
  value: 1,
  occurredAt: '2026-01-01T00:00:00Z',
};

const exposure = {
  id: outcome.id,
  predictionId: outcome.predictionId,
  holder: 'tiffin:default:experiment:e',
  holderRevision: 1,
  unit: 'u1',
  arm: 'candidate',
  occurredAt: outcome.occurredAt,
};

let bench: BenchApp;
beforeAll(async () => {
  const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
  bench = await benchApp({ releases: [await release({ recipe: { ...recipe, fallback } })] });
});
afterAll(() => bench.close());

const templated = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

describe('schema/edge.openapi.json', () => {
  it('describes each route with its scope, and no other', () => {
    const described = Object.entries(own.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [method, path, operation['x-scope'] ?? 'none'].join(' ')),
    );
    const served = bench.routes.map(({ method, path, scope }) =>
      [method.toLowerCase(), templated(path), scope].join(' '),
    );
    expect(new Set(described)).toEqual(new Set(served));
    expect(served.length).toBeGreaterThan(14);
  });

  it('names each operation once, says where the server is, and has no type that refers to itself', () => {
    const document = JSON.parse(readFileSync(new URL('../../../schema/edge.openapi.json', import.meta.url), 'utf8'));
    const ids = Object.values(own.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.servers[0].url).toMatch(/^http/);
    const schemas: Record<string, unknown> = document.components.schemas;
    const namesIn = (schema: unknown): string[] =>
      [...JSON.stringify(schema).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name!);
    const reaches = (name: string, from: readonly string[]): boolean =>
      namesIn(schemas[name]).some((next) => from.includes(next) || reaches(next, [...from, next]));
    // Generators of types cannot name a type within itself.
    expect(Object.keys(schemas).filter((name) => reaches(name, [name]))).toEqual([]);
  });

  it('is served, without a key, as it stands in the repository', async () => {
    const { body } = await bench.get('/openapi.json');
    expect(Object.keys(body.paths)).toEqual(Object.keys(own.paths));
    expect((await bench.app.request('/openapi.json')).status).toBe(200);
  });

  it.each<[method: 'get' | 'post', template: string, path: string, body: unknown, status: number]>([
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', { inputs, features, id: 'mine' }, 200],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', { inputs, features, reasons: 2 }, 200],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', { inputs, features, reasons: 0 }, 422],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', { inputs }, 200],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', { inputs: {} }, 422],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/fraud-decision', 'x', 400],
    ['post', '/v1/predict/{endpoint}', '/v1/predict/nothing', { inputs }, 404],
    ['post', batch, '/v1/predict/fraud-decision/batch', { rows: [{ inputs, features }, { inputs: {} }] }, 200],
    ['post', batch, '/v1/predict/fraud-decision/batch', { rows: [] }, 422],
    ['post', batch, '/v1/predict/nothing/batch', { rows: [{ inputs }] }, 404],
    ['post', '/v1/outcomes', '/v1/outcomes', { outcomes: [outcome, 1] }, 202],
    ['post', '/v1/outcomes', '/v1/outcomes', {}, 422],
    ['post', '/v1/exposures', '/v1/exposures', { exposures: [exposure, {}] }, 202],
    ['post', '/v1/exposures', '/v1/exposures', {}, 422],
    ['get', '/livez', '/livez', undefined, 200],
    ['get', '/readyz', '/readyz', undefined, 200],
    ['get', '/v2', '/v2', undefined, 200],
    ['get', '/v2/health/live', '/v2/health/live', undefined, 200],
    ['get', '/v2/health/ready', '/v2/health/ready', undefined, 200],
    ['get', '/v2/models/{model}', '/v2/models/fraud-decision', undefined, 200],
    ['get', '/v2/models/{model}', '/v2/models/nothing', undefined, 404],
    ['get', '/v2/models/stats', '/v2/models/stats', undefined, 200],
    ['get', '/v2/models/{model}/stats', '/v2/models/fraud-decision/stats', undefined, 200],
    ['get', '/v2/models/{model}/stats', '/v2/models/nothing/stats', undefined, 404],
    ['post', '/v2/repository/index', '/v2/repository/index', {}, 200],
    ['post', '/v2/repository/index', '/v2/repository/index', { ready: 1 }, 400],
    ['get', '/openapi.json', '/openapi.json', undefined, 200],
    ['get', '/docs', '/docs', undefined, 200],
    ['post', '/invocations', '/invocations', { dataframe_records: [{ ...inputs, ...features }] }, 200],
    ['post', '/invocations', '/invocations', { instances: [[1, 2, 3, 4]] }, 200],
    ['post', '/invocations', '/invocations', {}, 400],
    ['post', invocations, '/endpoints/fraud-decision/invocations', { inputs: { ...inputs, ...features } }, 200],
    ['post', invocations, '/endpoints/nothing/invocations', { inputs: { ...inputs, ...features } }, 404],
    ['get', '/version', '/version', undefined, 200],
    ['get', '/ping', '/ping', undefined, 200],
    ['get', '/health', '/health', undefined, 200],
    ['get', '/v2/models/{model}/ready', '/v2/models/fraud-decision/ready', undefined, 200],
    ['post', '/v2/models/{model}/infer', '/v2/models/fraud-decision/infer', { id: '1', inputs: [tensor] }, 200],
    ['post', '/v2/models/{model}/infer', '/v2/models/fraud-decision/infer', { inputs: [] }, 400],
  ])('%s %s answers %s as described (%j → %i)', async (method, template, path, body, status) => {
    const answer: { status: number; body: any } =
      method === 'get' ? await bench.get(path) : await bench.post(path, body);
    expect(answer.status).toBe(status);
    expect(own.answer(template, method, status)(answer.body)).toBeNull();
  });

  it.each(['PredictRequest', 'BatchRequest', 'OutcomeBatch', 'ExposureBatch', 'InferRequest', 'MlflowRequest'])(
    'takes what the routes take and not what they refuse: %s',
    (name) => {
      const good: Record<string, unknown> = {
        PredictRequest: { inputs, features, at: '2026-01-01T00:00:00Z', id: 'x', reasons: 5 },
        BatchRequest: { rows: [{ inputs, features }] },
        OutcomeBatch: { outcomes: [{ ...outcome, trust: 'device' }] },
        ExposureBatch: { exposures: [exposure] },
        InferRequest: { inputs: [{ ...tensor, data: [[1, 2, 'NaN', 4]] }] },
        MlflowRequest: { dataframe_split: { columns: ['amount'], index: [0], data: [[1]] }, params: {} },
      };
      expect(own.component(name)(good[name])).toBeNull();
      expect(own.component(name)({ other: 1 })).not.toBeNull();
    },
  );
});

describe("the protocol's own OpenAPI", () => {
  it('describes what the routes of /v2 answer', async () => {
    const root = process.env['TIFFIN_VECTORS'];
    const file = root && join(root, 'open-inference/open_inference_rest.yaml');
    // Not a dependency of ours: used where one happens to be installed.
    const parser = 'yaml';
    const yaml = await import(parser).catch(() => null);
    if (!file || !existsSync(file) || !yaml) {
      const why = yaml ? 'TIFFIN_VECTORS has no open-inference' : 'there is no YAML parser';
      if (process.env['TIFFIN_REQUIRE']?.split(',').includes('vectors')) throw new Error(`required: ${why}`);
      console.info(`skipped the protocol's own OpenAPI: ${why}`);
      return;
    }
    const document = yaml.parse(readFileSync(file, 'utf8'));
    // `x-examples` are examples, and `items: { anyOf }` under `type: array` is what a JSON Schema takes as it is.
    const theirs = openApi(document);
    const cases: [string, unknown][] = [
      ['metadata_server_response', (await bench.get('/v2')).body],
      ['metadata_model_response', (await bench.get('/v2/models/fraud-decision')).body],
      ['metadata_model_error_response', (await bench.get('/v2/models/nothing')).body],
      ['inference_response', (await bench.post('/v2/models/fraud-decision/infer', { id: '7', inputs: [tensor] })).body],
      ['inference_error_response', (await bench.post('/v2/models/fraud-decision/infer', {})).body],
    ];
    for (const [name, body] of cases) {
      expect(theirs.component(name)(body), name).toBeNull();
      expect(theirs.component(name)('nothing of the kind'), name).not.toBeNull();
    }
    const request = { id: '7', inputs: [tensor], outputs: [{ name: 'score' }] };
    expect(theirs.component('inference_request')(request)).toBeNull();
    expect((await bench.post('/v2/models/fraud-decision/infer', request)).status).toBe(200);
  });
});
