import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  NOW,
  prediction,
  STAGING,
  startTestMonitoring,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';

const at = (minute: number): string => new Date(NOW.getTime() + minute * 60_000).toISOString();
const FIELDS = 'id startsAt endsAt comment createdBy endedAt endedBy deployment { id } rule { name }';
const CREATE = `mutation ($input: CreateSilenceInput!) { createSilence(input: $input) { silence { ${FIELDS} } eventCursor } }`;
const END = `mutation ($silence: ID!) { endSilence(input: { silence: $silence }) { silence { ${FIELDS} } } }`;
const RULE = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }';

async function changed({ ask }: TestMonitoring, query: string, variables: object): Promise<any> {
  const { data, errors } = await ask(query, variables as Record<string, unknown>);
  expect(errors).toBeUndefined();
  return Object.values(data)[0];
}

/** A rule that is hit wherever nothing was answered in the last minute, and one answer now and then. */
async function withRules(...names: readonly string[]): Promise<TestMonitoring> {
  const monitoring = await startTestMonitoring();
  const rule = { deployment: DEPLOYMENT, signal: 'ANSWER_RATE', comparison: 'BELOW', threshold: 1, windowSeconds: 60 };
  for (const name of names) {
    await changed(monitoring, RULE, {
      input: { ...rule, name, evaluationIntervalSeconds: 1, evaluation: 'ON_DEMAND' },
    });
  }
  const answers = [prediction(1, { occurredAt: at(-120) }), prediction(2, { occurredAt: at(20) })];
  monitoring.clock.now = new Date(at(30));
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions: answers });
  monitoring.clock.now = NOW;
  return monitoring;
}

const evaluate = (monitoring: TestMonitoring, minute: number) => changed(monitoring, EVALUATE, { at: at(minute) });
/** Rule, status and whether it was silenced, of each event of an alert. */
const events = async ({ db }: TestMonitoring) =>
  (
    await db.query<{ name: string; revision: number; data: any }>(
      `select event->'asset'->>'name' as name, revision, event->'data' as data from outbox where kind = 'alert' order by seq`,
    )
  ).map(({ name, revision, data }) => [name, revision, data.status, data.silenced]);
const alerts = async ({ ask }: TestMonitoring) =>
  (await ask('{ alerts { edges { node { status silenced rule { name } } } } }', {}, 'viewer')).data.alerts.edges.map(
    ({ node }: any) => [node.rule.name, node.status, node.silenced],
  );

describe('an alert under a silence', () => {
  it('goes on and stays visible, but is not told; once the silence is over, what is still open is', async () => {
    const monitoring = await withRules('a');
    await changed(monitoring, CREATE, { input: { rule: 'a', endsAt: at(10), comment: 'maintenance' } });
    await evaluate(monitoring, 1);
    await evaluate(monitoring, 2);
    expect(await alerts(monitoring)).toEqual([['a', 'FIRING', true]]);
    expect(await events(monitoring)).toEqual([['a', 1, 'FIRING', true]]);
    await evaluate(monitoring, 10);
    await evaluate(monitoring, 11);
    expect(await alerts(monitoring)).toEqual([['a', 'FIRING', false]]);
    expect(await events(monitoring)).toEqual([
      ['a', 1, 'FIRING', true],
      ['a', 2, 'FIRING', false],
    ]);
  });

  it('that others were told of before ends for them too; one that nobody was told of ends unheard', async () => {
    const monitoring = await withRules('told', 'unheard');
    await changed(monitoring, CREATE, { input: { rule: 'unheard', endsAt: at(60), comment: 'x' } });
    await evaluate(monitoring, 1);
    await changed(monitoring, CREATE, { input: { deployment: DEPLOYMENT, endsAt: at(60), comment: 'x' } });
    await evaluate(monitoring, 20.5);
    expect(await events(monitoring)).toEqual([
      ['told', 1, 'FIRING', false],
      ['unheard', 1, 'FIRING', true],
      ['told', 2, 'RESOLVED', false],
      ['unheard', 2, 'RESOLVED', true],
    ]);
  });

  it('is one that the silence names, from its start to its end', async () => {
    const monitoring = await withRules('a', 'b');
    await changed(monitoring, CREATE, {
      input: { rule: 'a', deployment: STAGING, endsAt: at(60), comment: 'elsewhere' },
    });
    await changed(monitoring, CREATE, { input: { rule: 'b', startsAt: at(5), endsAt: at(60), comment: 'later' } });
    const { silence } = await changed(monitoring, CREATE, {
      input: { rule: 'a', deployment: DEPLOYMENT, endsAt: at(60), comment: 'now' },
    });
    await evaluate(monitoring, 1);
    expect(await events(monitoring)).toEqual([
      ['a', 1, 'FIRING', true],
      ['b', 1, 'FIRING', false],
    ]);
    monitoring.clock.now = new Date(at(2));
    expect((await changed(monitoring, END, { silence: silence.id })).silence).toMatchObject({
      endedAt: at(2),
      endedBy: 'user:tester',
    });
    await evaluate(monitoring, 6);
    expect(await alerts(monitoring)).toEqual(
      expect.arrayContaining([
        ['a', 'FIRING', false],
        ['b', 'FIRING', true],
      ]),
    );
    expect((await events(monitoring)).slice(2)).toEqual([['a', 2, 'FIRING', false]]);
  });
});

describe('silences', () => {
  it('say what they are for and why, are on record, and can be ended once', async () => {
    const monitoring = await withRules('a');
    const input = { rule: 'a', deployment: DEPLOYMENT, startsAt: at(1), endsAt: at(9), comment: 'the feed is moved' };
    const made = await changed(monitoring, CREATE, { input });
    expect(made).toMatchObject({
      eventCursor: null,
      silence: {
        startsAt: at(1),
        endsAt: at(9),
        comment: 'the feed is moved',
        rule: { name: 'a' },
        createdBy: 'user:tester',
      },
    });
    const { id } = made.silence;
    expect(id).toMatch(/^tiffin:default:silence:[0-9a-f-]{36}$/);
    const found = await changed(monitoring, `query ($id: ID!) { silence(id: $id) { ${FIELDS} } }`, { id });
    expect(found).toEqual(made.silence);
    await changed(monitoring, END, { silence: id });
    await changed(monitoring, END, { silence: id });
    const audit = await monitoring.db.query(
      `select record->>'action' as action, record->>'reason' as reason from audit_record where record->>'action' like 'silence.%' order by seq`,
    );
    expect(audit).toEqual([
      { action: 'silence.create', reason: 'the feed is moved' },
      { action: 'silence.end', reason: null },
    ]);
    const reference = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Silence { comment } } }`;
    expect(await changed(monitoring, reference, { of: [{ __typename: 'Silence', id }] })).toEqual([
      { comment: 'the feed is moved' },
    ]);
  });

  it('are listed page by page, and without those that are over', async () => {
    const monitoring = await withRules('a');
    for (const minute of [1, 2, 3]) {
      monitoring.clock.now = new Date(NOW.getTime() + minute);
      await changed(monitoring, CREATE, { input: { rule: 'a', endsAt: at(minute), comment: `${minute}` } });
    }
    await expectPages(async (page) => changed(monitoring, `{ silences(${page}) ${PAGE} }`, {}));
    monitoring.clock.now = new Date(at(2));
    const open = await changed(monitoring, '{ silences(open: true) { edges { node { comment } } } }', {});
    expect(open.edges).toEqual([{ node: { comment: '3' } }]);
  });

  it('are refused with the field that is wrong', async () => {
    const { ask } = await startTestMonitoring();
    const { errors } = await ask(CREATE, { input: { endsAt: at(5), comment: 'x' } });
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'rule' } }]);
  });

  it('are not for viewers to make', async () => {
    const { ask } = await startTestMonitoring();
    const input = { rule: 'a', endsAt: at(5), comment: 'x' };
    expect((await ask(CREATE, { input }, 'viewer')).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const missing = 'tiffin:default:silence:x';
    expect((await ask(END, { silence: missing })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});
