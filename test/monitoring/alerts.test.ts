import { describe, expect, it, vi } from 'vitest';
import { AlertSnapshot } from '../../schema/event.ts';
import {
  DEPLOYMENT,
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { createTestDatabase } from '../support/test-database.ts';

const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id name revision minRows noDataState } eventCursor } }`;
const EVALUATE = `mutation ($input: EvaluateAlertsInput!) { evaluateAlerts(input: $input) { evaluated { name value rows } } }`;
const ALERTS = `query ($deployment: ID, $status: AlertStatus) { alerts(deployment: $deployment, status: $status) {
  edges { node { id status severity value activeAt firedAt endedAt rule { name } deployment { id } } } } }`;

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const base = {
  name: 'traffic',
  deployment: DEPLOYMENT,
  signal: 'ANSWER_RATE',
  comparison: 'BELOW',
  threshold: 5,
  windowSeconds: 300,
  forSeconds: 120,
  evaluation: 'ON_DEMAND',
};

async function evaluateAt({ ask }: TestMonitoring, minute: number, changes = {}): Promise<any> {
  const { data, errors } = await ask(EVALUATE, { input: { at: at(minute), ...changes } });
  expect(errors).toBeUndefined();
  return data.evaluateAlerts.evaluated;
}

const alertsOf = async ({ ask }: TestMonitoring, variables = {}): Promise<any[]> =>
  (await ask(ALERTS, variables, 'viewer')).data.alerts.edges.map(({ node }: any) => node);

describe('alert rules in the graph', () => {
  it('fire after their time, resolve, and tell each step with its audit', async () => {
    const monitoring = await startTestMonitoring();
    const { send, ask, db } = monitoring;
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 100).map((n) => prediction(n, { occurredAt: at(-1) })),
    });
    expect((await ask(CREATE, { input: base })).data.createAlertRule.rule).toMatchObject({
      id: 'tiffin:default:alert-rule:traffic',
      revision: 1,
      minRows: null,
      noDataState: 'ALERTING',
    });
    // 20 per minute at first; the window is empty from minute 4 on.
    expect(await evaluateAt(monitoring, 0)).toEqual([{ name: 'traffic', value: 20, rows: 100 }]);
    expect(await alertsOf(monitoring)).toEqual([]);
    await evaluateAt(monitoring, 5);
    expect(await alertsOf(monitoring)).toMatchObject([
      { status: 'PENDING', value: 0, firedAt: null, rule: { name: 'traffic' } },
    ]);
    await evaluateAt(monitoring, 6);
    await evaluateAt(monitoring, 7);
    await evaluateAt(monitoring, 8);
    expect(await alertsOf(monitoring, { deployment: DEPLOYMENT })).toMatchObject([
      { status: 'FIRING', activeAt: at(5), firedAt: at(7), severity: 'WARNING', deployment: { id: DEPLOYMENT } },
    ]);
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(200, 400).map((n) => prediction(n, { occurredAt: at(8) })),
    });
    await evaluateAt(monitoring, 9);
    expect(await alertsOf(monitoring, { status: 'RESOLVED' })).toMatchObject([
      { status: 'RESOLVED', endedAt: at(9), value: 40 },
    ]);
    expect(await alertsOf(monitoring, { status: 'FIRING' })).toEqual([]);

    const events = await db.query(`select kind, revision, event->'data'->>'status' as status from outbox order by seq`);
    expect(events).toEqual([
      { kind: 'alert-rule', revision: 1, status: null },
      { kind: 'alert', revision: 1, status: 'PENDING' },
      { kind: 'alert', revision: 2, status: 'FIRING' },
      { kind: 'incident', revision: 1, status: 'OPEN' },
      { kind: 'alert', revision: 3, status: 'RESOLVED' },
      { kind: 'incident', revision: 2, status: 'RESOLVED' },
    ]);
    const [fired] = await db.query(`select event->'data' as data from outbox where kind = 'alert' and revision = 2`);
    expect(AlertSnapshot.parse(fired!['data'])).toEqual({
      rule: 'tiffin:default:alert-rule:traffic',
      ruleName: 'traffic',
      deployment: DEPLOYMENT,
      status: 'FIRING',
      severity: 'WARNING',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      labels: { alertname: 'traffic', deployment: DEPLOYMENT, severity: 'warning' },
      annotations: {},
      signal: 'ANSWER_RATE',
      expression: null,
      feature: null,
      comparison: '<',
      threshold: base.threshold,
      value: 0,
      windowFrom: at(2),
      windowTo: at(7),
      activeAt: at(5),
      firedAt: at(7),
      endedAt: null,
      silenced: false,
    });
    const audit = await db.query(
      `select record->>'action' as action, record->>'actor' as actor from audit_record order by seq`,
    );
    expect(audit.map((row) => row['action'])).toEqual([
      'alert-rule.create',
      'alert.start',
      'alert.fire',
      'incident.open',
      'alert.resolve',
      'incident.resolve',
    ]);
    expect(new Set(audit.map((row) => row['actor']))).toEqual(new Set(['user:tester']));
  });

  it('never go back in time, and keep their interval', async () => {
    const monitoring = await startTestMonitoring();
    await monitoring.ask(CREATE, { input: { ...base, evaluationIntervalSeconds: 120 } });
    expect(await evaluateAt(monitoring, 10)).toHaveLength(1);
    expect(await evaluateAt(monitoring, 10)).toHaveLength(0);
    expect(await evaluateAt(monitoring, 11)).toHaveLength(0);
    expect(await evaluateAt(monitoring, 5)).toHaveLength(0);
    expect(await evaluateAt(monitoring, 12)).toHaveLength(1);
  });

  it('take too little data for a hit unless they say otherwise', async () => {
    const monitoring = await startTestMonitoring();
    const input = { ...base, signal: 'BRIER', comparison: 'ABOVE', threshold: 0.2, forSeconds: 0, minRows: 10 };
    await monitoring.ask(CREATE, { input });
    expect(await evaluateAt(monitoring, 0)).toEqual([{ name: 'traffic', value: null, rows: 0 }]);
    expect(await alertsOf(monitoring)).toMatchObject([{ status: 'FIRING', activeAt: at(0) }]);
  });

  it('keep firing through a gap in the data with KEEP, and end with OK', async () => {
    for (const [noDataState, after] of [
      ['KEEP', 'FIRING'],
      ['OK', 'RESOLVED'],
    ]) {
      const monitoring = await startTestMonitoring();
      const { send } = monitoring;
      const rows = range(0, 20).map((n) => prediction(n, { occurredAt: at(-1), score: 0.9 }));
      await send('/v1/predictions', { node: 'edge-1', predictions: rows });
      await send('/v1/outcomes', { outcomes: range(0, 20).map((n) => outcome(n, 0)) });
      const input = {
        ...base,
        signal: 'BRIER',
        comparison: 'ABOVE',
        threshold: 0.2,
        forSeconds: 0,
        minRows: 10,
        noDataState,
      };
      await monitoring.ask(CREATE, { input });
      expect((await evaluateAt(monitoring, 0))[0].value).toBeCloseTo(0.81, 12);
      await evaluateAt(monitoring, 60);
      expect((await alertsOf(monitoring))[0].status).toBe(after);
    }
  });

  it.each([
    ['SCORE_PSI', {}, (n: number) => ({ score: (n % 10) / 10 }), (n: number) => ({ score: 0.9 + (n % 10) / 100 })],
    [
      'FEATURE_PSI',
      { feature: 'route__delay', featureView: 'tiffin:default:feature-view:route@1' },
      (n: number) => ({ features: { route__delay: { value: n % 10, status: 'PRESENT', ageMs: 1 } } }),
      (n: number) => ({ features: { route__delay: { value: 5 + (n % 10), status: 'PRESENT', ageMs: 1 } } }),
    ],
    [
      'FEATURE_PSI',
      { feature: 'distance' },
      (n: number) => ({ inputs: { distance: n % 10 } }),
      (n: number) => ({ inputs: { distance: 5 + (n % 10) } }),
    ],
  ])('watch %s of %j against the baseline', async (signal, settings, before, after) => {
    const monitoring = await startTestMonitoring();
    const { send, ask } = monitoring;
    const rows = (from: number, minute: number, values: (n: number) => object) =>
      range(from, from + 300).map((n) => prediction(n, { occurredAt: at(minute), ...values(n) }));
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: [...rows(0, -120, before), ...rows(300, -1, before), ...rows(600, 10, after)],
    });
    const baseline = { from: at(-180), to: at(-60) };
    const input = { ...base, ...settings, signal, baseline, comparison: 'ABOVE', threshold: 0.25, forSeconds: 0 };
    expect((await ask(CREATE, { input })).errors).toBeUndefined();
    expect((await evaluateAt(monitoring, 0))[0]).toEqual({ name: 'traffic', value: 0, rows: 300 });
    expect((await evaluateAt(monitoring, 11))[0].value).toBeGreaterThan(1);
    expect(await alertsOf(monitoring)).toMatchObject([{ status: 'FIRING' }]);
    const view = await ask(
      `query { _entities(representations: [{ __typename: "FeatureView", id: "tiffin:default:feature-view:route@1" }]) {
        ... on FeatureView { alerts { edges { node { status } } } } } }`,
    );
    expect(view.data['_entities'][0].alerts.edges).toHaveLength('featureView' in settings ? 1 : 0);
  });

  it('watch missing features, fallbacks and ranking', async () => {
    const monitoring = await startTestMonitoring();
    const { send, ask } = monitoring;
    const rows = range(0, 100).map((n) =>
      prediction(n, {
        occurredAt: at(-1),
        score: n % 4 === 0 ? null : n / 100,
        fallback: n % 4 === 0 ? 'FEATURES_MISSING' : null,
        features: {
          route__delay:
            n % 2 ? { value: 1, status: 'PRESENT', ageMs: 1 } : { value: null, status: 'NULL_VALUE', ageMs: 1 },
        },
      }),
    );
    await send('/v1/predictions', { node: 'edge-1', predictions: rows });
    await send('/v1/outcomes', { outcomes: range(0, 100).map((n) => outcome(n, n < 50 ? 0 : 1)) });
    const more = { comparison: 'ABOVE', threshold: 1 };
    await ask(CREATE, {
      input: { ...base, ...more, name: 'missing', signal: 'FEATURE_MISSING_RATE', feature: 'route__delay' },
    });
    await ask(CREATE, { input: { ...base, ...more, name: 'fallback', signal: 'FALLBACK_RATE' } });
    await ask(CREATE, { input: { ...base, ...more, name: 'auc', signal: 'AUC', minRows: 75 } });
    expect(await evaluateAt(monitoring, 0)).toEqual([
      { name: 'auc', value: 1, rows: 75 },
      { name: 'fallback', value: 0.25, rows: 100 },
      { name: 'missing', value: 0.5, rows: 100 },
    ]);
  });

  it('look at an earlier window when outcomes are late', async () => {
    const monitoring = await startTestMonitoring();
    await monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 10).map((n) => prediction(n, { occurredAt: at(-60) })),
    });
    await monitoring.ask(CREATE, { input: { ...base, delaySeconds: 3_590 } });
    expect((await evaluateAt(monitoring, 0))[0].rows).toBe(10);
  });

  it('are evaluated one by one on demand; AUTOMATIC ones by their own clock alone', async () => {
    const monitoring = await startTestMonitoring({ alertTickMs: 50 });
    const { ask } = monitoring;
    await ask(CREATE, { input: { ...base, name: 'a' } });
    await ask(CREATE, {
      input: { ...base, name: 'b', evaluation: 'AUTOMATIC', noDataState: 'ALERTING', forSeconds: 0 },
    });
    expect(await evaluateAt(monitoring, 0, { rules: ['tiffin:default:alert-rule:a'] })).toHaveLength(1);
    expect(await evaluateAt(monitoring, 5, { deployment: `${DEPLOYMENT}2` })).toHaveLength(0);
    const named = await ask(EVALUATE, { input: { at: at(9), rules: ['tiffin:default:alert-rule:b'] } });
    expect(named.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'rules' } }]);
    for (let tries = 0; tries < 300 && (await alertsOf(monitoring, { status: 'FIRING' })).length < 1; tries++)
      await new Promise((r) => setTimeout(r, 50));
    expect(await alertsOf(monitoring, { status: 'FIRING' })).toMatchObject([
      { rule: { name: 'b' }, activeAt: NOW.toISOString() },
    ]);
    const audit = await monitoring.db.query(
      `select record->>'actor' as actor from audit_record where record->>'action' = 'alert.fire'`,
    );
    expect(audit).toEqual([{ actor: 'service:monitoring' }]);
  });

  it('are evaluated by one of two replicas at a time, and by the other when the first one is gone', async () => {
    const database = await createTestDatabase();
    const [first, second] = [
      await startTestMonitoring({ database, alertTickMs: 200 }),
      await startTestMonitoring({ database, alertTickMs: 200 }),
    ];
    const automatic = { ...base, evaluation: 'AUTOMATIC', evaluationIntervalSeconds: 1, noDataState: 'ALERTING' };
    await first.ask(CREATE, { input: { ...automatic, forSeconds: 0 } });
    const firing = { timeout: 20_000, interval: 100 };
    await vi.waitFor(async () => expect(await alertsOf(second, { status: 'FIRING' })).toHaveLength(1), firing);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const fired = `select seq from audit_record where record->>'action' = 'alert.fire'`;
    expect(await second.db.query(fired)).toHaveLength(1);
    await first.stop();
    await second.ask(CREATE, { input: { ...automatic, name: 'later', forSeconds: 0 } });
    await vi.waitFor(async () => expect(await alertsOf(second, { status: 'FIRING' })).toHaveLength(2), firing);
    expect(await second.db.query(fired)).toHaveLength(2);
  });

  it('end with their open alert when deleted, and their name can be used again', async () => {
    const monitoring = await startTestMonitoring();
    const { ask, db } = monitoring;
    await ask(CREATE, { input: base });
    expect((await ask(CREATE, { input: base })).errors).toMatchObject([
      { extensions: { code: 'CONFLICT', field: 'name' } },
    ]);
    await evaluateAt(monitoring, 0);
    const remove = `mutation { deleteAlertRule(input: { rule: "tiffin:default:alert-rule:traffic" }) { rule { revision } } }`;
    expect((await ask(remove)).data.deleteAlertRule.rule.revision).toBe(2);
    expect((await ask(remove)).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(await alertsOf(monitoring)).toMatchObject([{ status: 'INACTIVE', rule: null }]);
    expect(await evaluateAt(monitoring, 10)).toEqual([]);
    expect((await ask(CREATE, { input: base })).data.createAlertRule.rule.revision).toBe(3);
    const rules = await db.query(
      `select revision, (event->>'deleted')::boolean as deleted from outbox where kind = 'alert-rule' order by seq`,
    );
    expect(rules).toEqual([
      { revision: 1, deleted: false },
      { revision: 2, deleted: true },
      { revision: 3, deleted: false },
    ]);
  });

  it('transition once when two evaluators run at the same time', async () => {
    const monitoring = await startTestMonitoring();
    await monitoring.ask(CREATE, { input: { ...base, forSeconds: 0 } });
    const runs = await Promise.all(range(0, 5).map(() => evaluateAt(monitoring, 0)));
    expect(runs.flat()).toHaveLength(1);
    expect(await monitoring.db.query(`select count(*)::int as n from outbox where kind = 'alert'`)).toEqual([{ n: 1 }]);
  });

  it('are not for viewers to make', async () => {
    const { ask } = await startTestMonitoring();
    expect((await ask(CREATE, { input: base }, 'viewer')).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await ask(CREATE, { input: { ...base, name: 'two words' } })).errors).toMatchObject([
      { extensions: { field: 'name' } },
    ]);
  });
});
