import { describe, expect, it } from 'vitest';
import { localPeer, type Peer } from '../../subgraphs/shared/peer.ts';
import {
  DEPLOYMENT,
  deploymentEvent,
  NOW,
  prediction,
  SECRET,
  startTestMonitoring,
  type TestMonitoring,
} from '../support/monitoring.ts';

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const window = { from: at(-120), to: at(-60) };
const base = {
  name: 'traffic',
  deployment: DEPLOYMENT,
  signal: 'ANSWER_RATE',
  comparison: 'BELOW',
  threshold: 5,
  windowSeconds: 300,
  evaluation: 'ON_DEMAND',
};
const SETTINGS = `id revision description comparison threshold windowSeconds delaySeconds forSeconds keepFiringForSeconds
  evaluationIntervalSeconds minRows baseline { from to } severity noDataState evaluation value`;
const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { ${SETTINGS} } eventCursor } }`;
const UPDATE = `mutation ($input: UpdateAlertRuleInput!) { updateAlertRule(input: $input) { rule { ${SETTINGS} } eventCursor } }`;
const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }';

async function changed({ ask }: TestMonitoring, query: string, input: object): Promise<any> {
  const { data, errors } = await ask(query, { input });
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

/** One answer a minute ago. */
const answered = ({ send }: TestMonitoring): Promise<unknown> =>
  send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, { occurredAt: at(-1) })] });

describe('a rule that is changed in place', () => {
  it('takes each setting that is given and keeps the others', async () => {
    const monitoring = await startTestMonitoring();
    const drift = { ...base, signal: 'SCORE_PSI', comparison: 'ABOVE', baseline: window };
    const { rule } = await changed(monitoring, CREATE, { ...drift, description: 'before' });
    const settings = {
      description: 'after',
      comparison: 'AT_LEAST',
      threshold: 0.3,
      windowSeconds: 600,
      delaySeconds: 7,
      forSeconds: 8,
      keepFiringForSeconds: 9,
      evaluationIntervalSeconds: 10,
      minRows: 11,
      baseline: { from: at(-180), to: at(-120) },
      severity: 'CRITICAL',
      noDataState: 'KEEP',
      evaluation: 'AUTOMATIC',
    };
    let revision = 1;
    let expected = rule;
    for (const [name, value] of Object.entries(settings)) {
      const input = { rule: rule.id, expectedRevision: revision, [name]: value };
      const answer = await changed(monitoring, UPDATE, input);
      expected = { ...expected, [name]: value, revision: ++revision };
      expect(answer.rule, name).toEqual(expected);
      expect(answer.eventCursor).toMatch(/^monitoring:/);
    }
    const same = await changed(monitoring, UPDATE, { rule: 'traffic', expectedRevision: revision, minRows: null });
    expect(same.rule, 'null says nothing').toMatchObject({ minRows: 11 });
    const audit = await monitoring.db.query(`select record->>'action' as action from audit_record order by seq`);
    expect(audit.map(({ action }) => action).slice(0, 3)).toEqual([
      'alert-rule.create',
      'alert-rule.update',
      'alert-rule.update',
    ]);
  });

  it('keeps its open alert, and decides by the new settings from its next evaluation on', async () => {
    const monitoring = await startTestMonitoring();
    const { ask } = monitoring;
    await answered(monitoring);
    await changed(monitoring, CREATE, base);
    await ask(EVALUATE, { at: at(0) });
    await changed(monitoring, UPDATE, { rule: 'traffic', expectedRevision: 1, threshold: -1 });
    const status = async () =>
      (await ask('{ alerts { edges { node { status activeAt } } } }')).data.alerts.edges.map(({ node }: any) => node);
    expect(await status()).toEqual([{ status: 'FIRING', activeAt: at(0) }]);
    await ask(EVALUATE, { at: at(1) });
    expect(await status()).toEqual([{ status: 'RESOLVED', activeAt: at(0) }]);
  });

  it.each([
    ['another revision', { expectedRevision: 2 }, 'CONFLICT', 'expectedRevision'],
    ['a rule that is not there', { rule: 'tiffin:default:alert-rule:nope' }, 'NOT_FOUND', 'rule'],
    ['a setting that is out of range', { windowSeconds: 0 }, 'INVALID_INPUT', 'windowSeconds'],
  ])('is refused for %s', async (_, changes, code, field) => {
    const monitoring = await startTestMonitoring();
    await changed(monitoring, CREATE, base);
    const input = { rule: 'traffic', expectedRevision: 1, ...changes };
    const { errors } = await monitoring.ask(UPDATE, { input });
    expect(errors).toMatchObject([{ extensions: { code, field } }]);
  });
});

it('a rule waits for the deployment that was made just now, by the cursor of its event', async () => {
  const events = [deploymentEvent(DEPLOYMENT)];
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const registry: Peer = {
    ...localPeer('registry', () => undefined, SECRET),
    get: async (path) => {
      if (path.includes('after=')) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return Response.json({ events: [], cursors: [], cursor: '10-10', watermark: '10-10', newest: '10-10' });
      }
      await told;
      return Response.json({
        events,
        cursors: events.map(() => '10-10'),
        cursor: '10-10',
        watermark: '10-10',
        newest: '10-10',
      });
    },
  };
  const monitoring = await startTestMonitoring({ registry });
  const { errors } = await monitoring.ask(CREATE, { input: base });
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'deployment' } }]);
  const waiting = monitoring.ask(CREATE, { input: { ...base, after: 'registry:10-10' } });
  tell();
  expect((await waiting).errors).toBeUndefined();
  const late = await monitoring.ask(CREATE, { input: { ...base, name: 'late', after: 'registry:99-1' } });
  expect(late.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', field: 'after' } }]);
});

it('a rule is not evaluated as of an instant that has not come', async () => {
  const monitoring = await startTestMonitoring();
  await changed(monitoring, CREATE, base);
  const { errors } = await monitoring.ask(EVALUATE, { at: '2062-01-01T00:00:00Z' });
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'at' } }]);
  const { data } = await monitoring.ask(EVALUATE, { at: at(0) });
  expect(data.evaluateAlerts.evaluated).toEqual([{ name: 'traffic' }]);
});

it('the event of an alert says what was watched, and by which threshold', async () => {
  const monitoring = await startTestMonitoring();
  await answered(monitoring);
  await changed(monitoring, CREATE, base);
  await monitoring.ask(EVALUATE, { at: at(0) });
  const [event] = await monitoring.db.query<{ data: object }>(
    `select event->'data' as data from outbox where kind = 'alert'`,
  );
  expect(event?.data).toEqual({
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
    threshold: 5,
    value: 0.2,
    windowFrom: at(-5),
    windowTo: at(0),
    activeAt: at(0),
    firedAt: at(0),
    endedAt: null,
    silenced: false,
  });
});
