import { beforeAll, describe, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { inNamespace } from '../../core/assignment/namespace.ts';
import { testKeys } from '../support/keys.ts';
import { NOW, range } from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';

/** Alone: neither registry nor monitoring is asked by anything here. */
let own: TestExperiment;
beforeAll(async () => {
  own = await startTestExperiment();
});

const FIELDS = 'id name description status unit namespace from to createdBy endedAt reason revision';
const CREATE = `mutation ($input: CreateHoldoutInput!) { createHoldout(input: $input) { holdout { ${FIELDS} } eventCursor } }`;
const END = `mutation ($input: EndHoldoutInput!) { endHoldout(input: $input) { holdout { ${FIELDS} } eventCursor } }`;
const EXPERIMENT = `mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }`;

const slice = (name: string, from: number, to: number) => ({ name, from, to });
const create = (name: string, namespace: object, more = {}) =>
  own.ask(CREATE, { input: { name, unit: 'user', namespace, ...more } });
const experiment = (name: string, namespace: object) =>
  own.ask(EXPERIMENT, {
    input: {
      name,
      hypothesis: 'better',
      deployment: 'fraud@production',
      arms: ['control', 'candidate'].map((arm, i) => ({
        name: arm,
        release: `fraud@production/${i + 1}`,
        share: 0.5,
      })),
      unit: 'user',
      baseline: 0.2,
      mde: 0.1,
      namespace,
    },
  });
const push = async (events: readonly object[]): Promise<void> => {
  const answer = await own.subgraph.app.request('/v1/unit-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKeys.with('experiment:ingest')}` },
    body: JSON.stringify({ events }),
  });
  expect(await answer.json()).toEqual({ stored: events.length, duplicates: 0, erased: 0 });
};
const namesOf = ({ data }: { data: any }): string[] =>
  data.holdouts.edges.map(({ node }: { node: { name: string } }) => node.name);
const refused = async (asked: ReturnType<typeof create>): Promise<any> => {
  const [error] = (await asked).errors ?? [];
  return { message: error?.message, ...error?.extensions };
};

describe('a holdout', () => {
  it('holds a slice that no experiment gets, until it ends with a reason', async () => {
    const { data } = await create('year', slice('shop', 0, 0.05), { description: 'what a year of experiments did' });
    expect(data.createHoldout.holdout).toMatchObject({
      id: 'tiffin:default:holdout:year',
      description: 'what a year of experiments did',
      status: 'ACTIVE',
      unit: 'user',
      namespace: 'shop',
      from: 0,
      to: 0.05,
      createdBy: 'user:tester',
      endedAt: null,
      revision: 1,
    });
    expect(data.createHoldout.eventCursor).not.toBeNull();
    expect(await refused(experiment('all', slice('shop', 0, 1)))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'namespace',
      message: expect.stringContaining('tiffin:default:holdout:year holds [0, 0.05)'),
      allowed: ['[0.05, 1)'],
    });
    expect((await experiment('rest', slice('shop', 0.05, 1))).errors).toBeUndefined();
    expect((await experiment('elsewhere', slice('other', 0, 1))).errors).toBeUndefined();
    expect(await refused(own.ask(END, { input: { holdout: 'year', reason: ' ' } }))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'reason',
    });
    const ended = (await own.ask(END, { input: { holdout: 'year', reason: 'the year is over' } })).data.endHoldout;
    expect(ended.holdout).toMatchObject({ status: 'ENDED', reason: 'the year is over', revision: 2 });
    expect(ended.holdout.endedAt).not.toBeNull();
    expect(await refused(own.ask(END, { input: { holdout: 'year', reason: 'again' } }))).toMatchObject({
      code: 'INVALID_TRANSITION',
    });
    expect((await experiment('first', slice('shop', 0, 0.05))).errors).toBeUndefined();
    const audit = await own.db.query(
      `select record->>'action' as action from audit_record where record->>'subject' = $1`,
      ['tiffin:default:holdout:year'],
    );
    expect(audit).toEqual([{ action: 'holdout.create' }, { action: 'holdout.end' }]);
  });

  it('is refused what an experiment or another holdout holds, or another unit than the namespace has', async () => {
    expect((await experiment('taken', slice('app', 0.5, 1))).errors).toBeUndefined();
    expect(await refused(create('late', slice('app', 0.4, 0.6)))).toMatchObject({
      field: 'namespace',
      message: expect.stringContaining('tiffin:default:experiment:taken holds [0.5, 1)'),
    });
    expect((await create('low', slice('app', 0, 0.1))).errors).toBeUndefined();
    expect(await refused(create('lower', slice('app', 0.05, 0.2)))).toMatchObject({ field: 'namespace' });
    expect(await refused(create('low', slice('app', 0.1, 0.2)))).toMatchObject({ code: 'CONFLICT', field: 'name' });
    expect(await refused(create('devices', slice('app', 0.2, 0.3), { unit: 'device' }))).toMatchObject({
      field: 'unit',
      allowed: ['user'],
    });
  });

  it.each([
    ['1bad', slice('n', 0, 0.1), {}, 'name'],
    ['unitless', slice('n', 0, 0.1), { unit: ' ' }, 'unit'],
    ['nameless', slice('', 0, 0.1), {}, 'namespace.name'],
    ['outside', slice('n', -0.1, 0.1), {}, 'namespace.from'],
    ['fine', slice('n', 0, 0.00015), {}, 'namespace.to'],
    ['most', slice('n', 0, 0.501), {}, 'namespace.to'],
  ])('is refused as %s with the field', async (name, namespace, more, field) => {
    expect(await refused(create(name, namespace, more))).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it('shows what all experiments did, by events of the units that are there', async () => {
    const metric = `mutation ($input: CreateMetricInput!) { createMetric(input: $input) { metric { id } } }`;
    const of = { kind: 'MEAN', higherIsBetter: true };
    for (const [name, definition] of [
      ['spend', { ...of, measure: 'EVENT', event: 'order' }],
      ['score', { ...of, measure: 'SCORE' }],
    ] as const) {
      expect((await own.ask(metric, { input: { name, definition } })).errors).toBeUndefined();
    }
    const whole = slice('effect', 0, 0.4);
    const reported = { entry: 'visit', metrics: [{ metric: 'spend' }] };
    expect(await refused(create('late', whole, { metrics: [{ metric: 'spend' }] }))).toMatchObject({ field: 'entry' });
    expect(await refused(create('bad', whole, { entry: 'a visit' }))).toMatchObject({ field: 'entry' });
    expect(await refused(create('scores', whole, { entry: 'visit', metrics: [{ metric: 'score' }] }))).toMatchObject({
      field: 'metrics.0.metric',
    });
    expect(
      await refused(create('twice', whole, { entry: 'visit', metrics: [{ metric: 'spend' }, { metric: 'spend' }] })),
    ).toMatchObject({
      field: 'metrics.1.metric',
    });
    expect(
      await refused(create('none', whole, { entry: 'visit', metrics: [{ metric: 'spend', revision: 9 }] })),
    ).toMatchObject({
      code: 'NOT_FOUND',
      field: 'metrics.0.metric',
    });
    expect((await create('effect', whole, reported)).errors).toBeUndefined();
    const at = (ms: number): string => new Date(NOW.getTime() + ms).toISOString();
    const units = range(0, 200).map((n) => `unit-${n}`);
    const isHeld = (unit: string): boolean => inNamespace(unit, { id: 'effect', from: 0, to: 0.4 });
    const event = (name: string, unit: string, more: object) => ({
      name,
      unitField: 'user',
      unit,
      id: `${name}-${unit}`,
      ...more,
    });
    await push([
      ...units.map((unit) => event('visit', unit, { occurredAt: at(1_000) })),
      // Somebody who was there before and never again, and another field.
      event('visit', 'before', { occurredAt: at(-1_000) }),
      { ...event('visit', 'device-1', { occurredAt: at(1_000) }), unitField: 'device' },
    ]);
    const seen = async (): Promise<any> =>
      (
        await own.ask(`{ holdout(id: "effect") { entry metrics { metric revision } effect { held others mismatch computedAt metrics {
          metric held others difference interval { lower upper } p pAdjusted better } } } }`)
      ).data.holdout;
    const held = units.filter(isHeld).length;
    expect(held).toBeGreaterThan(50);
    expect((await seen()).effect).toMatchObject({
      held,
      others: 200 - held,
      mismatch: false,
      metrics: [{ difference: 0 }],
    });
    await push(
      units.map((unit, n) =>
        event('order', unit, { occurredAt: at(2_000), value: (isHeld(unit) ? 10 : 13) + (n % 3) }),
      ),
    );
    const { entry, metrics, effect } = await seen();
    expect({ entry, metrics }).toEqual({ entry: 'visit', metrics: [{ metric: 'spend', revision: 1 }] });
    const [spend] = effect.metrics;
    expect(spend).toMatchObject({ metric: 'spend', better: true });
    const mean = (side: boolean): number => {
      const its = units.flatMap((unit, n) => (isHeld(unit) === side ? [(side ? 10 : 13) + (n % 3)] : []));
      return its.reduce((sum, value) => sum + value, 0) / its.length;
    };
    expect(spend.held).toBeCloseTo(mean(true), 10);
    expect(spend.others).toBeCloseTo(mean(false), 10);
    expect(spend.difference).toBeCloseTo(mean(false) - mean(true), 10);
    expect(effect.computedAt).toBe(NOW.toISOString());
    // One that has ended lets nobody else in, and the values of those who are in it go on.
    await own.ask(END, { input: { holdout: 'effect', reason: 'done' } });
    await push([event('visit', 'later', { occurredAt: at(3_000) })]);
    expect((await seen()).effect).toMatchObject({ held, others: 200 - held });
    expect((await own.ask(`{ holdout(id: "year") { effect { held } } }`)).data.holdout).toEqual({ effect: null });
  });

  it('is read by its id, as an entity and page by page; what never was is null', async () => {
    for (const name of ['p1', 'p2', 'p3']) await create(name, slice(`pages-${name}`, 0, 0.1));
    const { data } = await own.ask(`{ found: holdout(id: "p2") { name } none: holdout(id: "nobody") { name }
      _entities(representations: [{ __typename: "Holdout", id: "tiffin:default:holdout:p3" }]) { ... on Holdout { name } } }`);
    expect(data).toEqual({ found: { name: 'p2' }, none: null, _entities: [{ name: 'p3' }] });
    await own.ask(END, { input: { holdout: 'p2', reason: 'enough' } });
    const ended = await own.ask(`{ holdouts(status: ENDED, first: 50) { edges { node { name } } } }`);
    expect(namesOf(ended)).toContain('p2');
    const active = await own.ask(`{ holdouts(status: ACTIVE, first: 50) { edges { node { name } } } }`);
    expect(namesOf(active)).not.toContain('p2');
    await expectPages(async (page) => (await own.ask(`{ holdouts(${page}) ${PAGE} }`, {}, 'viewer')).data.holdouts);
  });
});
