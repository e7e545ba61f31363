import { beforeAll, describe, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import {
  DEPLOYMENT,
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

const READER = testKeys.with('monitoring:read');
const HOUR_MS = 3_600_000;
const MIDNIGHT = new Date('2026-03-10T00:00:00.000Z');
const at = (days: number, ms = 0): Date => new Date(MIDNIGHT.getTime() + days * 24 * HOUR_MS + ms);
const PILLARS = ['DATA', 'MODEL', 'INFRASTRUCTURE', 'BUSINESS'];
const STATE = `{ pillar status reasons { status text expression at }
  measures { name unit expression series { labels { name value } points { at value } } } }`;
const OVERVIEW = `deployment { id } from to status data ${STATE} model ${STATE} infrastructure ${STATE} business ${STATE}`;
const OF_DEPLOYMENT = `query ($id: ID!, $window: PillarWindowInput) {
  _entities(representations: [{ __typename: "Deployment", id: $id }]) { ... on Deployment { pillars(window: $window) { ${OVERVIEW} } } } }`;
const OF_VERSION = `query ($id: ID!, $window: PillarWindowInput) {
  _entities(representations: [{ __typename: "ModelVersion", id: $id }]) { ... on ModelVersion { pillars(window: $window) { ${OVERVIEW} } } } }`;

let monitoring: TestMonitoring;

async function overview(query: string, id: string, window: object | null = null): Promise<any> {
  const { data, errors } = await monitoring.ask(query, { id, window }, 'viewer');
  expect(errors).toBeUndefined();
  const [entity] = Object.values<any>(data)[0];
  return entity.pillars;
}

const pillar = (found: any, name: string): any => found[name.toLowerCase()];
const statuses = (found: any): readonly string[] => PILLARS.map((name) => pillar(found, name).status);
const reason = (found: any, name: string, text: string): any =>
  pillar(found, name).reasons.find((one: any) => one.text.includes(text));

beforeAll(async () => {
  monitoring = await startTestMonitoring();
  const next = seededRandom(5);
  const decisions = [
    { decision: 'APPROVE', positive: true, cost: 100 },
    { decision: 'APPROVE', positive: false, cost: -10 },
    { decision: 'DECLINE', positive: true, cost: 0 },
    { decision: 'DECLINE', positive: false, cost: 1 },
  ];
  const SET = `mutation ($input: SetPricesInput!) { setPrices(input: $input) { prices { validFrom } } }`;
  const nodes = [{ name: 'small', count: 1, perHour: 1 }];
  const prices = {
    deployment: DEPLOYMENT,
    validFrom: at(-9),
    currency: 'INR',
    nodes,
    perThousandAnswers: 0,
    decisions,
  };
  expect((await monitoring.ask(SET, { input: prices })).errors).toBeUndefined();
  // Six days of answers about noon; on the last of them the outcomes are the contrary, a feature has moved and models fail.
  for (const day of range(-6, 0)) {
    const last = day === -1;
    const rows = range(0, 300).map((n) => {
      const score = next();
      const id = uuid(n, 100 - day);
      const label = next() < score ? 1 : 0;
      const record = prediction(n, {
        id,
        occurredAt: at(day, 23 * HOUR_MS + n * 10_000).toISOString(),
        score,
        decision: score > 0.5 ? 'DECLINE' : 'APPROVE',
        models: [{ version: VERSION, score, ...(last && n < 9 && { failure: 'ENGINE_ERROR', score: null }) }],
        features: { route__delay: { value: next() + (last ? 1 : 0), status: 'PRESENT', ageMs: 5 } },
      });
      return { record, label: outcome(n, last ? 1 - label : label, { id: uuid(n, 200 - day), predictionId: id }) };
    });
    const { body } = await monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: rows.map((one) => one.record),
    });
    expect(body.rejected).toEqual([]);
    await monitoring.send('/v1/outcomes', { outcomes: rows.map((one) => one.label) });
  }
  const RULE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
  const expression = 'count_over_time(model_auc[14d]) > 1e9';
  const rule = { name: 'all', expression, severity: 'WARNING', noDataState: 'OK', evaluation: 'ON_DEMAND' };
  expect((await monitoring.ask(RULE, { input: rule })).errors).toBeUndefined();
  const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }`;
  expect((await monitoring.ask(EVALUATE, { at: NOW })).errors).toBeUndefined();
});

describe('the four pillars', () => {
  it('stand in one answer, each with its reasons and its history', async () => {
    const found = await overview(OF_DEPLOYMENT, DEPLOYMENT, { to: at(0) });
    expect(found).toMatchObject({
      deployment: { id: DEPLOYMENT },
      from: at(-7).toISOString(),
      to: at(0).toISOString(),
    });
    expect(PILLARS.map((name) => pillar(found, name).pillar)).toEqual(PILLARS);
    expect(statuses(found)).toEqual(['DEGRADED', 'UNHEALTHY', 'DEGRADED', 'DEGRADED']);
    expect(found.status).toBe('UNHEALTHY');
    // The worst first; each says what it rests on, and since when.
    expect(pillar(found, 'DATA').reasons[0]).toMatchObject({
      status: 'DEGRADED',
      text: expect.stringMatching(/^the highest severity of a feature's drift is 3 of 3: route__delay/),
      at: at(0).toISOString(),
    });
    expect(reason(found, 'MODEL', 'AUC is').text).toMatch(/^AUC is 0\.[12]\d*; it usually is 0\.[78]\d*$/);
    expect(reason(found, 'MODEL', 'before outcomes come')).toMatchObject({ status: 'HEALTHY' });
    expect(reason(found, 'INFRASTRUCTURE', 'a model fails')).toMatchObject({
      status: 'DEGRADED',
      text: expect.stringContaining('a share of 0.03 of the answers'),
    });
    expect(reason(found, 'BUSINESS', 'a decision comes to')).toMatchObject({ status: 'DEGRADED' });
    const auc = pillar(found, 'MODEL').measures.find((one: any) => one.name === 'AUC');
    const days = new Map(auc.series[0].points.map(({ at: time, value }: any) => [time, value]));
    expect(range(-5, 1).map((day) => days.has(at(day).toISOString()))).toEqual(Array(6).fill(true));
    // What an overview says, a rule or a chart can ask.
    const asked = new URLSearchParams({ query: auc.expression, time: at(0).toISOString() });
    const answer = await monitoring.subgraph.app.request(`/api/v1/query?${asked}`, {
      headers: { authorization: `Bearer ${READER}` },
    });
    const { data } = (await answer.json()) as any;
    expect(Number(data.result[0].value[1])).toBe(days.get(at(0).toISOString()));
    const shares = pillar(found, 'BUSINESS').measures.find((one: any) => one.name === 'share of decisions');
    expect(
      shares.series.map(({ labels }: any) => labels.find(({ name }: any) => name === 'decision').value).toSorted(),
    ).toEqual(['APPROVE', 'DECLINE']);
  });

  it('are as they were, at any time before', async () => {
    const found = await overview(OF_DEPLOYMENT, DEPLOYMENT, { to: at(-1), hours: 24 * 5 });
    expect(found.from).toBe(at(-6).toISOString());
    expect(statuses(found)).toEqual(['HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY']);
  });

  it('are those of a version where it answered last', async () => {
    const found = await overview(OF_VERSION, VERSION, { to: at(0) });
    expect(found).toMatchObject({ deployment: { id: DEPLOYMENT }, to: at(0).toISOString() });
    expect(reason(found, 'MODEL', 'AUC is').expression).toContain('model_version="eta@1"');
    expect(statuses(found)).toEqual(['DEGRADED', 'UNHEALTHY', 'DEGRADED', 'DEGRADED']);
    expect(await overview(OF_VERSION, `${VERSION}9`)).toBeNull();
  });

  it('are unknown of what is quiet, and refused for no hours', async () => {
    const quiet = await overview(OF_DEPLOYMENT, STAGING);
    expect(quiet.status).toBe('UNKNOWN');
    expect(PILLARS.flatMap((name) => pillar(quiet, name).reasons.map(({ text }: any) => text))).toEqual([
      'no window of this time has enough answers to look at what came in',
      'too few outcomes came, and too few are known to say how good scores likely are',
      'nothing was answered in this time',
      'no costs of decisions are declared, or no outcome came: see setPrices',
    ]);
    const { errors } = await monitoring.ask(OF_DEPLOYMENT, { id: STAGING, window: { hours: 0 } }, 'viewer');
    expect(errors).toMatchObject([{ message: 'hours: 0 is out of range; allowed: 1 to 8784' }]);
  });
});
