import { beforeAll, describe, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { expectPages, PAGE } from '../support/paging.ts';

let own: TestExperiment;
beforeAll(async () => {
  own = await startTestExperiment();
});

const FIELDS = `id name description revision createdBy definition { kind measure per positiveFrom quantile ceiling lowest
  highest attributionHours higherIsBetter margin marginKind } revisions { number description definition { margin } }`;
const CREATE = `mutation ($input: CreateMetricInput!) { createMetric(input: $input) { metric { ${FIELDS} } eventCursor } }`;
const REVISE = `mutation ($input: ReviseMetricInput!) { reviseMetric(input: $input) { metric { ${FIELDS} } eventCursor } }`;
const brier = { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.01 };
const create = (name: string, definition: object, more = {}) =>
  own.ask(CREATE, { input: { name, definition, ...more } });
const refused = async (asked: ReturnType<typeof create>): Promise<any> => (await asked).errors?.[0]?.extensions;

describe('a metric', () => {
  it('is a definition with revisions, which never change', async () => {
    const { data } = await create('brier', { ...brier, attributionHours: 24 }, { description: 'how sure it is' });
    expect(data.createMetric.metric).toMatchObject({
      id: 'tiffin:default:metric:brier',
      revision: 1,
      createdBy: 'user:tester',
      definition: { ...brier, per: null, attributionHours: 24, marginKind: 'ABSOLUTE' },
    });
    const input = {
      metric: 'brier',
      description: 'stricter',
      definition: { ...brier, margin: 0.005 },
      expectedRevision: 1,
    };
    const revised = (await own.ask(REVISE, { input })).data.reviseMetric;
    expect(revised.metric).toMatchObject({
      revision: 2,
      definition: { margin: 0.005, attributionHours: null },
      revisions: [
        { number: 2, description: 'stricter', definition: { margin: 0.005 } },
        { number: 1, description: 'how sure it is', definition: { margin: 0.01 } },
      ],
    });
    expect(revised.eventCursor).not.toBeNull();
    expect(await refused(own.ask(REVISE, { input }))).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedRevision',
      revision: 2,
    });
    const same = { ...input, expectedRevision: 2 };
    expect(await refused(own.ask(REVISE, { input: same }))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await refused(create('brier', brier))).toMatchObject({ code: 'CONFLICT', field: 'name' });
    const audit = await own.db.query(
      `select record->>'action' as action from audit_record where record->>'subject' = $1`,
      [revised.metric.id],
    );
    expect(audit).toEqual([{ action: 'metric.create' }, { action: 'metric.revise' }]);
  });

  it('is read by its id, and as an entity; what never was is null', async () => {
    await create('read', brier);
    const query = `{ metric(id: "read") { name } none: metric(id: "none") { name }
      _entities(representations: [{ __typename: "Metric", id: "tiffin:default:metric:read" }]) { ... on Metric { name } } }`;
    expect((await own.ask(query, {}, 'viewer')).data).toEqual({
      metric: { name: 'read' },
      none: null,
      _entities: [{ name: 'read' }],
    });
  });

  it.each([
    ['name', 'two words', brier],
    ['positiveFrom', 'a', { ...brier, kind: 'PROPORTION' }],
    ['positiveFrom', 'a', { ...brier, positiveFrom: 1 }],
    ['per', 'a', { ...brier, kind: 'RATIO' }],
    ['quantile', 'a', { kind: 'QUANTILE', measure: 'LATENCY_MS', higherIsBetter: false, quantile: 1, ceiling: 180 }],
    ['ceiling', 'a', { kind: 'QUANTILE', measure: 'LATENCY_MS', higherIsBetter: false, quantile: 0.99 }],
    [
      'higherIsBetter',
      'a',
      { kind: 'QUANTILE', measure: 'LATENCY_MS', higherIsBetter: true, quantile: 0.9, ceiling: 1 },
    ],
    [
      'margin',
      'a',
      { kind: 'QUANTILE', measure: 'SCORE', higherIsBetter: false, quantile: 0.9, ceiling: 1, margin: 1 },
    ],
    ['lowest', 'a', { ...brier, lowest: 2, highest: 1 }],
    ['highest', 'a', { kind: 'COUNT', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false, highest: 1 }],
    ['attributionHours', 'a', { ...brier, attributionHours: 0 }],
    ['attributionHours', 'a', { ...brier, measure: 'SCORE', attributionHours: 1 }],
    ['margin', 'a', { ...brier, margin: 0 }],
  ])('is refused with a wrong %s', async (field, name, definition) => {
    const named = field === 'name' ? field : `definition.${field}`;
    expect(await refused(create(name, definition))).toMatchObject({ code: 'INVALID_INPUT', field: named });
  });

  it('is listed by name, page by page, in its newest revision', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await create(name, brier);
    await expectPages(async (page) => (await own.ask(`{ metrics(${page}) ${PAGE} }`, {}, 'viewer')).data.metrics);
  });
});
