import { beforeAll, describe, expect, it } from 'vitest';
import { NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { testKeys } from '../support/keys.ts';

const READER = testKeys.with('monitoring:read');
const at = (minute: number): Date => new Date(NOW.getTime() + minute * 60_000);
const seconds = (minute: number): number => at(minute).getTime() / 1_000;

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
  const samples = [-10, -5, 0].flatMap((minute, i) =>
    ['pune', 'goa'].map((city, j) => ({
      name: 'visits_total',
      labels: { city },
      value: i * 10 * (j + 1),
      at: at(minute).toISOString(),
    })),
  );
  samples.push({ name: 'heat', labels: { city: 'agra' }, value: 40, at: at(0).toISOString() });
  await monitoring.send('/v1/samples', { samples });
});

async function get(path: string, parameters: Record<string, string | number> = {}, key = READER) {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const answer = await monitoring.subgraph.app.request(`/api/v1${path}?${query}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: answer.status, body: (await answer.json()) as any };
}

describe("Prometheus's own API", () => {
  it('answers at an instant, now unless it says when', async () => {
    expect((await get('/query', { query: 'sum by (city) (visits_total)' })).body).toEqual({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { city: 'goa' }, value: [seconds(0), '40'] },
          { metric: { city: 'pune' }, value: [seconds(0), '20'] },
        ],
      },
    });
    expect((await get('/query', { query: 'heat', time: at(10).toISOString() })).body.data.result).toEqual([]);
    expect((await get('/query', { query: '1/0' })).body.data).toEqual({
      resultType: 'scalar',
      result: [seconds(0), '+Inf'],
    });
    expect((await get('/query', { query: 'visits_total{city="goa"}[11m]' })).body.data.result[0].values).toEqual([
      [seconds(-10), '0'],
      [seconds(-5), '20'],
      [seconds(0), '40'],
    ]);
  });

  it('answers over a range, by GET and by POST as Grafana does', async () => {
    const parameters = { query: 'visits_total{city="goa"}', start: seconds(-10), end: seconds(0), step: '5m' };
    const expected = [
      {
        metric: { __name__: 'visits_total', city: 'goa' },
        values: [
          [seconds(-10), '0'],
          [seconds(-5), '20'],
          [seconds(0), '40'],
        ],
      },
    ];
    expect((await get('/query_range', parameters)).body.data).toEqual({ resultType: 'matrix', result: expected });
    const posted = await monitoring.subgraph.app.request('/api/v1/query_range', {
      method: 'POST',
      headers: { authorization: `Bearer ${READER}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(
        Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
      ),
    });
    expect(((await posted.json()) as any).data.result).toEqual(expected);
  });

  it('lists series, labels and their values', async () => {
    expect((await get('/series', { 'match[]': 'visits_total{city=~"p.*"}' })).body.data).toEqual([
      { __name__: 'visits_total', city: 'pune' },
    ]);
    expect((await get('/labels')).body.data).toEqual(['__name__', 'city']);
    expect((await get('/label/city/values', { 'match[]': 'visits_total' })).body.data).toEqual(['goa', 'pune']);
    expect((await get('/label/__name__/values')).body.data).toEqual(['heat', 'visits_total']);
    expect((await get('/status/buildinfo')).body.data.application).toBe('tiffin');
    expect((await get('/metadata')).body.data).toEqual({});
  });

  it.each([
    ['/query', {}, 400, /^query: is missing/],
    ['/query', { query: 'rate(x)' }, 400, /expected type range vector/],
    ['/query', { query: 'visits_total / on () visits_total' }, 422, /many-to-many/],
    ['/query', { query: 'x', time: 'noon' }, 400, /^time: /],
    ['/query_range', { query: 'x', start: 0, end: 1, step: 0 }, 400, /^step: /],
    ['/query_range', { query: 'x', start: 0, end: 1e6, step: 1 }, 400, /too many points/],
    ['/query_range', { query: 'x', start: 2, end: 1, step: 1 }, 400, /^end: /],
    ['/series', { 'match[]': 'sum(x)' }, 400, /is no selector/],
  ])('%s %j is refused as there', async (path, parameters, status, message) => {
    const refused = await get(path, parameters as Record<string, string>);
    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ status: 'error', error: expect.stringMatching(message) });
  });

  it('takes a key that may read', async () => {
    expect((await get('/labels', {}, testKeys.with('monitoring:ingest'))).status).toBe(403);
  });
});
