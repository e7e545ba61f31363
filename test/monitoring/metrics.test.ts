import { expect, it } from 'vitest';
import { misnamedIn, samplesIn, scrape } from '../support/metrics.ts';
import {
  DEPLOYMENT,
  heartbeat,
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  type TestMonitoring,
} from '../support/monitoring.ts';

const samples = async ({ subgraph }: TestMonitoring, name: string) => samplesIn(await scrape(subgraph), name);

it('metrics tell of records, outcomes that wait, alerts, clocks, operations and the feed', async () => {
  const monitoring = await startTestMonitoring({ mostPending: 3 });
  const { send, ask } = monitoring;
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1), prediction(2, { score: 'x' })] });
  await send('/v1/outcomes', { outcomes: range(1, 6).map((n) => outcome(n, 1)) });
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(3)] });
  expect(await samples(monitoring, 'monitoring_records_total')).toEqual({
    'kind="telemetry",trust="server",outcome="acked"': 2,
    'kind="telemetry",trust="server",outcome="INVALID_INPUT"': 1,
    'kind="outcome",trust="server",outcome="acked"': 4,
    'kind="outcome",trust="server",outcome="PREDICTION_UNKNOWN"': 1,
  });
  expect(await samples(monitoring, 'monitoring_pending_outcomes')).toEqual({ 'trust="server"': 2 });
  expect(await samples(monitoring, 'monitoring_pending_outcomes_settled_total')).toEqual({
    'result="joined"': 1,
    'result="given_up"': 0,
  });

  expect(await samples(monitoring, 'monitoring_wrong_clocks')).toEqual({ '': 0 });
  await send('/v1/heartbeat', heartbeat({}, { clockSkewMs: -9_000 }));
  expect(await samples(monitoring, 'monitoring_wrong_clocks')).toEqual({ '': 1 });

  const rule = { name: 'r', deployment: DEPLOYMENT, signal: 'ANSWER_RATE', comparison: 'BELOW', threshold: 9 };
  const input = { ...rule, windowSeconds: 7_200, severity: 'CRITICAL', evaluation: 'ON_DEMAND' };
  await ask('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', { input });
  await ask('mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { id } } }', { at: NOW });
  await ask('{ alert(id: "x") { id } }');
  expect(await samples(monitoring, 'monitoring_open_alerts')).toEqual({ 'status="FIRING",severity="CRITICAL"': 1 });
  expect(await samples(monitoring, 'monitoring_alert_evaluations_total')).toEqual({ 'seen="value"': 1 });
  expect(await samples(monitoring, 'monitoring_alert_transitions_total')).toEqual({ 'status="FIRING"': 1 });
  const operations = await samples(monitoring, 'tiffin_operation_seconds_count');
  expect(operations).toEqual({
    'operation="createAlertRule",outcome="ok"': 1,
    'operation="evaluateAlerts",outcome="ok"': 1,
    'operation="alert",outcome="INVALID_INPUT"': 1,
  });

  expect((await samples(monitoring, 'tiffin_feed_lag_seconds'))['consumer="registry-deployments"']).toBe(0);
  expect(misnamedIn(await scrape(monitoring.subgraph))).toEqual([]);
});

it('the lag of a feed grows while nobody answers', async () => {
  const monitoring = await startTestMonitoring({ events: [] });
  monitoring.clock.now = new Date(NOW.getTime() + 90_000);
  expect((await samples(monitoring, 'tiffin_feed_lag_seconds'))['consumer="registry-deployments"']).toBe(90);
});
