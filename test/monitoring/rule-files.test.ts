import { expect, it } from 'vitest';
import { NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';

const IMPORT = `mutation ($input: ImportAlertRulesInput!) { importAlertRules(input: $input) { report { line outcome message } } }`;
const RULES = `{ alertRules(first: 50) { edges { node { name expression severity revision evaluation noDataState evaluationIntervalSeconds
  keepFiringForSeconds delaySeconds labels { name value } annotations { name value } } } } }`;

const FILE = `groups:
  - name: web
    interval: 30s
    query_offset: 1m
    rules:
      - alert: InstanceDown
        expr: up == 0
        for: 5m
        keep_firing_for: 2m
        labels: { severity: page }
        annotations: { summary: "Instance {{ $labels.instance }} down" }
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Wrong
        expr: histogram_avg(latency) > 1
      - alert: InstanceDown
        expr: up == 0
        labels: { severity: info }
`;

async function imported({ ask }: TestMonitoring, input: object): Promise<any[]> {
  const { data, errors } = await ask(IMPORT, { input });
  expect(errors).toBeUndefined();
  return data.importAlertRules.report.map(({ line, outcome, message }: any) => [line, outcome, message]);
}

it('a rule file of Prometheus comes in as it is, and says line by line what does not', async () => {
  const monitoring = await startTestMonitoring();
  const rules = async () => (await monitoring.ask(RULES)).data.alertRules.edges.map(({ node }: any) => node);
  const report = [
    [6, 'ACCEPTED', 'InstanceDown: made'],
    [12, 'REFUSED', expect.stringMatching(/^job:up:sum: recording rules/)],
    [14, 'REFUSED', expect.stringMatching(/^Wrong: expression: the function histogram_avg is not of the subset/)],
    [16, 'ACCEPTED', 'InstanceDown-2: made'],
  ];
  expect(await imported(monitoring, { rules: FILE, dryRun: true })).toEqual(report);
  expect(await rules()).toEqual([]);
  expect(await imported(monitoring, { rules: FILE, evaluation: 'ON_DEMAND' })).toEqual(report);
  expect(await rules()).toMatchObject([
    {
      name: 'InstanceDown',
      expression: 'up == 0 for 5m',
      severity: 'CRITICAL',
      evaluation: 'ON_DEMAND',
      noDataState: 'OK',
      evaluationIntervalSeconds: 30,
      keepFiringForSeconds: 120,
      delaySeconds: 60,
      labels: [{ name: 'severity', value: 'page' }],
      annotations: [{ name: 'summary', value: 'Instance {{ $labels.instance }} down' }],
    },
    { name: 'InstanceDown-2', severity: 'INFO' },
  ]);
  const changed = FILE.replace('for: 5m', 'for: 10m');
  const again = await imported(monitoring, { rules: changed, evaluation: 'ON_DEMAND' });
  expect(again.map(([, outcome]) => outcome)).toEqual(['ACCEPTED', 'REFUSED', 'REFUSED', 'UNCHANGED']);
  expect(await rules()).toMatchObject([{ expression: 'up == 0 for 10m', revision: 2 }, { revision: 1 }]);
});

it('the preset has every rule, and they fire on the figures that they were written for', async () => {
  const monitoring = await startTestMonitoring();
  const report = await imported(monitoring, { preset: 'SOURCE', evaluation: 'ON_DEMAND' });
  expect(report.map(([, outcome]) => outcome)).toEqual(Array.from({ length: 16 }, () => 'ACCEPTED'));
  const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
  const values: Record<string, [number, Record<string, string>?]> = {
    fraud_detection_latency_ms: [101],
    fraud_detection_rate: [0.94],
    false_positive_rate: [0.16],
    declined_transaction_value: [10_000_001],
    feature_drift_score: [0.11, { feature: 'amount' }],
    prediction_latency_ms: [201, { quantile: '0.95' }],
    prediction_error_rate: [0.06],
    gps_quality: [0.94, { city: 'pune' }],
    feature_freshness: [0.98],
    weather_event: [1, { city: 'pune' }],
  };
  for (let minute = 0; minute <= 60; minute += 4) {
    const samples = Object.entries(values).map(([name, [value, labels = {}]]) => ({
      name,
      labels,
      value,
      at: at(minute),
    }));
    // Good for a week, then not.
    for (const day of [7, 5, 3, 1]) {
      samples.push({
        name: 'eta_accuracy_within_2min',
        labels: { city: 'pune' },
        value: 1,
        at: at(minute - day * 1_440 + 60),
      });
      samples.push({
        name: 'cancellation_rate',
        labels: { season: 'monsoon' },
        value: 0.1,
        at: at(minute - day * 1_440),
      });
    }
    samples.push({ name: 'eta_accuracy_within_2min', labels: { city: 'pune' }, value: 0.62, at: at(minute) });
    samples.push({ name: 'cancellation_rate', labels: { season: 'monsoon' }, value: 0.13, at: at(minute) });
    expect((await monitoring.send('/v1/samples', { samples })).status).toBe(200);
    const { errors } = await monitoring.ask(
      'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name problem } } }',
      {
        at: at(minute),
      },
    );
    expect(errors).toBeUndefined();
  }
  const { data } = await monitoring.ask('{ alerts(first: 50, status: FIRING) { edges { node { rule { name } } } } }');
  expect(data.alerts.edges.map(({ node }: any) => node.rule.name).toSorted()).toEqual([
    'AccuracyInBadWeather',
    'CancellationsHigh',
    'DeclinedValueHigh',
    'ErrorRateHigh',
    'EtaAccuracyCritical',
    'EtaAccuracyLow',
    'FalsePositiveRateHigh',
    'FeatureDrift',
    'FeaturesStale',
    'FraudDetectionRateLow',
    'FraudLatencyCritical',
    'FraudLatencyHigh',
    'GpsQualityLow',
    'ModelServiceDegraded',
    'PipelineSuspected',
    'PredictionLatencyHigh',
  ]);
});

it.each([
  [{}, 'rules'],
  [{ rules: 'groups: [', preset: null }, 'rules'],
  [{ rules: 'groups: []', preset: 'SOURCE' }, 'rules'],
])('%j is refused', async (input, field) => {
  const { ask } = await startTestMonitoring();
  expect((await ask(IMPORT, { input })).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field } }]);
});
