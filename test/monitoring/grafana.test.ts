import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { INDICATORS } from '../../subgraphs/monitoring/domain/indicators/indicators.ts';
import { testKeys } from '../support/keys.ts';
import { NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';

const DASHBOARD = JSON.parse(readFileSync('docs/grafana/tiffin-deployment.json', 'utf8'));
/** What Grafana puts in for its variables. */
const filled = (text: string): string =>
  text.replaceAll('$endpoint', 'eta').replaceAll('$environment', 'production').replaceAll('$__rate_interval', '4m');
/** Values that a label of an indicator has, where they are not free. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  endpoint: ['eta'],
  environment: ['production'],
  window: ['1h', '1d'],
  quantile: ['0.5', '0.95', '0.99'],
  // Of the whole deployment, and of a version.
  model_version: ['', 'eta@1'],
  arm: [''],
  segment: [''],
  // Of any cause, and of one.
  cause: ['', 'BUDGET'],
};

/** What a panel says in another measure, or what belongs beside one deployment's own question. */
const NOT_DRAWN = [
  'prediction_count',
  'prediction_latency_mean_ms',
  'feature_psi',
  'feature_drift_severity',
  'score_psi',
  'score_drift_severity',
  'model_scored',
  'model_log_loss',
  'model_base_rate',
  'model_mean_score',
  'model_r2',
  'model_estimated_log_loss',
  'model_estimated_base_rate',
  'fairness_predictive_parity',
  'fairness_four_fifths',
  'decision_cost',
  'decision_cost_total',
  'decision_cost_coverage',
  'edge_detector_figure',
];

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
  // Every indicator with all of its labels, for three days.
  const hours = [-72, -71, -49, -48, -1, -2 / 60, -1 / 60, 0];
  for (const { name, labels } of INDICATORS) {
    const combinations = labels.reduce<Record<string, string>[]>(
      (all, label) => all.flatMap((one) => (VALUES[label] ?? ['x']).map((value) => ({ ...one, [label]: value }))),
      [{}],
    );
    const samples = combinations.flatMap((own) =>
      hours.map((hour, i) => ({
        name,
        labels: own,
        value: i / 10,
        at: new Date(NOW.getTime() + hour * 3_600_000).toISOString(),
      })),
    );
    const { status } = await monitoring.send('/v1/samples', { samples });
    expect(status).toBe(200);
  }
});

async function get(path: string, parameters: Record<string, string>): Promise<any> {
  const answer = await monitoring.subgraph.app.request(`/api/v1${path}?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${testKeys.with('monitoring:read')}` },
  });
  const body = (await answer.json()) as any;
  expect(body.error).toBeUndefined();
  return body.data;
}

const targets: [string, string][] = DASHBOARD.panels.flatMap(({ title, targets: all }: any) =>
  all.map(({ expr }: any) => [title, expr]),
);

it('the dashboard for Grafana has panels with ids of their own, of one data source that is asked for', () => {
  const ids = DASHBOARD.panels.map(({ id }: any) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(targets.length).toBeGreaterThanOrEqual(ids.length);
  const [{ name, pluginId }] = DASHBOARD['__inputs'];
  expect(pluginId).toBe('prometheus');
  const sources = DASHBOARD.panels.map(({ datasource }: any) => datasource.uid);
  expect(new Set(sources)).toEqual(new Set([`\${${name}}`]));
});

it('draws whatever else is measured', () => {
  const drawn = (name: string): boolean => targets.some(([, expr]) => new RegExp(`\\b${name}\\b`).test(expr));
  const measured = INDICATORS.map(({ name }) => name).filter((name) => !/_(lower|upper)$/.test(name));
  expect(measured.filter((name) => !drawn(name))).toEqual(NOT_DRAWN);
});

it.each(targets)('its panel "%s" draws %s', async (_, expr) => {
  const { resultType, result } = await get('/query_range', {
    query: filled(expr),
    start: String(NOW.getTime() / 1_000 - 3_600),
    end: String(NOW.getTime() / 1_000),
    step: '60',
  });
  expect(resultType).toBe('matrix');
  expect(result.length).toBeGreaterThan(0);
  expect(result[0].values.length).toBeGreaterThan(0);
});

it('its variables find what there is', async () => {
  const found = [];
  for (const { query } of DASHBOARD.templating.list) {
    const [, match, label] = /^label_values\((.*), (\w+)\)$/.exec(filled(query.query)) ?? [];
    found.push(
      await get(`/label/${label}/values`, { 'match[]': match ?? '', start: String(NOW.getTime() / 1_000 - 86_400) }),
    );
  }
  expect(found).toEqual([['eta'], ['production']]);
});
