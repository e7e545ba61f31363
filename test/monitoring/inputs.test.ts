import type { Role } from '../../subgraphs/shared/auth/actor.ts';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../subgraphs/shared/paging.ts';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  heartbeat,
  NOW,
  prediction,
  range,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { expectPages, PAGE } from '../support/paging.ts';

const VIEW = 'tiffin:default:feature-view:route@1';
const OTHER = 'tiffin:default:deployment:eta@staging';
const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const base = {
  deployment: DEPLOYMENT,
  signal: 'ANSWER_RATE',
  comparison: 'BELOW',
  threshold: 5,
  windowSeconds: 300,
  evaluation: 'ON_DEMAND',
};

async function read({ ask }: TestMonitoring, query: string, variables: Record<string, unknown> = {}): Promise<any> {
  const { data, errors } = await ask(query, variables, 'developer');
  expect(errors).toBeUndefined();
  return data;
}
const create = (monitoring: TestMonitoring, input: object): Promise<any> =>
  read(
    monitoring,
    'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id description severity keepFiringForSeconds } } }',
    { input: { ...base, ...input } },
  ).then(({ createAlertRule }) => createAlertRule.rule);
const evaluate = (monitoring: TestMonitoring, minute: number): Promise<any> =>
  read(monitoring, 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }', {
    at: at(minute),
  });
const linked = (monitoring: TestMonitoring, type: string, id: string, field: string): Promise<any> =>
  read(monitoring, `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`, {
    of: [{ __typename: type, id }],
  }).then(({ _entities }) => _entities[0]);

const names = (list: any): string[] => list.edges.map(({ node }: any) => node.name ?? node.rule.name).toSorted();

describe('an alert rule', () => {
  it('keeps what it is for and how urgent it is, and its alerts are as urgent', async () => {
    const monitoring = await startTestMonitoring();
    const said = { description: 'call the owner', severity: 'CRITICAL', keepFiringForSeconds: 120 };
    expect(await create(monitoring, { name: 'urgent', ...said })).toMatchObject(said);
    await evaluate(monitoring, 0);
    const { alerts } = await read(monitoring, '{ alerts { edges { node { severity status } } } }');
    expect(alerts).toEqual({ edges: [{ node: { severity: 'CRITICAL', status: 'FIRING' } }] });
  });

  it('goes on firing for the time that it names after its condition has ended', async () => {
    const monitoring = await startTestMonitoring();
    await create(monitoring, { name: 'sticky', keepFiringForSeconds: 300 });
    await create(monitoring, { name: 'loose' });
    await evaluate(monitoring, 0);
    const predictions = range(0, 100).map((n) => prediction(n, { occurredAt: at(1) }));
    await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
    await evaluate(monitoring, 2);
    const { alerts } = await read(monitoring, '{ alerts { edges { node { rule { name } status } } } }');
    const status = Object.fromEntries(alerts.edges.map(({ node }: any) => [node.rule.name, node.status]));
    expect(status).toEqual({ sticky: 'FIRING', loose: 'RESOLVED' });
  });
});

it('predictions are those of enrolled nodes unless those of devices are asked for', async () => {
  const monitoring = await startTestMonitoring();
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
  await monitoring.send('/v1/predictions', { node: 'phone', predictions: [prediction(2)] }, DEVICE_KEY);
  const of = async (trust: string): Promise<string[]> =>
    (
      await read(monitoring, `{ predictions(deployment: "${DEPLOYMENT}" ${trust}) { edges { node { trust } } } }`)
    ).predictions.edges.map(({ node }: any) => node.trust);
  expect([await of('trust: DEVICE'), await of('')]).toEqual([['DEVICE'], ['SERVER']]);
});

describe('lists of rules and alerts', () => {
  const feature = { signal: 'FEATURE_MISSING_RATE', comparison: 'ABOVE', feature: 'route__delay', featureView: VIEW };
  async function firing(): Promise<TestMonitoring> {
    const monitoring = await startTestMonitoring();
    for (const name of ['a', 'b']) await create(monitoring, { name, ...feature, threshold: 0.5 });
    await create(monitoring, { name: 'elsewhere', deployment: OTHER });
    await evaluate(monitoring, 0);
    return monitoring;
  }

  it('can be read page by page, of all, of a deployment and of a view', async () => {
    const monitoring = await firing();
    await expectPages(async (page) => (await read(monitoring, `{ alertRules(${page}) ${PAGE} }`)).alertRules);
    await expectPages(async (page) => (await read(monitoring, `{ alerts(${page}) ${PAGE} }`)).alerts);
    for (const [type, id] of [
      ['Deployment', DEPLOYMENT],
      ['FeatureView', VIEW],
    ] as const) {
      await expectPages(async (page) => (await linked(monitoring, type, id, `alerts(${page}) ${PAGE}`)).alerts);
    }
  });

  it('are narrowed by deployment, rule and state', async () => {
    const monitoring = await firing();
    const found = await read(
      monitoring,
      `{ alertRules(deployment: "${OTHER}") { edges { node { name } } }
         byDeployment: alerts(deployment: "${OTHER}") { edges { node { rule { name } } } }
         byRule: alerts(rule: "tiffin:default:alert-rule:b") { edges { node { rule { name } } } }
         resolved: alerts(status: RESOLVED) { edges { node { rule { name } } } } }`,
    );
    expect(Object.values(found).map(names)).toEqual([['elsewhere'], ['elsewhere'], ['b'], []]);
    for (const [type, id] of [
      ['Deployment', DEPLOYMENT],
      ['FeatureView', VIEW],
    ] as const) {
      const of = async (status: string): Promise<number> =>
        (await linked(monitoring, type, id, `alerts(status: ${status}) ${PAGE}`)).alerts.edges.length;
      expect([await of('FIRING'), await of('RESOLVED')], type).toEqual([2, 0]);
    }
  });

  it('lead to what their ids find alone', async () => {
    const monitoring = await firing();
    const { alerts } = await read(
      monitoring,
      '{ alerts(rule: "tiffin:default:alert-rule:a") { edges { node { id } } } }',
    );
    const { id } = alerts.edges[0].node;
    const found = await read(
      monitoring,
      `{ alert(id: ${JSON.stringify(id)}) { id rule { name } } alertRule(id: "tiffin:default:alert-rule:b") { name } }`,
    );
    expect(found).toEqual({ alert: { id, rule: { name: 'a' } }, alertRule: { name: 'b' } });
  });
});

it('nodes can be read page by page, of all and of a deployment', async () => {
  const monitoring = await startTestMonitoring();
  for (const node of ['edge-1', 'edge-2']) await monitoring.send('/v1/heartbeat', heartbeat({}, { node }));
  await monitoring.send('/v1/heartbeat', heartbeat({}, { node: 'edge-3', deployments: [] }));
  await expectPages(async (page) => (await read(monitoring, `{ edgeNodes(${page}) ${PAGE} }`)).edgeNodes);
  await expectPages(
    async (page) => (await linked(monitoring, 'Deployment', DEPLOYMENT, `nodes(${page}) ${PAGE}`)).nodes,
  );
  const stale = async (page: string, role: Role = 'developer'): Promise<any> =>
    inboxIn((await monitoring.ask(inboxQuery('edgeNodes', page), {}, role)).data);
  expect((await stale('first: 100')).edges).toEqual([]);
  for (const node of ['old-1', 'old-2']) {
    await monitoring.send('/v1/heartbeat', heartbeat({}, { node, stale: true }));
  }
  await expectPages((page) => stale(page));
  expect((await stale('first: 100')).edges).toHaveLength(2);
  expect((await stale('first: 100', 'viewer')).edges).toEqual([]);
  const { edgeNodes } = await read(
    monitoring,
    `{ edgeNodes(deployment: "${DEPLOYMENT}") { edges { node { name } } } }`,
  );
  expect(edgeNodes.edges.map(({ node }: any) => node.name)).toEqual(['edge-1', 'edge-2', 'old-1', 'old-2']);
});

describe('a report', () => {
  const windows = {
    reference: { from: at(-120), to: at(-60) },
    current: { from: at(-60), to: at(0) },
  };
  const rows = (from: number, to: number, minute: number, changes: object = {}) =>
    range(from, to).map((n) => prediction(n, { occurredAt: at(minute), ...changes }));
  const driftOf = async (monitoring: TestMonitoring, more: object = {}): Promise<any> => {
    const query = `query ($input: DriftReportInput!) { driftReport(input: $input) {
      preset reference { predictions deployment { id } } current { predictions } } }`;
    return (await read(monitoring, query, { input: { deployment: DEPLOYMENT, ...windows, ...more } })).driftReport;
  };

  it('of drift looks at the arm, the trust, the reference and the preset that are asked for', async () => {
    const monitoring = await startTestMonitoring();
    const send = (predictions: object[], key?: string) =>
      monitoring.send('/v1/predictions', { node: 'edge-1', predictions }, key);
    await send(rows(0, 10, -90));
    await send(rows(10, 14, -90, { deployment: OTHER }));
    const held = { holder: 'tiffin:default:experiment:x', holderRevision: 1, bucket: 0.1 };
    await send(rows(20, 26, -30, { arm: 'candidate', ...held }));
    await send(rows(30, 33, -30, { arm: 'control', ...held }));
    await send(rows(40, 42, -30), DEVICE_KEY);
    expect(await driftOf(monitoring)).toEqual({
      preset: 'BY_EFFECT',
      reference: { predictions: 10, deployment: { id: DEPLOYMENT } },
      current: { predictions: 9 },
    });
    expect(await driftOf(monitoring, { arm: 'candidate' })).toMatchObject({ current: { predictions: 6 } });
    expect(await driftOf(monitoring, { trust: 'DEVICE' })).toMatchObject({ current: { predictions: 2 } });
    expect(await driftOf(monitoring, { preset: 'SOURCE' })).toMatchObject({ preset: 'SOURCE' });
    expect(await driftOf(monitoring, { referenceDeployment: OTHER })).toMatchObject({
      reference: { predictions: 4, deployment: { id: OTHER } },
    });
    const query =
      'query ($input: PerformanceReportInput!) { performanceReport(input: $input) { total { predictions } } }';
    const input = { deployment: DEPLOYMENT, ...windows.current };
    const total = async (more: object) =>
      (await read(monitoring, query, { input: { ...input, ...more } })).performanceReport.total;
    expect(await total({})).toEqual({ predictions: 9 });
    expect(await total({ arm: 'control' })).toEqual({ predictions: 3 });
    const served = async (trust: string): Promise<number[]> =>
      (
        await linked(
          monitoring,
          'Deployment',
          DEPLOYMENT,
          `served(window: { trust: ${trust} }) { releases { answers } }`,
        )
      ).served.releases.map(({ answers }: any) => answers);
    expect(await served('SERVER')).toEqual([19]);
    expect(await served('DEVICE')).toEqual([2]);
  });
});

it('lists go on behind cursors of their own alone', async () => {
  const { ask } = await startTestMonitoring();
  const now = NOW.toISOString();
  const forged = [['soon', 'a'], [now, 1], ['2026-03-10', uuid(1)], [now, 'a\0'], ['\0'], [1, 2]];
  const lists = [`predictions(deployment: "${DEPLOYMENT}", `, 'alerts(', 'silences(', 'alertRules(', 'edgeNodes('];
  for (const list of lists) {
    for (const after of forged.map((key) => encodeCursor(key))) {
      const { errors } = await ask(`{ ${list}after: "${after}") { edges { cursor } } }`, {}, 'viewer');
      expect(errors, `${list} ${after}`).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'after' } }]);
    }
  }
  const { errors } = await ask(`{ ${lists[0]}after: "${encodeCursor([now, 'none'])}") { edges { cursor } } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'after' } }]);
});
