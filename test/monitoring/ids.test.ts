import { beforeAll, describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  NOW,
  prediction,
  STAGING,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';

const NOPE = 'tiffin:default:deployment:nope@production';
const window = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
const rule = { name: 'r', signal: 'ANSWER_RATE', comparison: 'BELOW', threshold: 1, windowSeconds: 60 };
const ONE = (field: string) => `query ($id: ID!) { ${field}(id: $id) { id } }`;
const DRIFT = 'query ($input: DriftReportInput!) { driftReport(input: $input) { severity } }';
const PERFORMANCE = 'query ($input: PerformanceReportInput!) { performanceReport(input: $input) { from } }';
const PREDICTIONS = `query ($deployment: ID!, $modelVersion: ID) {
  predictions(deployment: $deployment, modelVersion: $modelVersion) { edges { node { id } } } }`;
const CREATE = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
const drift = { deployment: DEPLOYMENT, reference: window, current: window };

/** For what is only read, or refused. */
let shared: TestMonitoring;
beforeAll(async () => {
  shared = await startTestMonitoring();
});

describe('an id that is none', () => {
  it.each([
    ['id', ONE('prediction'), { id: 'x' }],
    ['id', ONE('prediction'), { id: DEPLOYMENT }],
    ['id', ONE('edgeNode'), { id: 'tiffin:default:edge-node:a@1' }],
    ['id', ONE('alertRule'), { id: 'a b@' }],
    ['id', ONE('alert'), { id: 'tiffin:default:alert:x' }],
    ['id', ONE('alert'), { id: 'tiffin:default:alert:x/yesterday' }],
    ['deployment', 'query ($id: ID) { alerts(deployment: $id) { edges { node { id } } } }', { id: 'x' }],
    ['rule', 'query ($id: ID) { alerts(rule: $id) { edges { node { id } } } }', { id: VERSION }],
    ['deployment', 'query ($id: ID) { alertRules(deployment: $id) { edges { node { id } } } }', { id: 'x' }],
    ['deployment', 'query ($id: ID) { edgeNodes(deployment: $id) { edges { node { id } } } }', { id: 'x' }],
    ['deployment', PREDICTIONS, { deployment: 'nope' }],
    ['modelVersion', PREDICTIONS, { deployment: DEPLOYMENT, modelVersion: 'tiffin:default:model-version:eta@1.2.0.0' }],
    ['deployment', DRIFT, { input: { ...drift, deployment: 'nope' } }],
    ['referenceDeployment', DRIFT, { input: { ...drift, referenceDeployment: VERSION } }],
    ['modelVersion', DRIFT, { input: { ...drift, modelVersion: DEPLOYMENT } }],
    ['deployment', PERFORMANCE, { input: { deployment: 'nope', ...window } }],
    ['modelVersion', PERFORMANCE, { input: { deployment: DEPLOYMENT, ...window, modelVersion: 'eta' } }],
    ['deployment', CREATE, { input: { ...rule, deployment: 'nope' } }],
    ['name', CREATE, { input: { ...rule, name: '1 a', deployment: DEPLOYMENT } }],
    ['after', CREATE, { input: { ...rule, deployment: DEPLOYMENT, after: '12-3' } }],
    ['rule', 'mutation { deleteAlertRule(input: { rule: "tiffin:default:alert:x" }) { rule { id } } }', {}],
    ['rule', 'mutation { updateAlertRule(input: { rule: "@", expectedRevision: 1 }) { rule { id } } }', {}],
    [
      'rules',
      'mutation { evaluateAlerts(input: { at: "2026-03-10T00:00:00Z", rules: ["@"] }) { evaluated { id } } }',
      {},
    ],
    [
      'deployment',
      'mutation { evaluateAlerts(input: { at: "2026-03-10T00:00:00Z", deployment: "x" }) { evaluated { id } } }',
      {},
    ],
  ])('is refused, naming %s: %s %j', async (field, query, variables) => {
    const { errors } = await shared.ask(query, variables);
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field } }]);
    expect(errors?.[0]?.message.startsWith(`${field}: `), errors?.[0]?.message).toBe(true);
  });
});

describe('a deployment that no subgraph has announced', () => {
  it.each([
    ['deployment', PREDICTIONS, { deployment: NOPE }],
    ['deployment', DRIFT, { input: { ...drift, deployment: NOPE } }],
    ['referenceDeployment', DRIFT, { input: { ...drift, referenceDeployment: NOPE } }],
    ['deployment', PERFORMANCE, { input: { deployment: NOPE, ...window } }],
    ['deployment', CREATE, { input: { ...rule, deployment: NOPE } }],
  ])('is NOT_FOUND, naming %s: %s', async (field, query, variables) => {
    const { errors } = await shared.ask(query, variables);
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field } }]);
  });

  it('can be reported on once records of it are stored; rules wait for the registry', async () => {
    const { ask, send } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, { deployment: NOPE })] });
    expect((await ask(PREDICTIONS, { deployment: NOPE })).data.predictions.edges).toHaveLength(1);
    const { errors } = await ask(CREATE, { input: { ...rule, deployment: NOPE } });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'deployment' } }]);
  });
});

it('short ids and whole ones name the same things', async () => {
  const { ask, send } = await startTestMonitoring();
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
  for (const id of [uuid(1), `tiffin:default:prediction:${uuid(1)}`, uuid(1).toUpperCase()]) {
    expect((await ask(ONE('prediction'), { id })).data.prediction.id).toBe(`tiffin:default:prediction:${uuid(1)}`);
  }
  const listed = await ask(PREDICTIONS, { deployment: 'eta@production', modelVersion: 'eta@1' });
  expect(listed.data.predictions.edges).toHaveLength(1);
  const made = await ask(CREATE, { input: { ...rule, deployment: 'eta@staging' } });
  expect(made.errors).toBeUndefined();
  const found = await ask('{ alertRule(id: "r") { name deployment { id } } }');
  expect(found.data.alertRule).toEqual({ name: 'r', deployment: { id: STAGING } });
  const elsewhere = await ask(ONE('alertRule'), { id: 'tiffin:other:alert-rule:r' });
  expect(elsewhere.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'id' } }]);
});

it('ids of predictions and records count in either case', async () => {
  const { ask, send } = await startTestMonitoring();
  const id = '0A1B2C3D-4E5F-7000-8000-0000000000AB';
  const sent = await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, { id })] });
  expect(sent.body).toEqual({ acked: [id.toLowerCase()], rejected: [] });
  const again = await send('/v1/predictions', {
    node: 'edge-1',
    predictions: [prediction(1, { id: id.toLowerCase() }), prediction(1, { id })],
  });
  expect(again.body).toEqual({ acked: [id.toLowerCase()], rejected: [] });
  const outcome = { id: id.replace('AB', 'CD'), predictionId: id, value: 1, occurredAt: NOW.toISOString() };
  const told = await send('/v1/outcomes', { outcomes: [outcome] });
  expect(told.body).toEqual({ acked: [outcome.id.toLowerCase()], rejected: [] });
  const { data } = await ask('query ($id: ID!) { prediction(id: $id) { id outcome { value } } }', { id });
  expect(data.prediction).toEqual({ id: `tiffin:default:prediction:${id.toLowerCase()}`, outcome: { value: 1 } });
});
