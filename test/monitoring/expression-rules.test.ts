import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, DEVICE_KEY, NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) {
  rule { id name expression forSeconds signal threshold labels { name value } annotations { name value } deployment { id } } } }`;
const UPDATE = `mutation ($input: UpdateAlertRuleInput!) { updateAlertRule(input: $input) {
  rule { expression forSeconds labels { name value } annotations { name value } } } }`;
const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name problem } } }`;
const ALERTS = `query ($rule: ID) { alerts(rule: $rule) { edges { node {
  status value fingerprint runbookUrl labels { name value } annotations { name value } deployment { id } } } } }`;

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

const onDemand = { severity: 'CRITICAL', noDataState: 'OK', evaluation: 'ON_DEMAND' };
const pairs = (labels: Record<string, string>) => Object.entries(labels).map(([name, value]) => ({ name, value }));
const record = (list: { name: string; value: string }[]) =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

async function create(input: object): Promise<any> {
  const { data, errors } = await monitoring.ask(CREATE, { input: { ...onDemand, ...input } });
  expect(errors).toBeUndefined();
  return data.createAlertRule.rule;
}

async function evaluated(minute: number): Promise<Record<string, string | null>> {
  const { data, errors } = await monitoring.ask(EVALUATE, { at: at(minute) });
  expect(errors).toBeUndefined();
  return Object.fromEntries(data.evaluateAlerts.evaluated.map((rule: any) => [rule.name, rule.problem]));
}

const alertsOf = async (name: string): Promise<any[]> =>
  (await monitoring.ask(ALERTS, { rule: `tiffin:default:alert-rule:${name}` })).data.alerts.edges.map(
    ({ node }: any) => ({
      ...node,
      labels: record(node.labels),
      annotations: record(node.annotations),
    }),
  );

const push = (name: string, series: Record<string, number>, minute: number, more: Record<string, string> = {}) =>
  monitoring.send('/v1/samples', {
    samples: Object.entries(series).map(([city, value]) => ({
      name,
      labels: { city, ...more },
      value,
      at: at(minute),
    })),
  });

describe('a rule with an expression', () => {
  it('has an alert for each series, with labels, texts and its time', async () => {
    const rule = await create({
      name: 'slow',
      expression: 'avg by (city) (latency_ms) > 75 for 5m',
      deployment: DEPLOYMENT,
      labels: pairs({ team: 'risk' }),
      annotations: pairs({
        summary: '{{ $labels.city }}: {{ $value }} ms',
        runbook_url: 'https://run.example.org/slow',
      }),
    });
    expect(rule).toMatchObject({
      expression: 'avg by (city) (latency_ms) > 75 for 5m',
      forSeconds: 300,
      signal: null,
      threshold: null,
    });
    for (const minute of [0, 5]) {
      expect((await push('latency_ms', { pune: 80, goa: 90, agra: 10 }, minute)).body).toEqual({ stored: 3 });
      await evaluated(minute);
    }
    const fired = (await alertsOf('slow')).toSorted((a, b) => a.value - b.value);
    expect(fired).toMatchObject([
      {
        status: 'FIRING',
        value: 80,
        deployment: { id: DEPLOYMENT },
        runbookUrl: 'https://run.example.org/slow',
        labels: { alertname: 'slow', city: 'pune', severity: 'critical', team: 'risk' },
        annotations: { summary: 'pune: 80 ms' },
      },
      { status: 'FIRING', value: 90, labels: { city: 'goa' } },
    ]);
    expect(fired[0].fingerprint).not.toBe(fired[1].fingerprint);
    await push('latency_ms', { pune: 20, goa: 95, agra: 10 }, 6);
    await evaluated(6);
    const after = await alertsOf('slow');
    expect(Object.fromEntries(after.map(({ status, labels }) => [labels.city, status]))).toEqual({
      goa: 'FIRING',
      pune: 'RESOLVED',
    });
  });

  it('is changed in place', async () => {
    await create({ name: 'changed', expression: 'up == 0', forSeconds: 60 });
    const input = {
      rule: 'changed',
      expectedRevision: 1,
      expression: 'up < 1 for 2m',
      labels: pairs({ team: 'web' }),
      annotations: pairs({ summary: 'down' }),
    };
    const { data, errors } = await monitoring.ask(UPDATE, { input });
    expect(errors).toBeUndefined();
    expect(data.updateAlertRule.rule).toEqual({
      expression: 'up < 1 for 2m',
      forSeconds: 120,
      labels: pairs({ team: 'web' }),
      annotations: pairs({ summary: 'down' }),
    });
  });

  it('shows the series that it knows, page by page', async () => {
    await create({ name: 'known', expression: 'heat > 75', noDataState: 'KEEP' });
    await push('heat', { pune: 80, goa: 10 }, 25);
    await evaluated(25);
    const SERIES = `query ($after: String) { alertRule(id: "tiffin:default:alert-rule:known") { series(first: 1, after: $after) {
      edges { cursor node { state value rows seenAt labels { name value } } } } } }`;
    const seen = [];
    for (let after: string | null = null; seen.length < 2;) {
      const [edge, ...others]: any[] = (await monitoring.ask(SERIES, { after })).data.alertRule.series.edges;
      expect(others).toEqual([]);
      seen.push(`${edge.node.labels[0].value} ${edge.node.state} ${edge.node.value}`);
      expect(edge.node).toMatchObject({ rows: 1, seenAt: at(25) });
      after = edge.cursor;
    }
    expect(new Set(seen)).toEqual(new Set(['goa inactive 10', 'pune firing 80']));
  });

  it('that the data do not allow says so, and stands as before', async () => {
    await create({ name: 'unclear', expression: 'a_ms > on (zone) b_ms' });
    await create({ name: 'clear', expression: 'a_ms > 0' });
    await push('a_ms', { pune: 1 }, 20, { zone: 'west' });
    await push('b_ms', { goa: 1, pune: 1 }, 20, { zone: 'west' });
    const problems = await evaluated(20);
    expect(problems['unclear']).toMatch(/many-to-many matching not allowed/);
    expect(problems['clear']).toBeNull();
    expect(await alertsOf('clear')).toMatchObject([{ status: 'FIRING' }]);
    expect(await alertsOf('unclear')).toEqual([]);
  });

  it.each([
    [{ expression: 'rate(up) > 1' }, 'expression', /expected type range vector .* \(character 6\)$/],
    [{ expression: 'up == 0', threshold: 1 }, 'threshold', /takes no threshold/],
    [{}, 'signal', /a signal or an expression/],
  ])('%j is refused', async (input, field, message) => {
    const { errors } = await monitoring.ask(CREATE, { input: { ...onDemand, name: 'wrong', ...input } });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message), extensions: { code: 'INVALID_INPUT', field } },
    ]);
  });
});

describe('samples', () => {
  it('count once, the last of an instant; a label without text is no label', async () => {
    await create({ name: 'twice', expression: 'count_over_time(visits[10m]) >= 1' });
    const sample = { name: 'visits', labels: { city: 'pune', none: '' }, at: at(30) };
    for (const value of [1, 2]) await monitoring.send('/v1/samples', { samples: [{ ...sample, value }] });
    await create({ name: 'last', expression: 'visits{none=""} == 2' });
    await evaluated(31);
    expect(await alertsOf('twice')).toMatchObject([{ value: 1 }]);
    expect(await alertsOf('last')).toMatchObject([{ value: 2, labels: { city: 'pune' } }]);
  });

  it('without a time are of when they arrive', async () => {
    await create({ name: 'now', expression: 'timestamp(arrivals)' });
    await monitoring.send('/v1/samples', { samples: [{ name: 'arrivals', value: 1 }] });
    await evaluated(1);
    expect(await alertsOf('now')).toMatchObject([{ value: NOW.getTime() / 1_000 }]);
  });

  it.each([
    [{ name: '2x', value: 1 }, 'samples.0.name'],
    [{ name: 'x', value: 1, labels: { __a: 'b' } }, 'samples.0.labels.__a'],
    [{ name: 'x', value: 1, at: at(3_000) }, 'samples.0.at'],
  ])('%j are refused', async (sample, field) => {
    const { status, body } = await monitoring.send('/v1/samples', { samples: [sample] });
    expect([status, body.code, body.field]).toEqual([422, 'INVALID_INPUT', field]);
  });

  it('of a device are refused: rules act on them', async () => {
    const { status, body } = await monitoring.send('/v1/samples', { samples: [{ name: 'x', value: 1 }] }, DEVICE_KEY);
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });
});
