import { expect, it, vi } from 'vitest';
import { webhookSignature } from '../../subgraphs/shared/events/webhook-request.ts';
import { NOW, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { startSmtpReceiver } from '../support/smtp-receiver.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const CREATE = `mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) {
  secret receiver { id name kind target sendResolved createdBy createdAt } } }`;
const ROUTE = `mutation ($input: SetAlertRoutingInput!) { setAlertRouting(input: $input) {
  applied routing { config revision changedBy changedAt } report { line outcome message } } }`;
const RULE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
const ACKNOWLEDGE = `mutation ($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) {
  alert { acknowledgement { by at until comment } } } }`;
const SILENCE = `mutation ($input: CreateSilenceInput!) { createSilence(input: $input) { silence { matchers } } }`;

/** A monitoring whose notifications go out as fast as its clock says. */
const start = (more: Parameters<typeof startTestMonitoring>[0] = {}) =>
  startTestMonitoring({ notifyTickMs: 50, ...more });

async function ask(
  { ask: asked }: TestMonitoring,
  query: string,
  input: object,
  ...roles: ('admin' | 'developer')[]
): Promise<any> {
  const { data, errors } = await asked(query, { input }, ...roles);
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

const receiver = (monitoring: TestMonitoring, name: string, kind: string, more: object) =>
  ask(monitoring, CREATE, { name, kind, ...more }, 'admin');

/** Rules with these names watch metrics of the same names, at once. */
async function rules(monitoring: TestMonitoring, names: readonly string[], severity = 'CRITICAL'): Promise<void> {
  for (const name of names) {
    const annotations = [{ name: 'summary', value: `${name} in {{ $labels.city }} is {{ $value }}` }];
    const input = {
      name,
      expression: `${name} > 75`,
      severity,
      noDataState: 'OK',
      evaluation: 'ON_DEMAND',
      annotations,
    };
    await ask(monitoring, RULE, input);
  }
}

/** The clock goes to a minute, with what the metrics are then; the rules are evaluated. */
async function minute(
  monitoring: TestMonitoring,
  to: number,
  values: Record<string, Record<string, number>>,
): Promise<void> {
  const samples = Object.entries(values).flatMap(([name, cities]) =>
    Object.entries(cities).map(([city, value]) => ({ name, labels: { city }, value, at: at(to).toISOString() })),
  );
  await monitoring.send('/v1/samples', { samples });
  const { errors } = await monitoring.ask(
    'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }',
    {
      at: at(to).toISOString(),
    },
  );
  expect(errors).toBeUndefined();
  monitoring.clock.now = at(to);
}

const bodies = ({ received }: WebhookReceiver): any[] => received.map(({ body }) => JSON.parse(body));

it('receivers of each kind are told of a group, and of its end', async () => {
  const smtp = await startSmtpReceiver();
  const monitoring = await start({ smtp: { url: smtp.url, from: 'tiffin@example.org' } });
  const [hook, slack, pager] = [
    await startWebhookReceiver(),
    await startWebhookReceiver(),
    await startWebhookReceiver(),
  ];
  const made = await receiver(monitoring, 'hook', 'WEBHOOK', { url: hook.url });
  expect(made).toMatchObject({
    secret: expect.stringMatching(/^whsec_/),
    receiver: {
      name: 'hook',
      kind: 'WEBHOOK',
      target: `127.0.0.1:${hook.port}`,
      sendResolved: true,
      createdBy: 'user:tester',
    },
  });
  await receiver(monitoring, 'slack', 'SLACK', { url: slack.url, sendResolved: false });
  await receiver(monitoring, 'pager', 'PAGERDUTY', { url: pager.url, routingKey: 'R123' });
  await receiver(monitoring, 'mail', 'EMAIL', { to: ['a@example.org', 'b@example.org'] });
  const config = `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1m
  routes:
    - { receiver: hook, continue: true }
    - { receiver: slack, continue: true }
    - { matchers: [ 'city=~"pune|goa"' ], receiver: pager, group_by: ['...'], continue: true }
    - receiver: mail
`;
  expect((await ask(monitoring, ROUTE, { config })).applied).toBe(true);
  await rules(monitoring, ['slow']);
  await minute(monitoring, 0, { slow: { pune: 80, goa: 90 } });
  await Promise.all([hook.until(1), slack.until(1), pager.until(2), smtp.until(1)]);

  const [first] = bodies(hook);
  expect(first).toMatchObject({
    version: '4',
    status: 'firing',
    receiver: 'hook',
    test: false,
    groupLabels: { alertname: 'slow' },
    commonLabels: { alertname: 'slow', severity: 'critical' },
  });
  expect(first.alerts.map(({ labels }: any) => labels.city).toSorted()).toEqual(['goa', 'pune']);
  const { headers, body } = hook.received[0]!;
  const [id, timestamp] = [headers['webhook-id'] as string, headers['webhook-timestamp'] as string];
  expect(headers['webhook-signature']).toBe(webhookSignature(made.secret, id, timestamp, body));
  expect(bodies(slack)[0].text).toMatch(/^\[FIRING: 2\] slow\nFIRING slow in /);
  expect(bodies(pager).map((event) => [event.event_action, event.routing_key, event.payload.severity])).toEqual([
    ['trigger', 'R123', 'critical'],
    ['trigger', 'R123', 'critical'],
  ]);
  expect(smtp.mails[0]).toMatchObject({ from: 'tiffin@example.org', to: ['a@example.org', 'b@example.org'] });
  expect(smtp.mails[0]!.text).toMatch(/Subject: \[FIRING: 2\] slow/);

  await minute(monitoring, 2, { slow: { pune: 10, goa: 10 } });
  await Promise.all([hook.until(2), pager.until(4), smtp.until(2)]);
  expect(bodies(hook)[1]).toMatchObject({ status: 'resolved', groupKey: first.groupKey });
  const dedup = (action: string) =>
    new Set(
      bodies(pager)
        .filter((event) => event.event_action === action)
        .map((event) => event.dedup_key),
    );
  expect(dedup('resolve')).toEqual(dedup('trigger'));
  expect(slack.received, 'it hears of no ends').toHaveLength(1);
  const NOTIFICATIONS = `query ($after: String) { receiver(id: "tiffin:default:receiver:hook") { notifications(first: 1, after: $after) {
    edges { cursor node { title alerts state attempts answer } } } } }`;
  const newest = async (after: string | null) =>
    (await monitoring.ask(NOTIFICATIONS, { after })).data.receiver.notifications.edges;
  await vi.waitFor(async () => expect((await newest(null))[0].node.state).toBe('DELIVERED'), { timeout: 20_000 });
  const [edge, ...others] = await newest(null);
  expect([edge.node, others]).toEqual([
    { title: '[RESOLVED] slow', alerts: 2, state: 'DELIVERED', attempts: 1, answer: 'HTTP 204' },
    [],
  ]);
  expect((await newest(edge.cursor))[0].node.title).toBe('[FIRING: 2] slow');
});

it('a ladder is climbed until somebody acknowledges', async () => {
  const monitoring = await start();
  const [slack, pager, manager] = [
    await startWebhookReceiver(),
    await startWebhookReceiver(),
    await startWebhookReceiver(),
  ];
  for (const [name, { url }] of Object.entries({ slack, pager, manager }))
    await receiver(monitoring, name, 'SLACK', { url });
  const config = `route:
  receiver: slack
  group_by: [alertname]
  group_wait: 0s
  escalate:
    - { after: 5m, receiver: pager }
    - { after: 10m, receiver: manager }
`;
  await ask(monitoring, ROUTE, { config });
  await rules(monitoring, ['slow', 'late']);
  await minute(monitoring, 0, { slow: { pune: 80 }, late: { pune: 80 } });
  await slack.until(2);
  const { data } = await monitoring.ask('{ alerts(rule: "late") { edges { node { id } } } }');
  const alert = data.alerts.edges[0].node.id;
  const acknowledged = await ask(monitoring, ACKNOWLEDGE, { alert, comment: 'on it', forSeconds: 7 * 60 });
  expect(acknowledged.alert.acknowledgement).toEqual({
    by: 'user:tester',
    at: at(0).toISOString(),
    until: at(7).toISOString(),
    comment: 'on it',
  });
  await minute(monitoring, 6, { slow: { pune: 81 }, late: { pune: 81 } });
  await pager.until(1);
  expect(bodies(pager)[0].text).toMatch(/slow/);
  expect(manager.received).toHaveLength(0);
  // It lapsed: the ladder is climbed on.
  await minute(monitoring, 11, { slow: { pune: 82 }, late: { pune: 82 } });
  await Promise.all([pager.until(2), manager.until(2)]);
  expect(bodies(pager)[1].text).toMatch(/late/);
  const withdraw = `mutation ($input: WithdrawAcknowledgementInput!) { withdrawAcknowledgement(input: $input) { alert { acknowledgement { by } } } }`;
  expect((await ask(monitoring, withdraw, { alert })).alert.acknowledgement).toBeNull();
});

it('nothing is lost while a receiver is down for an hour, and nothing that it took comes again', async () => {
  const monitoring = await start();
  const hook = await startWebhookReceiver();
  await receiver(monitoring, 'hook', 'WEBHOOK', { url: hook.url });
  await ask(monitoring, ROUTE, {
    config: 'route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1m }',
  });
  await rules(monitoring, ['slow', 'late']);
  hook.answers = [{ status: 503 }, { status: 0 }];
  hook.otherwise = () => 503;
  await minute(monitoring, 0, { slow: { pune: 80 }, late: { pune: 80 } });
  // An hour and more, as long as it takes for several attempts.
  const later = (): Date => new Date(monitoring.clock.now.getTime() + 60_000);
  await vi.waitFor(
    () => {
      monitoring.clock.now = later();
      expect(hook.received.length).toBeGreaterThan(5);
      expect(monitoring.clock.now > at(61)).toBe(true);
    },
    { timeout: 20_000, interval: 50 },
  );
  hook.otherwise = () => 204;
  const now = (monitoring.clock.now.getTime() - NOW.getTime()) / 60_000;
  await minute(monitoring, now + 1, { slow: { pune: 10 }, late: { pune: 10 } });
  const taken = () => [
    ...new Map(hook.received.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body)])).values(),
  ];
  await vi.waitFor(
    () => {
      monitoring.clock.now = later();
      expect(taken().filter(({ status }) => status === 'resolved')).toHaveLength(2);
    },
    { timeout: 20_000, interval: 50 },
  );
  const told = (name: string) =>
    taken()
      .filter(({ groupLabels }) => groupLabels.alertname === name)
      .map(({ status }) => status);
  expect([told('slow'), told('late')]).toEqual([
    ['firing', 'resolved'],
    ['firing', 'resolved'],
  ]);
  // Refused and cut attempts come again under the same id; what was answered with success never does, for hours.
  const idsTaken = () =>
    hook.received.filter(({ status }) => status === 204).map(({ headers }) => headers['webhook-id']);
  await vi.waitFor(() => expect(idsTaken()).toHaveLength(4), { timeout: 20_000 });
  expect(new Set(idsTaken()).size).toBe(4);
  const heard = hook.received.length;
  const until = new Date(monitoring.clock.now.getTime() + 24 * 3_600_000);
  await minute(monitoring, (until.getTime() - NOW.getTime()) / 60_000, { last: { pune: 80 } });
  await rules(monitoring, ['last']);
  await minute(monitoring, (until.getTime() - NOW.getTime()) / 60_000 + 1, { last: { pune: 80 } });
  await hook.until(heard + 1);
  expect(hook.received.slice(heard).map(({ body }) => JSON.parse(body).groupLabels.alertname)).toEqual(['last']);
});

it('silences by labels and inhibitions keep alerts from receivers', async () => {
  const monitoring = await start();
  const hook = await startWebhookReceiver();
  await receiver(monitoring, 'hook', 'SLACK', { url: hook.url });
  const config = `route: { receiver: hook, group_by: ['...'], group_wait: 0s }
inhibit_rules:
  - { source_matchers: [ 'alertname="down"' ], target_matchers: [ 'alertname="slow"' ], equal: [city] }
`;
  await ask(monitoring, ROUTE, { config });
  await rules(monitoring, ['slow', 'down']);
  const silence = { matchers: ['city=~"ag.*"', 'alertname!="down"'], endsAt: at(60).toISOString(), comment: 'works' };
  expect(await ask(monitoring, SILENCE, silence)).toEqual({
    silence: { matchers: ['city=~"ag.*"', 'alertname!="down"'] },
  });
  await minute(monitoring, 0, { down: { pune: 80 }, slow: { pune: 80, goa: 80, agra: 80 } });
  await hook.until(2);
  // Another round of all groups, so that whatever was to come has come.
  const flushed = `select key from alert_group where state ->> 'flushed' = 'true'`;
  await vi.waitFor(async () => expect(await monitoring.db.query(flushed)).toHaveLength(4), { timeout: 20_000 });
  await vi.waitFor(
    async () => expect(await monitoring.db.query(`select from notification where state = 'DELIVERED'`)).toHaveLength(2),
    { timeout: 20_000 },
  );
  expect(
    bodies(hook)
      .map(({ text }) => /(\w+ in \w+)/.exec(text)![1])
      .toSorted(),
  ).toEqual(['down in pune', 'slow in goa']);
});

it('a receiver can be tried, and goes once no route leads to it', async () => {
  const monitoring = await start();
  const [hook, pager] = [await startWebhookReceiver(), await startWebhookReceiver()];
  await receiver(monitoring, 'hook', 'WEBHOOK', { url: hook.url });
  await receiver(monitoring, 'pager', 'PAGERDUTY', { url: pager.url, routingKey: 'R123' });
  const TEST = 'mutation ($input: TestReceiverInput!) { testReceiver(input: $input) { ok answer tookMs } }';
  expect(await ask(monitoring, TEST, { receiver: 'hook' }, 'admin')).toMatchObject({ ok: true, answer: 'HTTP 204' });
  expect(bodies(hook)[0]).toMatchObject({ test: true, alerts: [{ labels: { alertname: 'ReceiverTest' } }] });
  await ask(monitoring, TEST, { receiver: 'pager' }, 'admin');
  expect(bodies(pager).map((event) => event.event_action)).toEqual(['trigger', 'resolve']);
  hook.answers = [{ status: 401 }];
  expect(await ask(monitoring, TEST, { receiver: 'hook' }, 'admin')).toMatchObject({ ok: false, answer: 'HTTP 401' });

  await ask(monitoring, ROUTE, { config: 'route: { receiver: hook }' });
  const DELETE = 'mutation ($input: DeleteReceiverInput!) { deleteReceiver(input: $input) { receiver { name } } }';
  const refused = await monitoring.ask(DELETE, { input: { receiver: 'hook' } }, 'admin');
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FAILED_PRECONDITION', field: 'receiver' } }]);
  expect(await ask(monitoring, DELETE, { receiver: 'pager' }, 'admin')).toEqual({ receiver: { name: 'pager' } });
  const { data } = await monitoring.ask('{ receivers(first: 5) { edges { node { name } } } }');
  expect(data.receivers.edges).toEqual([{ node: { name: 'hook' } }]);
  const [, second] = [
    await receiver(monitoring, 'a', 'SLACK', { url: hook.url }),
    (
      await monitoring.ask(
        'query ($after: String) { receivers(first: 1, after: $after) { edges { cursor node { name } } } }',
      )
    ).data.receivers.edges,
  ];
  expect(second.map(({ node }: any) => node.name)).toEqual(['a']);
  const next = await monitoring.ask('query ($after: String) { receivers(after: $after) { edges { node { name } } } }', {
    after: second[0].cursor,
  });
  expect(next.data.receivers.edges).toEqual([{ node: { name: 'hook' } }]);
});

it('receivers and routes say what they cannot be', async () => {
  const monitoring = await start();
  const refused = async (input: object) =>
    (await monitoring.ask(CREATE, { input: { name: 'x', ...input } }, 'admin')).errors;
  for (const [input, field] of [
    [{ kind: 'WEBHOOK' }, 'url'],
    [{ kind: 'WEBHOOK', url: 'http://10.0.0.1/hook' }, 'url'],
    [{ kind: 'PAGERDUTY' }, 'routingKey'],
    [{ kind: 'SLACK', url: 'https://hooks.example.org/x', routingKey: 'R1' }, 'routingKey'],
    [{ kind: 'EMAIL', to: ['nobody'] }, 'to'],
    [{ kind: 'EMAIL', to: ['a@example.org'] }, 'kind'],
  ] as const) {
    expect(await refused(input), JSON.stringify(input)).toMatchObject([{ extensions: { field } }]);
  }
  expect(
    (await monitoring.ask(CREATE, { input: { name: 'x', kind: 'SLACK', url: 'https://hooks.example.org/x' } })).errors,
  ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  await receiver(monitoring, 'x', 'SLACK', { url: 'https://hooks.example.org/x' });
  const config = `global: { resolve_timeout: 5m }
route:
  receiver: x
  group_wait: soon
  routes:
    - { receiver: y, mute_time_intervals: [night] }
receivers: [ { name: x } ]
`;
  const { applied, routing, report } = await ask(monitoring, ROUTE, { config });
  expect([applied, routing]).toEqual([false, null]);
  expect(report.map(({ line, outcome }: any) => [line, outcome])).toEqual([
    [1, 'IGNORED'],
    [3, 'ACCEPTED'],
    [4, 'REFUSED'],
    [6, 'REFUSED'],
    [6, 'REFUSED'],
    [6, 'ACCEPTED'],
    [7, 'IGNORED'],
  ]);
  const good = 'route: { receiver: x }';
  expect(await ask(monitoring, ROUTE, { config: good, dryRun: true })).toMatchObject({ applied: false, routing: null });
  expect(await ask(monitoring, ROUTE, { config: good })).toMatchObject({
    applied: true,
    routing: { config: good, revision: 1, changedBy: 'user:tester', changedAt: NOW.toISOString() },
  });
});
