import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) {
  rule { id revision suppresses context { name expression } definition } } }`;
const UPDATE = `mutation ($input: UpdateAlertRuleInput!) { updateAlertRule(input: $input) {
  rule { revision suppresses context { name expression } } } }`;
const INCIDENTS = `{ incidents { edges { node { id status cause mergedInto resolvedAt timeline { kind text }
  evidence { alert text isComposite context { name value labels { name value } } } } } } }`;
const RULES: Record<string, string> = { slow: 'latency_ms > 200', wrong: 'accuracy < 0.9', stale: 'lag_s > 60' };
const DEGRADED = {
  name: 'degraded',
  expression: 'max by (city) (latency_ms) > 200 and on (city) min by (city) (accuracy) < 0.9',
  suppresses: ['slow', 'wrong', 'slow'],
  context: [
    { name: 'rain', expression: 'rain_mm' },
    { name: 'wind', expression: 'wind_kmh' },
  ],
  labels: [{ name: 'cause', value: 'covariate_shift' }],
};

let monitoring: TestMonitoring;
let hook: WebhookReceiver;
const ask = async (query: string, input?: object, ...roles: ('admin' | 'developer')[]): Promise<any> => {
  const { data, errors } = await monitoring.ask(query, { input }, ...roles);
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
};
const base = { noDataState: 'OK', evaluation: 'ON_DEMAND', severity: 'CRITICAL' };

beforeAll(async () => {
  monitoring = await startTestMonitoring({ notifyTickMs: 50 });
  hook = await startWebhookReceiver();
  const RECEIVER = 'mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) { receiver { id } } }';
  await ask(RECEIVER, { name: 'hook', kind: 'WEBHOOK', url: hook.url }, 'admin');
  const ROUTING = 'mutation ($input: SetAlertRoutingInput!) { setAlertRouting(input: $input) { applied } }';
  const config =
    'route: { receiver: hook, group_by: [alertname, city], group_wait: 0s, group_interval: 1s, escalate: [{ after: 2m, receiver: hook }] }';
  expect(await ask(ROUTING, { config })).toEqual({ applied: true });
  for (const [name, expression] of Object.entries(RULES)) await ask(CREATE, { ...base, name, expression });
});

/** The clock goes to a minute, with what series show then; the rules are evaluated. */
async function minute(to: number, values: Record<string, Record<string, number>>): Promise<void> {
  const samples = Object.entries(values).flatMap(([name, cities]) =>
    Object.entries(cities).map(([city, value]) => ({ name, labels: { city }, value, at: at(to).toISOString() })),
  );
  await monitoring.send('/v1/samples', { samples });
  const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }';
  const { errors } = await monitoring.ask(EVALUATE, { at: at(to).toISOString() });
  expect(errors).toBeUndefined();
  monitoring.clock.now = at(to);
}

const labelsOfGroups = (): any[] => hook.received.map(({ body }) => JSON.parse(body).groupLabels);
const incidents = async (): Promise<any[]> => (await ask(INCIDENTS)).edges.map(({ node }: any) => node);
const named = (one: any): string[] => one.evidence.map(({ text }: any) => text.split(':')[0]).toSorted();

describe('a rule that suppresses others', () => {
  it('says which, and what to look at besides, and is changed in both', async () => {
    const { rule } = await ask(CREATE, { ...base, ...DEGRADED });
    expect(rule).toMatchObject({
      suppresses: ['tiffin:default:alert-rule:slow', 'tiffin:default:alert-rule:wrong'],
      context: DEGRADED.context,
      definition: { suppresses: ['slow', 'wrong'], context: DEGRADED.context },
    });
    const change = { rule: 'degraded', expectedRevision: 1, suppresses: ['wrong'], context: [] };
    expect((await ask(UPDATE, change)).rule).toMatchObject({
      suppresses: [expect.stringMatching(/wrong$/)],
      context: [],
    });
    const { suppresses, context } = DEGRADED;
    const back = { rule: 'degraded', expectedRevision: 2, suppresses, context };
    expect((await ask(UPDATE, back)).rule).toMatchObject({ revision: 3, suppresses: { length: 2 }, context });
  });

  it('is one incident with its parts, of which nobody is notified while it fires', async () => {
    // Elsewhere a part is a thing of its own; here two parts are two at first.
    await minute(0, { latency_ms: { pune: 300, goa: 300 }, accuracy: { pune: 0.95 } });
    await hook.until(2);
    await minute(1, { latency_ms: { pune: 300, goa: 300 }, accuracy: { pune: 0.8 }, rain_mm: { pune: 42, goa: 1 } });
    const all = await incidents();
    const whole = all.find((one) => named(one).includes('degraded') && one.mergedInto === null);
    expect(whole).toMatchObject({ status: 'OPEN', cause: 'COVARIATE_SHIFT' });
    expect(named(whole)).toEqual(['degraded', 'slow', 'slow', 'wrong']);
    expect(whole.evidence.find(({ isComposite }: any) => isComposite).context).toEqual([
      { name: 'rain', value: 42, labels: [{ name: 'city', value: 'pune' }] },
    ]);
    await hook.until(3);
    const told = labelsOfGroups();
    expect(told).toEqual(
      expect.arrayContaining([
        { alertname: 'slow', city: 'pune' },
        { alertname: 'slow', city: 'goa' },
        { alertname: 'degraded', city: 'pune' },
      ]),
    );
    expect(told).not.toContainEqual({ alertname: 'wrong', city: 'pune' });
  });

  it('takes in incidents that turn out to be of its parts, and tells of a part once it fires alone', async () => {
    await minute(10, { latency_ms: { pune: 100, goa: 100 }, accuracy: { pune: 0.8 } });
    const wrong = { alertname: 'wrong', city: 'pune' };
    await vi.waitFor(() => expect(labelsOfGroups()).toContainEqual(wrong), { timeout: 20_000, interval: 20 });
    await minute(11, { latency_ms: { pune: 100, goa: 100 }, accuracy: { pune: 0.95 } });
    expect((await incidents()).every(({ status }) => status === 'RESOLVED')).toBe(true);

    // Latency and lag have nothing in common until a rule says so.
    const LATE = { name: 'late', expression: 'heat > 5', suppresses: ['stale', 'slow'] };
    await ask(CREATE, { ...base, ...LATE });
    await minute(60, { latency_ms: { delhi: 300 } });
    await minute(61, { latency_ms: { delhi: 300 }, lag_s: { delhi: 90 } });
    const open = async (): Promise<any[]> => (await incidents()).filter(({ status }) => status === 'OPEN');
    expect(await open()).toHaveLength(2);
    await minute(62, { latency_ms: { delhi: 300 }, lag_s: { delhi: 90 }, heat: { delhi: 9 } });
    const [whole, ...others] = await open();
    expect(others).toEqual([]);
    expect(named(whole)).toEqual(['late', 'slow', 'stale']);
    expect(whole.timeline.map(({ kind }: any) => kind)).toContain('MERGED');
    const parts = (await incidents()).filter(({ mergedInto }) => mergedInto === whole.id);
    expect(parts).toMatchObject([{ status: 'RESOLVED', resolvedAt: at(62).toISOString() }]);
    expect(parts[0].timeline.at(-1).kind).toBe('MERGED');
    const { alerts } = (await monitoring.ask('{ alerts(status: FIRING) { edges { node { incident { id } } } } }')).data;
    expect(new Set(alerts.edges.map(({ node }: any) => node.incident.id))).toEqual(new Set([whole.id]));
    await minute(63, { latency_ms: { delhi: 100 }, lag_s: { delhi: 1 }, heat: { delhi: 1 } });
    expect(await open()).toEqual([]);
  });

  it('is counted with its parts in the figures of the month', async () => {
    const FIGURES = `query ($from: DateTime!, $to: DateTime!, $deployment: ID) {
      incidentFigures(from: $from, to: $to, deployment: $deployment) { incidents alerts judged falseShare correlatedShare
        escalatedShare meanMinutesToAcknowledge medianMinutesToAcknowledge meanMinutesToResolve medianMinutesToResolve } }`;
    const figures = async (from: number, to: number, deployment?: string): Promise<any> => {
      const variables = { from: at(from).toISOString(), to: at(to).toISOString(), deployment };
      const { data, errors } = await monitoring.ask(FIGURES, variables, 'viewer');
      expect(errors).toBeUndefined();
      return data.incidentFigures;
    };
    const NOTHING = { incidents: 0, alerts: 0, falseShare: null, escalatedShare: null, medianMinutesToResolve: null };
    expect(await figures(-60, -30)).toMatchObject(NOTHING);
    expect(await figures(-60, 100, 'eta@production')).toMatchObject(NOTHING);

    // Two more: one climbs its ladder and is a false alarm, of the other somebody is at once.
    await minute(170, { latency_ms: { agra: 300 } });
    await minute(173, { latency_ms: { agra: 300 } });
    const climbed = { alertname: 'slow', city: 'agra' };
    const sent = (): number => labelsOfGroups().filter(({ city }) => city === climbed.city).length;
    await vi.waitFor(() => expect(sent()).toBeGreaterThanOrEqual(2), { timeout: 20_000, interval: 20 });
    const [agra] = (await incidents()).filter(({ status }) => status === 'OPEN');
    monitoring.clock.now = at(174);
    await ask('mutation ($input: AcknowledgeIncidentInput!) { acknowledgeIncident(input: $input) { eventCursor } }', {
      incident: agra.id,
      comment: 'on it',
    });
    monitoring.clock.now = at(180);
    await ask('mutation ($input: ResolveIncidentInput!) { resolveIncident(input: $input) { eventCursor } }', {
      incident: agra.id,
      comment: 'a test',
      falseAlarm: true,
    });
    expect(await figures(165, 175)).toEqual({
      incidents: 1,
      alerts: 1,
      judged: 1,
      falseShare: 1,
      correlatedShare: 0,
      escalatedShare: 1,
      meanMinutesToAcknowledge: 4,
      medianMinutesToAcknowledge: 4,
      meanMinutesToResolve: 10,
      medianMinutesToResolve: 10,
    });
    expect(await figures(165, 175, 'eta@production')).toMatchObject(NOTHING);
    const all = await figures(-1, 175);
    const whole = (await incidents()).filter(({ mergedInto }) => mergedInto === null);
    expect(all.incidents).toBe(whole.length);
    const sizes = whole.map(({ evidence }) => new Set(evidence.map(({ alert }: any) => alert)).size);
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    expect(all.alerts).toBe(sum(sizes));
    expect(all.correlatedShare).toBeCloseTo(sum(sizes.filter((size) => size > 1)) / sum(sizes), 12);
    const wrong = await monitoring.ask(FIGURES, { from: at(1).toISOString(), to: at(0).toISOString() });
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'to' } }]);
  });

  it.each([
    ['suppresses', { suppresses: ['more'] }, 'suppresses'],
    ['suppresses', { suppresses: Array.from({ length: 101 }, (_, i) => `r${i}`) }, 'suppresses'],
    ['context', { context: [{ name: '9', expression: 'a' }] }, 'context.0.name'],
    ['context', { context: [{ name: 'a', expression: 'sum(' }] }, 'context.0.expression'],
    ['context', { context: [{ name: 'a', expression: 'x'.repeat(2_001) }] }, 'context.0.expression'],
    ['context', { context: ['a', 'a'].map((name) => ({ name, expression: 'b' })) }, 'context.1.name'],
    ['context', { context: Array.from({ length: 21 }, (_, i) => ({ name: `c${i}`, expression: 'b' })) }, 'context'],
  ])('is refused with wrong %s', async (_, input, field) => {
    const { errors } = await monitoring.ask(CREATE, {
      input: { ...base, name: 'more', expression: 'a > 1', ...input },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field } }]);
  });
});
