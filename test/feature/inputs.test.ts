import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  materialize,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { expectPages, PAGE } from '../support/paging.ts';

let feature: FeatureHarness;
const words = { description: 'what it is', owner: 'payments', tags: ['eu', 'fraud'] };
const joinKeys = [{ name: 'user_id', dtype: 'STRING' }];

const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<any> => {
  const { data, errors } = await feature.ask(query, variables);
  expect(errors).toBeUndefined();
  return data;
};
const define = async (kind: string, input: object, fields: string): Promise<any> => {
  const [name, noun] = [`define${kind}`, kind[0]!.toLowerCase() + kind.slice(1)];
  return (
    await ask(`mutation ($input: Define${kind}Input!) { ${name}(input: $input) { ${noun} ${fields} } }`, { input })
  )[name][noun];
};

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-01-02T00:00:00.000Z');
  // Two pairs of times: by the one the value is of today, by the other a day older and written later.
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'u1' as user_id, 7.5::double as amount, timestamp '2026-01-01 23:00:00' as naive_time,
       timestamptz '2026-01-01 23:00:00+00' as event_time, timestamptz '2026-01-01 23:01:00+00' as created_at,
       timestamptz '2025-12-31 23:00:00+00' as settled_at, timestamptz '2026-01-01 23:30:00+00' as corrected_at`,
  );
  await define('Entity', { name: 'user', joinKeys }, '{ id }');
  await define(
    'Source',
    { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time', createdColumn: 'created_at' },
    '{ id }',
  );
});

const viewOf = (name: string, more: object = {}) =>
  define(
    'FeatureView',
    { name, entity: 'user', source: 'txn', ttlSeconds: 172_800, features: [{ name: 'amount' }], ...more },
    '{ id description owner tags eventColumn createdColumn features { description } }',
  );

describe('what is said about a definition is kept', () => {
  it('of an entity, a source, a view with its features, and a service', async () => {
    expect(await define('Entity', { name: 'worded', joinKeys, ...words }, '{ description owner tags }')).toEqual(words);
    const source = { name: 'worded', path: 'txn.parquet', eventColumn: 'event_time', ...words };
    expect(await define('Source', source, '{ description owner tags }')).toEqual(words);
    const view = await viewOf('worded', { ...words, features: [{ name: 'amount', description: 'in euros' }] });
    expect(view).toMatchObject({ ...words, features: [{ description: 'in euros' }] });
    const service = { name: 'worded', views: [{ view: 'worded' }], ...words };
    expect(await define('FeatureService', service, '{ description owner tags }')).toEqual(words);
  });
});

it('a service reads those features of a view that it names, or all', async () => {
  await viewOf('read', { features: [{ name: 'amount' }, { name: 'twice', column: 'amount' }] });
  const reads = async (name: string, view: object): Promise<string[]> =>
    (await define('FeatureService', { name, views: [{ view: 'read', ...view }] }, '{ features { id } }')).features.map(
      ({ id }: any) => id,
    );
  expect(await reads('some', { features: ['twice'] })).toEqual(['tiffin:default:feature:read@1/twice']);
  expect(await reads('all', {})).toHaveLength(2);
});

describe('the columns of time', () => {
  it('are the view’s own where it names some', async () => {
    const view = await viewOf('settled', { eventColumn: 'settled_at', createdColumn: 'corrected_at' });
    expect(view).toMatchObject({ eventColumn: 'settled_at', createdColumn: 'corrected_at' });
    await define('FeatureService', { name: 'settled', views: [{ view: 'settled' }] }, '{ id }');
    await materialize(feature, { view: 'settled' });
    const { onlineFeatures } = await ask(
      '{ onlineFeatures(input: { service: "tiffin:default:feature-service:settled@1", entities: [{ user_id: "u1" }] }) { rows { features { status ageMs } } } }',
    );
    expect(onlineFeatures.rows[0].features[0]).toEqual({ status: 'PRESENT', ageMs: 25 * 3_600_000 });
  });

  it('without a zone are read as UTC where that is said', async () => {
    const { errors } = await feature.ask(
      'mutation ($input: DefineSourceInput!) { defineSource(input: $input) { eventCursor } }',
      { input: { name: 'naive', path: 'txn.parquet', eventColumn: 'naive_time' } },
    );
    expect(errors[0].message).toContain('set assumeUtc: true if it is UTC');
    const input = { name: 'naive', path: 'txn.parquet', eventColumn: 'naive_time', assumeUtc: true };
    expect(await define('Source', input, '{ assumeUtc }')).toEqual({ assumeUtc: true });
  });

  it('of a spine too', async () => {
    await viewOf('spined');
    await define('FeatureService', { name: 'spined', views: [{ view: 'spined' }] }, '{ id }');
    await writeParquet(
      join(feature.folder, 'spine.parquet'),
      "select 'u1' as user_id, timestamp '2026-01-01 23:30:00' as timestamp",
    );
    const refused = await createTrainingSet(feature, { service: 'spined', spine: { path: 'spine.parquet' } });
    expect(refused.errors[0].message).toContain('assumeUtc');
    const made = await createTrainingSet(feature, {
      service: 'spined',
      spine: { path: 'spine.parquet', assumeUtc: true },
    });
    expect(made.data.createTrainingSet.build).toMatchObject({ state: 'SUCCEEDED', rows: 1 });
  });
});

const readAged = async (more: object): Promise<any> => {
  const input = { service: 'tiffin:default:feature-service:aged@1', entities: [{ user_id: 'u1' }], ...more };
  const query =
    'query ($input: OnlineFeaturesInput!) { onlineFeatures(input: $input) { rows { features { value status } } } }';
  return (await ask(query, { input })).onlineFeatures.rows[0].features[0];
};

it('reads online at the moment that is asked for, and shows what is too old only when told to', async () => {
  await viewOf('aged', { ttlSeconds: 7_200 });
  await define('FeatureService', { name: 'aged', views: [{ view: 'aged' }] }, '{ id }');
  await materialize(feature, { view: 'aged' });
  expect(await readAged({})).toEqual({ value: 7.5, status: 'PRESENT' });
  const late = { at: '2026-01-02T02:00:00.000Z' };
  expect(await readAged(late)).toEqual({ value: null, status: 'OUTSIDE_MAX_AGE' });
  expect(await readAged({ ...late, includeExpired: true })).toEqual({ value: 7.5, status: 'OUTSIDE_MAX_AGE' });
});

describe('lists', () => {
  beforeAll(async () => {
    for (const name of ['one', 'two']) {
      await define('Entity', { name: `paged_${name}`, joinKeys }, '{ id }');
      await define('Source', { name: `paged_${name}`, path: 'txn.parquet', eventColumn: 'event_time' }, '{ id }');
      await viewOf(`paged_${name}`);
      await define('FeatureService', { name: `paged_${name}`, views: [{ view: `paged_${name}` }] }, '{ id }');
      await materialize(feature, { view: 'paged_one' });
      const rows = [{ user_id: name, timestamp: '2026-01-01T23:30:00.000Z' }];
      await createTrainingSet(feature, { service: 'paged_one', spine: { rows } });
    }
  });

  it.each(['entities', 'sources', 'featureViews', 'featureServices', 'materializations', 'trainingSets'])(
    '%s can be read page by page',
    async (list) => {
      await expectPages(async (page) => (await ask(`{ ${list}(${page}) ${PAGE} }`))[list]);
    },
  );

  it('are narrowed by what they are of', async () => {
    const { featureServices, featureViews, trainingSets, materializations } = await ask(
      `{ featureServices(name: "paged_two") { edges { node { name } } }
         featureViews(name: "paged_two") { edges { node { name } } }
         trainingSets(service: "tiffin:default:feature-service:paged_two@1") { edges { node { id } } }
         materializations(view: "tiffin:default:feature-view:paged_two@1") { edges { node { id } } } }`,
    );
    expect(featureServices).toEqual({ edges: [{ node: { name: 'paged_two' } }] });
    expect(featureViews).toEqual({ edges: [{ node: { name: 'paged_two' } }] });
    expect(trainingSets).toEqual({ edges: [] });
    expect(materializations).toEqual({ edges: [] });
  });

  it('lead to what their ids find alone', async () => {
    const service = 'tiffin:default:feature-service:paged_one@1';
    const source = 'tiffin:default:source:paged_one';
    const found = await ask(`{ featureService(id: "${service}") { id } source(id: "${source}") { id } }`);
    expect(found).toEqual({ featureService: { id: service }, source: { id: source } });
  });
});
