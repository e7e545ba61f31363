import { beforeAll, describe, expect, it } from 'vitest';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { expectPages } from '../support/paging.ts';
import {
  DEPLOYMENT,
  heartbeat,
  NOW,
  prediction,
  range,
  STAGING,
  startTestMonitoring,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const INCIDENT = `id status cause severity startedAt acknowledgedAt acknowledgedBy resolvedAt secondsToAcknowledge secondsToResolve
  title roles { role person } resolution { by comment falseAlarm } origin { kind name id } evidence { cause text value alert firedAt endedAt } timeline { at kind by text } deployments { id }`;
const INCIDENTS = `query ($status: IncidentStatus, $deployment: ID, $first: Int, $after: String) {
  incidents(status: $status, deployment: $deployment, first: $first, after: $after) { edges { cursor node { ${INCIDENT} } } } }`;
const ACKNOWLEDGE = `mutation ($input: AcknowledgeIncidentInput!) { acknowledgeIncident(input: $input) {
  eventCursor incident { ${INCIDENT} } } }`;
const NOTE = `mutation ($input: AddIncidentNoteInput!) { addIncidentNote(input: $input) { incident { timeline { kind by text } } } }`;
const RESOLVE = `mutation ($input: ResolveIncidentInput!) { resolveIncident(input: $input) { incident { ${INCIDENT} } } }`;
const ROLE = `mutation ($input: GiveIncidentRoleInput!) { giveIncidentRole(input: $input) { incident { roles { role person } } } }`;
const STEPS = { acknowledge: ACKNOWLEDGE, note: NOTE, resolve: RESOLVE, role: ROLE };
const RULES: Record<string, string> = {
  inaccurate: 'model_auc < 0.7',
  stale: 'feature_freshness < 0.99',
  slow: 'prediction_latency_ms > 200',
  silent: 'edge_heartbeat_age_seconds > 900',
};

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
  for (const [name, expression] of Object.entries(RULES)) {
    const input = { name, expression, severity: name === 'slow' ? 'CRITICAL' : 'WARNING', noDataState: 'OK' };
    const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
    const { errors } = await monitoring.ask(CREATE, { input: { ...input, evaluation: 'ON_DEMAND' } });
    expect(errors).toBeUndefined();
  }
});

type Labels = Record<string, string>;
const PRODUCTION: Labels = { endpoint: 'eta', environment: 'production' };

/** The clock goes to a minute, with what series show then; the rules are evaluated. */
async function minute(to: number, series: readonly (readonly [string, number, Labels])[]): Promise<void> {
  const samples = series.map(([name, value, labels]) => ({ name, labels, value, at: at(to).toISOString() }));
  await monitoring.send('/v1/samples', { samples });
  monitoring.clock.now = at(to);
  const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }';
  const { errors } = await monitoring.ask(EVALUATE, { at: at(to).toISOString() });
  expect(errors).toBeUndefined();
}

async function incidents(filter: object = {}): Promise<any[]> {
  const { data, errors } = await monitoring.ask(INCIDENTS, { ...filter }, 'viewer');
  expect(errors).toBeUndefined();
  return data.incidents.edges.map(({ node }: any) => node);
}

describe('an incident', () => {
  it('is one per cause, with what the rest follows from as its cause, and ends with its last alert', async () => {
    await minute(0, [['model_auc', 0.6, { ...PRODUCTION, model_version: 'eta@1' }]]);
    expect(await incidents()).toMatchObject([
      {
        status: 'OPEN',
        cause: 'PERFORMANCE_LOSS',
        severity: 'WARNING',
        origin: { kind: 'MODEL_VERSION', name: 'eta@1', id: 'tiffin:default:model-version:eta@1' },
        startedAt: at(0).toISOString(),
        deployments: [{ id: DEPLOYMENT }],
      },
    ]);
    // Features of one view are old on two deployments; answers are slow beside it.
    await minute(3, [
      ['model_auc', 0.6, { ...PRODUCTION, model_version: 'eta@1' }],
      ['feature_freshness', 0.5, { ...PRODUCTION, feature: 'route__delay' }],
      ['feature_freshness', 0.5, { endpoint: 'eta', environment: 'staging', feature: 'route__wind' }],
      ['prediction_latency_ms', 300, PRODUCTION],
    ]);
    const [slow, stale, ...others] = (await incidents()).toSorted((a, b) => (a.cause < b.cause ? -1 : 1));
    expect(others).toEqual([]);
    expect(slow).toMatchObject({
      cause: 'INFRASTRUCTURE',
      severity: 'CRITICAL',
      origin: { kind: 'DEPLOYMENT', id: DEPLOYMENT },
    });
    expect(stale).toMatchObject({
      cause: 'PIPELINE_FAULT',
      origin: { kind: 'FEATURE_VIEW', name: 'route', id: null },
      deployments: [{ id: DEPLOYMENT }, { id: STAGING }],
    });
    expect(stale.evidence.map(({ cause }: any) => cause)).toEqual([
      'PERFORMANCE_LOSS',
      'PIPELINE_FAULT',
      'PIPELINE_FAULT',
    ]);
    expect(stale.evidence[1]).toMatchObject({ value: 0.5, endedAt: null, firedAt: at(3).toISOString() });
    expect(stale.evidence[1].text).toMatch(/^stale: endpoint=eta environment=production feature=route__delay \(0.5\)$/);

    const { data: ofAlert } = await monitoring.ask(`query ($id: ID!) { alert(id: $id) { incident { id } } }`, {
      id: stale.evidence[0].alert,
    });
    expect(ofAlert.alert.incident.id).toBe(stale.id);

    const nobodyIsOn = async (page: string, ...roles: any[]): Promise<any> =>
      inboxIn((await monitoring.ask(inboxQuery('incidents', page), {}, ...roles)).data);
    await expectPages((page) => nobodyIsOn(page));
    expect((await nobodyIsOn('first: 100', 'viewer')).edges).toEqual([]);

    monitoring.clock.now = at(5);
    const { data, errors } = await monitoring.ask(ACKNOWLEDGE, {
      input: { incident: stale.id, comment: 'the loader hangs' },
    });
    expect(errors).toBeUndefined();
    expect(data.acknowledgeIncident.incident).toMatchObject({
      acknowledgedBy: 'user:tester',
      secondsToAcknowledge: 300,
      secondsToResolve: null,
    });
    expect((await nobodyIsOn('first: 100')).edges).toHaveLength(1);
    const ALERT = `query ($id: ID!) { alert(id: $id) { acknowledgement { by comment } } }`;
    const { data: alert } = await monitoring.ask(ALERT, { id: stale.evidence[2].alert });
    expect(alert.alert.acknowledgement).toEqual({ by: 'user:tester', comment: 'the loader hangs' });
    await monitoring.ask(NOTE, { input: { incident: stale.id, note: 'restarted it' } });

    await minute(9, [
      ['model_auc', 0.8, { ...PRODUCTION, model_version: 'eta@1' }],
      ['feature_freshness', 1, { ...PRODUCTION, feature: 'route__delay' }],
      ['prediction_latency_ms', 300, PRODUCTION],
    ]);
    const [[over], [going, ...more]] = [await incidents({ status: 'RESOLVED' }), await incidents({ status: 'OPEN' })];
    expect(more).toEqual([]);
    expect(over).toMatchObject({ id: stale.id, status: 'RESOLVED', secondsToResolve: 540 });
    expect(over.timeline.map(({ kind, by }: any) => [kind, by])).toEqual([
      ['OPENED', null],
      ['ALERT_FIRED', null],
      ['ALERT_FIRED', null],
      ['CAUSE_CHANGED', null],
      ['ALERT_FIRED', null],
      ['ACKNOWLEDGED', 'user:tester'],
      ['NOTE', 'user:tester'],
      ['ALERT_ENDED', null],
      ['ALERT_ENDED', null],
      ['ALERT_ENDED', null],
      ['RESOLVED', null],
    ]);
    expect(going).toMatchObject({ id: slow.id, status: 'OPEN', secondsToResolve: null });

    const refused = await monitoring.ask(ACKNOWLEDGE, { input: { incident: stale.id, comment: 'late' } });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FAILED_PRECONDITION', field: 'incident' } }]);
  });

  it('takes in the nodes that serve its deployment, and is listed by status and deployment, page by page', async () => {
    await monitoring.send('/v1/heartbeat', heartbeat({}, { node: 'edge-7', at: at(20).toISOString() }));
    const STAGED: Labels = { endpoint: 'eta', environment: 'staging' };
    await minute(120, [
      ['prediction_latency_ms', 300, PRODUCTION],
      ['feature_freshness', 0.1, { ...STAGED, feature: 'city__heat' }],
    ]);
    const open = await incidents({ status: 'OPEN' });
    expect(new Set(open.map(({ cause }) => cause))).toEqual(new Set(['INFRASTRUCTURE', 'PIPELINE_FAULT']));
    const machines = open.find(({ cause }) => cause === 'INFRASTRUCTURE');
    expect(machines.evidence.map(({ text }: any) => text.split(':')[0]).toSorted()).toEqual(['silent', 'slow']);
    expect((await incidents({ deployment: STAGING, status: 'OPEN' })).map(({ cause }) => cause)).toEqual([
      'PIPELINE_FAULT',
    ]);

    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { data } = await monitoring.ask(INCIDENTS, { first: 1, after });
      const edges: any[] = data.incidents.edges;
      expect(edges.length).toBeLessThanOrEqual(1);
      seen.push(...edges.map(({ node }) => node.id));
      if (edges.length === 0) break;
      after = edges[0].cursor;
    }
    expect(seen).toEqual((await incidents()).map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    const { data } = await monitoring.ask(`query ($id: ID!) { incident(id: $id) { id } }`, { id: seen[0] });
    expect(data.incident.id).toBe(seen[0]);
    const DELETE = `mutation ($input: DeleteAlertRuleInput!) { deleteAlertRule(input: $input) { eventCursor } }`;
    for (const rule of ['slow', 'silent']) await monitoring.ask(DELETE, { input: { rule } });
    const { data: after } = await monitoring.ask(`query ($id: ID!) { incident(id: $id) { status } }`, {
      id: machines.id,
    });
    expect(after.incident.status).toBe('RESOLVED');
  });

  it('has people in roles, is ended by one of them, and what it was can be said later', async () => {
    const MARKET: Labels = { endpoint: 'market', environment: 'staging' };
    await minute(140, [['feature_freshness', 0.1, { ...MARKET, feature: 'market__price' }]]);
    const before = (await incidents({ status: 'OPEN' })).find(({ origin }) => origin.name === 'market__price');
    expect(before).toMatchObject({ resolution: null, roles: [], title: 'pipeline fault at market__price' });
    const { id: incident } = before;
    const give = async (input: object): Promise<any> =>
      (await monitoring.ask(ROLE, { input: { incident, ...input } })).data.giveIncidentRole.incident.roles;
    expect(await give({ role: 'SCRIBE', person: 'user:ada' })).toEqual([{ role: 'SCRIBE', person: 'user:ada' }]);
    expect(await give({ role: 'COMMANDER' })).toEqual([
      { role: 'COMMANDER', person: 'user:tester' },
      { role: 'SCRIBE', person: 'user:ada' },
    ]);
    expect(await give({ role: 'COMMANDER', person: 'user:bo' })).toMatchObject([{ person: 'user:bo' }, {}]);

    monitoring.clock.now = at(144);
    const { data } = await monitoring.ask(RESOLVE, { input: { incident, comment: 'the exchange was closed' } });
    expect(data.resolveIncident.incident).toMatchObject({
      status: 'RESOLVED',
      secondsToResolve: 240,
      resolution: { by: 'user:tester', comment: 'the exchange was closed', falseAlarm: false },
    });
    // Its alert goes on, and ends long after: nothing begins anew, and it is known that it ended.
    await minute(185, [['feature_freshness', 1, { ...MARKET, feature: 'market__price' }]]);
    const [ended] = (await incidents({ status: 'RESOLVED' })).filter(({ id }) => id === incident);
    expect(ended).toMatchObject({ resolvedAt: at(144).toISOString(), evidence: [{ endedAt: at(185).toISOString() }] });
    const later = await monitoring.ask(RESOLVE, {
      input: { incident, comment: 'it always is then', falseAlarm: true },
    });
    expect(later.data.resolveIncident.incident.resolution).toMatchObject({ falseAlarm: true });
    const rows: any[] = await monitoring.db.query('select event, revision from outbox where urn = $1 order by seq', [
      incident,
    ]);
    const about = rows.map(({ event, revision }) => ({ ...event, revision }));
    expect(about.map(({ revision }) => revision)).toEqual(about.map((_, i) => i + 1));
    expect(about.at(-1)).toMatchObject({
      asset: { name: 'pipeline fault at market__price' },
      data: {
        status: 'RESOLVED',
        openAlerts: 0,
        alerts: 1,
        falseAlarm: true,
        lastEntry: 'false alarm: it always is then',
      },
    });
    expect(about[0]).toMatchObject({
      data: { status: 'OPEN', openAlerts: 1, silenced: false },
      asset: {
        upstream: [
          { urn: before.evidence[0].alert, relation: 'DERIVED_FROM' },
          { urn: 'tiffin:default:deployment:market@staging', relation: 'WATCHES' },
        ],
      },
    });
  });

  it.each([
    ['acknowledge', { incident: DEPLOYMENT, comment: 'a' }, 'INVALID_INPUT', 'incident'],
    ['acknowledge', { incident: 'tiffin:default:incident:nope', comment: 'a' }, 'NOT_FOUND', 'incident'],
    ['acknowledge', { incident: 'nope', comment: '' }, 'INVALID_INPUT', 'comment'],
    ['resolve', { incident: 'nope', comment: '' }, 'INVALID_INPUT', 'comment'],
    ['resolve', { incident: 'nope', comment: 'a' }, 'NOT_FOUND', 'incident'],
    ['role', { incident: 'nope', role: 'SCRIBE', person: '' }, 'INVALID_INPUT', 'person'],
    ['role', { incident: 'nope', role: 'SCRIBE' }, 'NOT_FOUND', 'incident'],
    ['note', { incident: 'nope', note: 'a' }, 'NOT_FOUND', 'incident'],
    ['note', { incident: 'nope', note: '' }, 'INVALID_INPUT', 'note'],
  ] as const)('to %s with %j is refused', async (verb, input, code, field) => {
    const { errors } = await monitoring.ask(STEPS[verb], { input });
    expect(errors).toMatchObject([{ extensions: { code, field } }]);
  });
});

it('weighs on the health of the version that answers, beside what is not known', async () => {
  const VERSIONS = `{ versions: _entities(representations: [{ __typename: "ModelVersion", id: "${VERSION}" },
    { __typename: "ModelVersion", id: "${VERSION}9" }]) { ... on ModelVersion { health { status reasons { aspect status text } } } } }`;
  const health = async (): Promise<any[]> => {
    const { data, errors } = await monitoring.ask(VERSIONS, {}, 'viewer');
    expect(errors).toBeUndefined();
    return data.versions.map((one: any) => one.health);
  };
  const NEVER = {
    status: 'UNKNOWN',
    reasons: [{ aspect: 'TRAFFIC', status: 'UNKNOWN', text: 'it has never answered' }],
  };
  expect(await health()).toEqual([NEVER, NEVER]);
  monitoring.clock.now = at(200);
  const predictions = range(0, 50).map((n) => prediction(n, { occurredAt: at(190).toISOString() }));
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
  const [unsure] = await health();
  expect(unsure.status).toBe('UNKNOWN');
  expect(unsure.reasons).toEqual(
    expect.arrayContaining([
      { aspect: 'TRAFFIC', status: 'HEALTHY', text: '50 answers in its last 24 hours, 0.0 % of them by a fallback' },
      { aspect: 'INCIDENT', status: 'HEALTHY', text: 'no incident is open on its deployment' },
    ]),
  );
  await minute(200, [['model_auc', 0.5, PRODUCTION]]);
  const [worse] = await health();
  expect(worse.status).toBe('DEGRADED');
  expect(worse.reasons[0]).toEqual({
    aspect: 'INCIDENT',
    status: 'DEGRADED',
    text: `PERFORMANCE_LOSS at eta@production since ${at(200).toISOString()}; nobody is on it`,
  });
});
