import { beforeAll, expect, it } from 'vitest';
import { listenTo } from '../support/listener.ts';
import { DEPLOYMENT, NOW, SECRET, STAGING, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { person } from '../support/registry.ts';

const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } eventCursor } }`;
const EVALUATE = `mutation ($input: EvaluateAlertsInput!) { evaluateAlerts(input: $input) { evaluated { name } } }`;
const LISTEN = `subscription ($after: String, $deployment: ID, $rule: ID) {
  alertChanged(after: $after, deployment: $deployment, rule: $rule) {
    cursor revision at deleted alert { id status deployment { id } rule { name } } } }`;

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();

/** Rules that nothing meets: they fire at once, and stay so. */
async function silentRules(monitoring: TestMonitoring, rules: Readonly<Record<string, string>>): Promise<string[]> {
  const cursors: string[] = [];
  for (const [name, deployment] of Object.entries(rules)) {
    const input = { name, deployment, signal: 'ANSWER_RATE', comparison: 'BELOW', threshold: 5, windowSeconds: 300 };
    const { data, errors } = await monitoring.ask(CREATE, { input: { ...input, evaluation: 'ON_DEMAND' } });
    expect(errors).toBeUndefined();
    cursors.push(data.createAlertRule.eventCursor);
  }
  return cursors;
}

const evaluate = async ({ ask }: TestMonitoring, minute: number): Promise<void> =>
  expect((await ask(EVALUATE, { input: { at: at(minute) } })).errors).toBeUndefined();

const listen = ({ subgraph }: TestMonitoring, variables: Record<string, unknown> = {}, lastEventId?: string) =>
  listenTo(subgraph, LISTEN, {
    actor: person('viewer'),
    secret: SECRET,
    variables,
    ...(lastEventId !== undefined && { lastEventId }),
  });

it('tells of an alert that fires from now on, as it is now', async () => {
  const monitoring = await startTestMonitoring();
  await silentRules(monitoring, { early: DEPLOYMENT });
  await evaluate(monitoring, 0);
  const listener = await listen(monitoring);
  await silentRules(monitoring, { late: STAGING });
  await evaluate(monitoring, 5);
  // While any other transaction runs, the moment before may be told once more.
  let told = await listener.next();
  while (told.data?.alertChanged.alert.rule.name === 'early') told = await listener.next();
  expect(told.errors).toBeUndefined();
  expect(told.data.alertChanged).toEqual({
    cursor: expect.stringMatching(/^monitoring:\d+-\d+$/),
    revision: 1,
    at: at(5),
    deleted: false,
    alert: {
      id: expect.stringMatching(new RegExp(`^tiffin:default:alert:late/[0-9a-f]{16}/${encodeURIComponent(at(5))}$`)),
      status: 'FIRING',
      deployment: { id: STAGING },
      rule: { name: 'late' },
    },
  });
});

it('tells all that happened behind a cursor: a mutation’s, its own, and that of the last event', async () => {
  const monitoring = await startTestMonitoring();
  const [, after] = await silentRules(monitoring, { one: DEPLOYMENT, two: STAGING });
  await evaluate(monitoring, 0);
  const nameOf = ({ data }: any): string => data.alertChanged.alert.rule.name;
  const all = await listen(monitoring, { after });
  const first = await all.next();
  const second = await all.next();
  expect([first, second].map(nameOf).toSorted()).toEqual(['one', 'two']);
  const { cursor } = first.data.alertChanged;
  expect(nameOf(await (await listen(monitoring, { after: cursor })).next())).toBe(nameOf(second));
  // What a reader has got counts more than where it began.
  expect(nameOf(await (await listen(monitoring, { after }, cursor)).next())).toBe(nameOf(second));
});

it.each([
  ['deployment', STAGING],
  ['rule', 'tiffin:default:alert-rule:two'],
])('tells of one %s alone', async (field, id) => {
  const monitoring = await startTestMonitoring();
  const [after] = await silentRules(monitoring, { one: DEPLOYMENT, two: STAGING });
  await evaluate(monitoring, 0);
  const listener = await listen(monitoring, { after, [field]: id });
  expect((await listener.next()).data.alertChanged.alert.rule.name).toBe('two');
});

/** For what is only read, or refused. */
let shared: TestMonitoring;
beforeAll(async () => {
  shared = await startTestMonitoring();
});

it.each([
  ['after', { after: 'registry:1-1' }],
  ['after', { after: '1-1' }],
  ['after', { after: 'nonsense' }],
  ['deployment', { deployment: 'tiffin:default:model:x' }],
  ['rule', { rule: 'tiffin:default:model:x' }],
])('refuses a wrong %s: %j', async (field, variables) => {
  const listener = await listen(shared, variables);
  expect((await listener.next()).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field } }]);
  expect(await listener.next()).toBeUndefined();
});

it('tells nothing of other projects', async () => {
  const monitoring = await startTestMonitoring();
  const [after] = await silentRules(monitoring, { one: DEPLOYMENT });
  await evaluate(monitoring, 0);
  const elsewhere = { ...person('viewer'), project: 'elsewhere' };
  const stranger = await listenTo(monitoring.subgraph, LISTEN, {
    actor: elsewhere,
    secret: SECRET,
    variables: { after },
  });
  // The stop of the subgraph is the first that a stranger hears.
  const heard = stranger.next().then(
    (told) => told,
    (error: unknown) => error,
  );
  expect((await (await listen(monitoring, { after })).next()).data.alertChanged.alert.rule.name).toBe('one');
  await monitoring.stop();
  expect(await heard).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
});
