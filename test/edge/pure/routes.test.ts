import { afterAll, beforeAll, expect, it } from 'vitest';
import { MachineKeys } from '../../../core/machine-keys.ts';
import { SCOPES, type Scope } from '../../../core/scopes.ts';
import { createApp, type EdgeApp } from '../../../edge/app.ts';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { release, sha256 } from '../support/release.ts';

let bench: BenchApp;
let edge: EdgeApp;
const keyOf = (scope: Scope, kind: 'with' | 'without'): string => `${kind}-${scope}`;

beforeAll(async () => {
  bench = await benchApp({ releases: [await release()] });
  const keys = SCOPES.flatMap((scope) => [
    { id: keyOf(scope, 'with'), scopes: [scope] },
    { id: keyOf(scope, 'without'), scopes: SCOPES.filter((other) => other !== scope) },
  ]);
  edge = createApp({
    ...bench.deps,
    keys: new MachineKeys(
      keys.map(({ id, scopes }) => ({ id, scopes, sha256: sha256(id), project: 'default', trust: 'server' })),
    ),
  });
});
afterAll(() => bench.close());

async function knock(method: string, path: string, key?: string): Promise<number> {
  const answer = await edge.app.request(path.replaceAll(/:\w+/g, 'x'), {
    method,
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    ...(method === 'POST' && { body: '{}' }),
  });
  await answer.text();
  return answer.status;
}

it('has no route without a scope', () => {
  const declared = new Set(edge.routes.map(({ method, path }) => `${method} ${path}`));
  const served = edge.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  expect(served.filter((route) => !declared.has(route))).toEqual([]);
  expect(edge.routes.length).toBeGreaterThan(14);
});

it('opens each route to the keys that it names, and to no others', async () => {
  for (const { method, path, scope } of edge.routes) {
    const route = `${method} ${path}`;
    if (scope === 'none') {
      expect(path, 'only health and the description are open').toMatch(
        /livez|readyz|health|^\/(ping|docs|openapi.json)$/,
      );
      expect(await knock(method, path), route).toBe(200);
      continue;
    }
    expect(await knock(method, path), `${route} without a key`).toBe(401);
    expect(await knock(method, path, 'no-such-key'), `${route} with a wrong key`).toBe(401);
    expect(await knock(method, path, keyOf(scope, 'without')), `${route} with every scope but ${scope}`).toBe(403);
    expect([401, 403, 500], `${route} with ${scope}`).not.toContain(await knock(method, path, keyOf(scope, 'with')));
  }
});

it.each(['/v1/nothing', '/v2/nothing', '/'])('answers %s, which there is not, with 404', async (path) => {
  expect(await knock('GET', path)).toBe(404);
});

it.each([
  ['GET', '/v1/predict/fraud-decision', 'POST'],
  ['DELETE', '/metrics', 'GET, HEAD'],
  ['PUT', '/v2/models/fraud-decision/infer', 'POST'],
  ['POST', '/v2/models/fraud-decision/versions/1', 'GET, HEAD'],
])('answers %s %s with 405 and what the path takes', async (method, path, allow) => {
  const answer = await edge.app.request(path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
});

it('says to whom it gave no answer how to sign in', async () => {
  const answer = await edge.app.request('/metrics');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

it('answers /metrics as Prometheus text with the names that dashboards know', async () => {
  await bench.post('/v1/predict/fraud-decision', {
    inputs: { user_id: 'u', amount: 1 },
    features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 },
  });
  await bench.post('/v1/predict/fraud-decision', {});
  const { body } = await bench.get('/metrics');
  const labels = 'model="tiffin:default:model-version:fraud@1",version="1"';
  for (const line of [
    `model_infer_request_success_total{${labels}} 1`,
    'model_infer_request_failure_total{model="fraud-decision",code="INVALID_INPUT"} 1',
    `model_infer_duration_seconds_count{${labels}} 1`,
    'feature_fetch_duration_seconds_count 1',
    'prediction_log_queue 1',
    'record_log_queue 1',
    'manifest_age_seconds 0',
    'model_info{deployment="fraud-decision@production"',
  ]) {
    expect(body).toContain(line);
  }
});
