import { beforeAll, describe, expect, it, vi } from 'vitest';
import { keyOf } from '../../core/promql/labels.ts';
import { INDICATORS } from '../../subgraphs/monitoring/domain/indicators/indicators.ts';
import { testKeys } from '../support/keys.ts';
import {
  DEPLOYMENT,
  RELEASE,
  deploymentEvent,
  heartbeat,
  NOW,
  outcome,
  prediction,
  range,
  STAGING,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const READER = testKeys.with('monitoring:read');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR_MS);
const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name problem } } }`;
const ALERTS = `query ($rule: ID) { alerts(rule: $rule, first: 100) { edges { node { status value labels { name value } } } } }`;

/** Labels that all series of a window of one deployment have. */
const COMMON = new Set(['__name__', 'endpoint', 'environment', 'window']);
const FRAUD = 'tiffin:default:deployment:fraud@production';

let monitoring: TestMonitoring;
beforeAll(async () => {
  const events = [DEPLOYMENT, STAGING, FRAUD].map((urn) => deploymentEvent(urn));
  monitoring = await startTestMonitoring({ notifyTickMs: 50, events });
});

async function done(query: string, input: object, ...roles: ('admin' | 'developer')[]): Promise<any> {
  const { data, errors } = await monitoring.ask(query, { input }, ...roles);
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

const rule = (name: string, expression: string) =>
  done(`mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`, {
    name,
    expression,
    severity: 'WARNING',
    noDataState: 'OK',
    evaluation: 'ON_DEMAND',
  });

async function evaluate(hours: number): Promise<void> {
  const { data, errors } = await monitoring.ask(EVALUATE, { at: at(hours).toISOString() });
  expect(errors).toBeUndefined();
  expect(data.evaluateAlerts.evaluated.filter(({ problem }: any) => problem !== null)).toEqual([]);
}

const alertsOf = async (name: string): Promise<{ status: string; labels: Record<string, string> }[]> =>
  (await monitoring.ask(ALERTS, { rule: `tiffin:default:alert-rule:${name}` })).data.alerts.edges.map(
    ({ node }: any) => ({
      ...node,
      labels: Object.fromEntries(node.labels.map(({ name: label, value }: any) => [label, value])),
    }),
  );

interface Stretch {
  readonly metric: Record<string, string>;
  readonly values: readonly (readonly [number, string])[];
}

/** What a chart shows of an expression between two times. */
async function chart(query: string, from: number, to: number): Promise<readonly Stretch[]> {
  const given = new URLSearchParams({
    query,
    start: at(from).toISOString(),
    end: at(to).toISOString(),
    step: '5m',
  });
  const answer = await monitoring.subgraph.app.request(`/api/v1/query_range?${given}`, {
    headers: { authorization: `Bearer ${READER}` },
  });
  const { data } = (await answer.json()) as any;
  return data.result;
}

const send = async (predictions: readonly object[]): Promise<void> => {
  const { body } = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
  expect(body.rejected).toEqual([]);
};

/** Answers of one hour, spread over it, whose feature is shifted. */
function answers(space: number, hours: number, count: number, shift: number, more: object = {}) {
  const next = seededRandom(space % 10);
  return range(0, count).map((n) =>
    prediction(n, {
      id: uuid(n, space),
      occurredAt: new Date(at(hours).getTime() + Math.floor((n * HOUR_MS) / count)).toISOString(),
      score: next(),
      inputs: null,
      features: {
        route__delay: { value: next() + shift, status: 'PRESENT', ageMs: 5 },
        route__wind: { value: next(), status: n % 10 === 0 ? 'OUTSIDE_MAX_AGE' : 'PRESENT', ageMs: 5 },
      },
      segments: { city: n % 2 ? 'pune' : 'goa' },
      ...more,
    }),
  );
}

describe('what monitoring measures', () => {
  it('fires and resolves rules: a shift in the records becomes an alert of one feature, and a webhook', async () => {
    const hook = await startWebhookReceiver();
    const CREATE = `mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) { receiver { id } } }`;
    await done(CREATE, { name: 'hook', kind: 'WEBHOOK', url: hook.url }, 'admin');
    const config = 'route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1m }';
    await done(`mutation ($input: SetAlertRoutingInput!) { setAlertRouting(input: $input) { applied } }`, { config });
    const IMPORT = `mutation ($input: ImportAlertRulesInput!) { importAlertRules(input: $input) { report { outcome } } }`;
    const { report } = await done(IMPORT, { preset: 'INDICATORS', evaluation: 'ON_DEMAND' });
    expect(new Set(report.map((line: any) => line.outcome))).toEqual(new Set(['ACCEPTED']));

    await send(answers(2, -24, 500, 0));
    await send(answers(3, -1, 300, 1));
    await evaluate(0);
    expect(await alertsOf('FeatureDrifted')).toMatchObject([
      {
        status: 'FIRING',
        labels: { alertname: 'FeatureDrifted', endpoint: 'eta', environment: 'production', feature: 'route__delay' },
      },
    ]);
    const told = (name: string) =>
      hook.received.map(({ body }) => JSON.parse(body)).filter(({ groupLabels }) => groupLabels.alertname === name);
    await vi.waitFor(() => expect(told('FeatureDrifted')).toHaveLength(1), { timeout: 20_000 });
    expect(told('FeatureDrifted')[0]).toMatchObject({
      status: 'firing',
      alerts: [{ labels: { feature: 'route__delay' }, annotations: { summary: 'route__delay has drifted' } }],
    });
    // A tenth of the values of another feature is too old: a pipeline's fault comes before drift, in one incident.
    const INCIDENT = `{ incidents { edges { node { cause origin { kind name } evidence { cause } } } } }`;
    const { data } = await monitoring.ask(INCIDENT);
    expect(data.incidents.edges.map(({ node }: any) => node)).toEqual([
      {
        cause: 'PIPELINE_FAULT',
        origin: { kind: 'FEATURE', name: 'route__wind' },
        evidence: [{ cause: 'PIPELINE_FAULT' }, { cause: 'COVARIATE_SHIFT' }],
      },
    ]);

    await send(answers(4, 0, 300, 0));
    await evaluate(1);
    monitoring.clock.now = at(1);
    expect(await alertsOf('FeatureDrifted')).toMatchObject([{ status: 'RESOLVED' }]);
    await vi.waitFor(() => expect(told('FeatureDrifted')).toHaveLength(2), { timeout: 20_000 });
    expect(told('FeatureDrifted')[1]).toMatchObject({ status: 'resolved' });

    const [drift] = await chart('feature_drift_score{feature="route__delay",window="1h"}', -0.5, 1);
    const values = drift!.values.map(([, value]) => Number(value));
    expect(values).toHaveLength(13);
    expect(values[0]).toBeGreaterThan(0.25);
    expect(new Set(values.slice(0, 12)).size, 'a window stands until the next is over').toBe(1);
    expect(values[12]).toBe(0);
    const [fresh] = await chart('feature_freshness{feature="route__wind",window="1h"}', 0, 0);
    expect(Number(fresh!.values[0]![1])).toBeCloseTo(0.9);
  });

  it('is the same whatever the order, the repetition and the delay of batches, and follows outcomes', async () => {
    const batches = (space: number, more: object) => [
      answers(space, -48, 400, 0, more),
      answers(space + 1, -24, 400, 0, more),
      answers(space + 2, -2, 200, 0.4, { fallback: 'ENGINE_ERROR', ...more }),
      answers(space + 3, -1, 200, 0, more),
    ];
    // What happens is what the scores say, but for the second day: there it is the contrary.
    const outcomesOf = (batch: readonly { id: string; score: unknown }[], space: number, day: number) =>
      batch.map(({ id, score }, n) =>
        outcome(n, Number(score) > 0.5 === (day !== 1) ? 1 : 0, { id: uuid(n, space + 50 + day), predictionId: id }),
      );
    const settle = (value: readonly object[]) => monitoring.send('/v1/outcomes', { outcomes: value });
    await rule('reads', 'feature_psi or score_psi or prediction_rate or model_auc > 1e9');
    await rule('far', 'max_over_time(feature_psi[3d]) > 1e9');

    await monitoring.send('/v1/heartbeat', heartbeat({}));
    const inOrder = batches(20, { deployment: 'tiffin:default:deployment:order@production' });
    for (const [day, batch] of inOrder.entries()) {
      await send(batch);
      await settle(outcomesOf(batch, 20, day));
    }
    await evaluate(1);

    // The newest first, each measured before what it is held against comes; everything twice.
    const late = batches(30, { deployment: STAGING });
    const reversed = [...late.entries()].toReversed();
    for (const [day, batch] of reversed) {
      await send(batch);
      if (day > 1) await evaluate(1);
    }
    for (const [day, batch] of reversed) {
      await settle(outcomesOf(batch, 30, day));
      if (day === 1) await evaluate(1);
    }
    for (const [day, batch] of late.entries()) {
      await send(batch);
      await settle(outcomesOf(batch, 30, day));
    }
    await evaluate(1);

    const shown = async (endpoint: string, environment: string) => {
      const wanted = `{endpoint="${endpoint}",environment="${environment}"}`;
      const names = ['feature_psi', 'feature_drift_score', 'score_psi', 'model_auc', 'model_label_coverage'];
      names.push(
        'prediction_count',
        'prediction_latency_ms',
        'prediction_fallback_rate',
        'feature_missing_rate',
        'model_concept_drift',
        'model_estimated_auc',
        'fairness_demographic_parity',
        'decision_share',
      );
      const all: Record<string, unknown> = {};
      for (const name of names) {
        for (const { metric, values } of await chart(`${name}${wanted}`, -30, 1)) {
          const { endpoint: _, environment: __, ...labels } = metric;
          all[keyOf(labels)] = values;
        }
      }
      return all;
    };
    const ordered = await shown('order', 'production');
    expect(Object.keys(ordered).length).toBeGreaterThan(20);
    const rows = Object.keys(ordered).join(' ');
    for (const text of [
      'city=pune',
      'eta@1',
      'ENGINE_ERROR',
      '0.99',
      '1d',
      'model_auc',
      'model_estimated_auc',
      'decision_share',
    ])
      expect(rows).toContain(text);
    expect(await shown('eta', 'staging')).toEqual(ordered);
    // Two days of them came late: rules come to the same verdicts about the same counts.
    await rule('verdict', 'feature_psi > 0.1 or prediction_count > 150 or model_auc < 0.5');
    await evaluate(1);
    const verdicts = (await alertsOf('verdict')).map(({ status, labels: { endpoint, environment, ...labels } }) => ({
      of: `${endpoint}@${environment}`,
      said: `${status} ${keyOf(labels)}`,
    }));
    const saidOf = (deployment: string) =>
      verdicts
        .filter(({ of }) => of === deployment)
        .map(({ said }) => said)
        .toSorted();
    expect(saidOf('order@production').length).toBeGreaterThan(0);
    expect(saidOf('eta@staging')).toEqual(saidOf('order@production'));
    const [concept] = await chart('model_concept_drift{endpoint="order",detector="adwin"}', -12, -12);
    expect(concept?.values.map(([, value]) => value)).toEqual(['1']);
  });

  it('estimates before outcomes come, and shows fairness and money by version and arm to rules and charts', async () => {
    const next = seededRandom(9);
    const drawn = (space: number, hours: number) =>
      range(0, 600).map((n) => {
        const score = next();
        const city = score > (n % 3 === 0 ? 0.4 : 0.7) ? 'pune' : 'goa';
        const [arm, decision] = [n % 2 ? 'candidate' : 'control', n % 2 || score < 0.5 ? 'APPROVE' : 'DECLINE'];
        const record = prediction(n, {
          id: uuid(n, space),
          deployment: FRAUD,
          release: 'f'.repeat(64),
          occurredAt: new Date(at(hours).getTime() + n * 1_000).toISOString(),
          score,
          models: [{ version: `${VERSION}2`, score: 1 - score }],
          arm,
          segments: { city },
          decision,
        });
        return { record, city, score, arm, decision, value: next() < score ? 1 : 0 };
      });
    const settle = async (rows: ReturnType<typeof drawn>, space: number) => {
      const outcomes = rows.map(({ record, value }, n) =>
        outcome(n, value, { id: uuid(n, space), predictionId: record.id }),
      );
      expect((await monitoring.send('/v1/outcomes', { outcomes })).body.rejected).toEqual([]);
    };
    const [before, day] = [drawn(60, -48), drawn(61, -24)];
    await send(before.map(({ record }) => record));
    await send(day.map(({ record }) => record));
    await settle(before, 62);
    await rule('likely', 'model_estimated_auc_lower > 0.5');
    await rule('unfair', 'fairness_four_fifths_upper{attribute="city"} < 0.8');
    await rule('dear', 'decision_cost_mean_lower{arm="candidate"} > 0');
    await evaluate(1);
    const now = async (query: string) => {
      const found = await chart(query.replace('{', '{endpoint="fraud",window="1d",'), -12, -12);
      return Object.fromEntries(
        found.map(({ metric, values }) => [
          Object.entries(metric)
            .flatMap(([label, value]) => (COMMON.has(label) ? [] : value))
            .sort()
            .join(' '),
          Number(values[0]![1]),
        ]),
      );
    };
    // A version's own score says the contrary, and is calibrated by itself.
    const likely = await now('model_estimated_auc{}');
    expect(Object.keys(likely).toSorted()).toEqual(['', 'candidate', 'city=goa', 'city=pune', 'control', 'eta@12']);
    expect(await now('model_auc{}')).toEqual({});
    expect(await alertsOf('likely')).toContainEqual(expect.objectContaining({ status: 'FIRING' }));
    expect(await now('decision_cost_total{}')).toEqual({});

    const decisions = [
      { decision: 'APPROVE', positive: true, cost: 100 },
      { decision: 'DECLINE', positive: true, cost: -10 },
      { decision: 'DECLINE', positive: false, cost: 5 },
      { decision: 'APPROVE', positive: false, cost: 0 },
    ];
    const nodes = [{ name: 'small', count: 2, perHour: 3 }];
    await settle(day, 63);
    await done(`mutation ($input: SetPricesInput!) { setPrices(input: $input) { prices { validFrom } } }`, {
      deployment: FRAUD,
      validFrom: at(-72).toISOString(),
      currency: 'INR',
      nodes,
      perThousandAnswers: 10,
      decisions,
    });
    await evaluate(1.1);
    const [low, measured, high] = [
      await now('model_estimated_auc_lower{}'),
      await now('model_auc{}'),
      await now('model_estimated_auc_upper{}'),
    ];
    expect(measured['']).toBeGreaterThan(low['']!);
    expect(measured['']).toBeLessThan(high['']!);
    expect(await now('model_estimated_auc{}')).toEqual(likely);

    // By hand, of what was sent.
    const costOf = ({ decision, value }: (typeof day)[number]) =>
      decisions.find((one) => one.decision === decision && one.positive === (value === 1))!.cost;
    const total = (rows: typeof day) => rows.reduce((sum, row) => sum + costOf(row), 0);
    const arm = (name: string) => day.filter((one) => one.arm === name);
    const totals = await now('decision_cost_total{}');
    expect(totals).toEqual({
      INR: total(day),
      'INR eta@12': total(day),
      'INR candidate': total(arm('candidate')),
      'INR control': total(arm('control')),
    });
    expect((await now('decision_cost_mean{}'))['INR candidate']).toBeCloseTo(total(arm('candidate')) / 300, 9);
    const caught = day.filter(({ decision, value }) => decision === 'DECLINE' && value === 1);
    expect(await now('decision_cost{decision="DECLINE",outcome="positive"}')).toMatchObject({
      'DECLINE INR positive': -10 * caught.length,
      'DECLINE INR control positive': -10 * caught.length,
    });
    expect(await now('decision_cost_coverage{}')).toMatchObject({ INR: 1 });
    expect(await now('cost_running{}')).toEqual({ INR: 150 });
    expect(await now('cost_per_thousand_answers{}')).toEqual({ INR: 250 });
    const declined = arm('control').filter(({ decision }) => decision === 'DECLINE').length;
    expect(await now('decision_share{decision="DECLINE"}')).toMatchObject({ 'DECLINE control': declined / 300 });

    const parity = await now('fairness_demographic_parity{}');
    const of = (city: string) => day.filter((one) => one.city === city);
    const yes = (city: string) => of(city).filter(({ score }) => score >= 0.5).length / of(city).length;
    expect(parity['city']).toBeCloseTo(yes('pune') - yes('goa'), 9);
    expect(Object.keys(parity)).toContain('DECLINE city control');
    const predictive = await now('fairness_predictive_parity_upper{}');
    expect(predictive['city eta@12']).toBeUndefined();
    expect(await alertsOf('unfair')).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ attribute: 'city', endpoint: 'fraud' }) }),
    );
    expect(await alertsOf('dear')).toMatchObject([{ status: 'FIRING', labels: { currency: 'INR', arm: 'candidate' } }]);
  });

  it('shows how far numbers are off, by version', async () => {
    const next = seededRandom(4);
    const rows = range(0, 200).map((n) => {
      const record = prediction(n, {
        id: uuid(n, 70),
        deployment: 'tiffin:default:deployment:minutes@production',
        occurredAt: new Date(at(0).getTime() + n).toISOString(),
        score: 30 + 20 * next(),
      });
      return { record, value: record.score + (n % 4 === 0 ? -6 : 2) };
    });
    await send(rows.map(({ record }) => record));
    const outcomes = rows.map(({ record, value }, n) =>
      outcome(n, value, { id: uuid(n, 71), predictionId: record.id }),
    );
    await monitoring.send('/v1/outcomes', { outcomes });
    await rule('off', 'model_mae{model_version="eta@1"} > 2');
    await evaluate(1);
    expect(await alertsOf('off')).toMatchObject([
      { status: 'FIRING', value: expect.closeTo(3, 9), labels: { endpoint: 'minutes' } },
    ]);
    const shown = async (name: string) =>
      Number((await chart(`${name}{endpoint="minutes",window="1h",model_version=""}`, 1, 1))[0]!.values[0]![1]);
    expect(await shown('model_rmse')).toBeCloseTo(Math.sqrt(12), 9);
    expect(await shown('model_mean_error')).toBeCloseTo(0, 9);
    expect(await shown('model_r2')).toBeGreaterThan(0.5);
  });

  it('shows nodes, and one that has fallen silent', async () => {
    await rule('silent', 'edge_heartbeat_age_seconds > 300');
    await rule('queued', 'edge_queue_depth > 10');
    await rule('tripped', 'edge_detector_tripped == 1');
    const detectors = [
      { name: 'failing', state: 'TRIPPED', since: at(2).toISOString(), figure: 0.5, limit: 0.4, answers: 10 },
    ];
    const serving = [{ release: RELEASE, modelVersions: [VERSION], detectors }];
    const deployments = [{ deployment: DEPLOYMENT, serving, refused: null }];
    monitoring.clock.now = at(2);
    await monitoring.send(
      '/v1/heartbeat',
      heartbeat(
        { answered: 40, queued: 12, dropped: { QUEUE_FULL: 3 } },
        { node: 'edge-9', at: at(2).toISOString(), deployments },
      ),
    );
    await evaluate(2);
    expect(await alertsOf('queued')).toMatchObject([{ status: 'FIRING', labels: { node: 'edge-9' } }]);
    expect((await alertsOf('silent')).filter(({ labels }) => labels['node'] === 'edge-9')).toEqual([]);
    expect(await alertsOf('tripped')).toMatchObject([
      { status: 'FIRING', labels: { node: 'edge-9', detector: 'failing', release: RELEASE } },
    ]);
    expect(await chart('edge_detector_figure{detector="failing"}', 2, 2)).toMatchObject([
      { values: [[at(2).getTime() / 1_000, '0.5']] },
    ]);
    monitoring.clock.now = at(2.1);
    await evaluate(2.1);
    expect((await alertsOf('silent')).filter(({ labels }) => labels['node'] === 'edge-9')).toMatchObject([
      { status: 'FIRING', value: 360 },
    ]);
    expect(await chart('edge_dropped_total{node="edge-9",reason="QUEUE_FULL"}', 2, 2)).toMatchObject([
      { values: [[at(2).getTime() / 1_000, '3']] },
    ]);
  });

  it('is listed whole: every series that was written has its name and labels there', async () => {
    const { data } = await monitoring.ask('{ indicators { name labels unit description windowSeconds } }', {});
    const listed = new Map<string, any>(data.indicators.map((one: any) => [one.name, one]));
    expect(listed.size).toBe(INDICATORS.length);
    const answer = await monitoring.subgraph.app.request(`/api/v1/series?start=${at(-3 * 24).toISOString()}`, {
      headers: { authorization: `Bearer ${READER}` },
    });
    const series: Record<string, string>[] = ((await answer.json()) as any).data;
    expect(series.length).toBeGreaterThan(50);
    for (const { __name__: name = '', ...labels } of series) {
      expect(listed.get(name)?.labels, name).toEqual(expect.arrayContaining(Object.keys(labels)));
    }
    const written = new Set(series.map(({ __name__: name }) => name));
    expect(INDICATORS.map(({ name }) => name).filter((name) => !written.has(name))).toEqual([]);
    expect(listed.get('feature_drift_score')).toMatchObject({ unit: 'PSI', windowSeconds: [3_600, DAY_MS / 1_000] });
  });
});

it('the clock measures and evaluates by itself', async () => {
  monitoring = await startTestMonitoring({ alertTickMs: 50, sampleDays: 30 });
  const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
  const expression = 'prediction_error_rate > 0.05';
  const often = { noDataState: 'OK', evaluationIntervalSeconds: 1 };
  await done(CREATE, { name: 'failing', expression, severity: 'CRITICAL', ...often });
  const failed = [{ version: VERSION, score: null, failure: 'ENGINE_ERROR' }];
  await send(
    range(0, 20).map((n) =>
      prediction(n, {
        occurredAt: new Date(NOW.getTime() - 60_000 + n).toISOString(),
        ...(n < 2 && { models: failed }),
      }),
    ),
  );
  // What names a deployment in another way than ours holds up nothing.
  await send([
    prediction(90, { deployment: 'tiffin:other:deployment:eta', models: [{ version: `${VERSION}/x`, score: 1 }] }),
  ]);
  // A rule is due again only once the clock has moved on.
  await vi.waitFor(
    async () => {
      monitoring.clock.now = new Date(monitoring.clock.now.getTime() + 1_000);
      expect(await alertsOf('failing')).toMatchObject([{ status: 'FIRING', value: 0.1 }]);
    },
    { timeout: 20_000, interval: 100 },
  );
});
