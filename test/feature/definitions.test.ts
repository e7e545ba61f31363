import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startTestFeature, writeParquet, type FeatureHarness } from '../support/feature.ts';
import { readFeed } from '../support/read-feed.ts';

let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'u' || i as user_id, i::bigint as merchant_id, timestamptz '2026-01-01 00:00:00+00' as event_time,
       timestamptz '2026-01-01 00:01:00+00' as created_at, timestamp '2026-01-01' as naive_time,
       i * 1.5::double as amount, i::integer as visits, i % 2 = 0 as is_new, [i] as list
     from range(5) t(i)`,
  );
});

const defineEntity = (input: object) =>
  feature.ask(
    `mutation ($input: DefineEntityInput!) { defineEntity(input: $input) {
      eventCursor entity { id name joinKeys { name dtype } description owner tags revision } } }`,
    { input },
  );
const defineSource = (input: object) =>
  feature.ask(
    `mutation ($input: DefineSourceInput!) { defineSource(input: $input) {
      eventCursor source { id path columns { id name dtype nativeType source { id } } revision } } }`,
    { input },
  );
const defineView = (input: object) =>
  feature.ask(
    `mutation ($input: DefineFeatureViewInput!) { defineFeatureView(input: $input) { eventCursor featureView {
      id version revision ttlSeconds entity { id } source { id } features { id dtype column { id } view { id } } } } }`,
    { input },
  );
const defineService = (input: object) =>
  feature.ask(
    `mutation ($input: DefineFeatureServiceInput!) { defineFeatureService(input: $input) { eventCursor
      featureService { id version views { id } features { id } } } }`,
    { input },
  );

const user = { name: 'user', joinKeys: [{ name: 'user_id', dtype: 'STRING' }] };
const source = { name: 'txn', path: 'txn.parquet', eventColumn: 'event_time', createdColumn: 'created_at' };
const view = {
  name: 'user_txn',
  entity: 'user',
  source: 'txn',
  ttlSeconds: 3600,
  owner: 'payments',
  features: [{ name: 'amount' }, { name: 'visit_count', column: 'visits', dtype: 'FLOAT64' }],
};

describe('definitions', () => {
  it('starts empty', async () => {
    const page = '{ edges { node { id } } pageInfo { hasNextPage endCursor } }';
    const { data } = await feature.ask(
      `{ entities ${page} sources ${page} featureViews ${page} featureServices ${page} entity(id: "x") { id } }`,
    );
    const empty = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
    expect(data).toEqual({
      entities: empty,
      sources: empty,
      featureViews: empty,
      featureServices: empty,
      entity: null,
    });
  });

  it('answers null for an id of nothing, and names the field of what is no id', async () => {
    const queries = [
      'entity',
      'source',
      'featureView',
      'featureService',
      'materialization',
      'trainingSet',
      'eventStream',
    ];
    const kinds = [
      'entity',
      'source',
      'feature-view',
      'feature-service',
      'materialization',
      'training-set',
      'event-stream',
    ];
    for (const [i, query] of queries.entries()) {
      for (const id of ['nothing', `tiffin:default:${kinds[i]}:nothing`, `tiffin:other:${kinds[i]}:user`]) {
        const { data, errors } = await feature.ask(`query ($id: ID!) { ${query}(id: $id) { id } }`, { id });
        expect([data, errors], `${query}(${id})`).toEqual([{ [query]: null }, undefined]);
      }
      for (const id of ['x y z', 'tiffin:default:model:x', 'tiffin:nonsense', '', 'a@b@c']) {
        const { errors } = await feature.ask(`query ($id: ID!) { ${query}(id: $id) { id } }`, { id });
        expect(errors, `${query}(${id})`).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'id' } }]);
      }
    }
  });

  it('defines an entity, and changes nothing when told the same again', async () => {
    const first = await defineEntity({ ...user, description: ' a person ', tags: ['b', 'a', 'b'] });
    expect(first.data.defineEntity.entity).toEqual({
      id: 'tiffin:default:entity:user',
      ...user,
      description: 'a person',
      owner: null,
      tags: ['a', 'b'],
      revision: 1,
    });
    expect(first.data.defineEntity.eventCursor).toMatch(/^feature:\d+-\d+$/);
    const again = await defineEntity({ ...user, description: 'a person', tags: ['a', 'b'] });
    expect(again.data.defineEntity).toMatchObject({ eventCursor: null, entity: { revision: 1 } });
    const changed = await defineEntity(user);
    expect(changed.data.defineEntity.entity).toMatchObject({ revision: 2, description: '', tags: [] });
  });

  it('defines a source with the columns that its files have', async () => {
    const { data } = await defineSource(source);
    expect(data.defineSource.source.columns).toContainEqual({
      id: 'tiffin:default:column:txn/visits',
      name: 'visits',
      dtype: 'INT64',
      nativeType: 'INTEGER',
      source: { id: 'tiffin:default:source:txn' },
    });
    expect(data.defineSource.source.columns).toContainEqual(expect.objectContaining({ name: 'list', dtype: null }));
  });

  it('defines a view, a new version for a new schema, the same version for new labels', async () => {
    const first = await defineView(view);
    expect(first.data.defineFeatureView.featureView).toEqual({
      id: 'tiffin:default:feature-view:user_txn@1',
      version: 1,
      revision: 1,
      ttlSeconds: 3600,
      entity: { id: 'tiffin:default:entity:user' },
      source: { id: 'tiffin:default:source:txn' },
      features: [
        {
          id: 'tiffin:default:feature:user_txn@1/amount',
          dtype: 'FLOAT64',
          column: { id: 'tiffin:default:column:txn/amount' },
          view: { id: 'tiffin:default:feature-view:user_txn@1' },
        },
        {
          id: 'tiffin:default:feature:user_txn@1/visit_count',
          dtype: 'FLOAT64',
          column: { id: 'tiffin:default:column:txn/visits' },
          view: { id: 'tiffin:default:feature-view:user_txn@1' },
        },
      ],
    });
    const labelled = await defineView({ ...view, owner: 'risk' });
    expect(labelled.data.defineFeatureView.featureView).toMatchObject({ version: 1, revision: 2 });
    const changed = await defineView({ ...view, ttlSeconds: 60 });
    expect(changed.data.defineFeatureView.featureView).toMatchObject({ version: 2, revision: 1 });
    const { data } = await feature.ask(
      `{ newest: featureView(id: "tiffin:default:feature-view:user_txn") { version }
         pinned: featureView(id: "user_txn@1") { version } none: featureView(id: "user_txn@9") { version }
         featureViews(first: 1, name: "user_txn") { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(data).toMatchObject({
      newest: { version: 2 },
      pinned: { version: 1 },
      none: null,
      featureViews: {
        edges: [{ node: { id: 'tiffin:default:feature-view:user_txn@1' } }],
        pageInfo: { hasNextPage: true },
      },
    });
    const next = await feature.ask('query ($after: String) { featureViews(after: $after) { edges { node { id } } } }', {
      after: data.featureViews.pageInfo.endCursor,
    });
    expect(next.data.featureViews.edges).toEqual([{ node: { id: 'tiffin:default:feature-view:user_txn@2' } }]);
  });

  it('defines a service that pins what it reads', async () => {
    const { data } = await defineService({ name: 'fraud', views: [{ view: 'user_txn', features: ['visit_count'] }] });
    expect(data.defineFeatureService.featureService).toEqual({
      id: 'tiffin:default:feature-service:fraud@1',
      version: 1,
      views: [{ id: 'tiffin:default:feature-view:user_txn@2' }],
      features: [{ id: 'tiffin:default:feature:user_txn@2/visit_count' }],
    });
    const same = await defineService({ name: 'fraud', views: [{ view: 'user_txn@2', features: ['visit_count'] }] });
    expect(same.data.defineFeatureService).toMatchObject({ eventCursor: null, featureService: { version: 1 } });
    const other = await defineService({ name: 'fraud', views: [{ view: 'user_txn@1' }] });
    expect(other.data.defineFeatureService.featureService).toMatchObject({
      version: 2,
      features: [
        { id: 'tiffin:default:feature:user_txn@1/amount' },
        { id: 'tiffin:default:feature:user_txn@1/visit_count' },
      ],
    });
  });

  it('answers references in batches, and null for dangling ones', async () => {
    const { data, errors } = await feature.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Feature { id dtype } ... on FeatureView { id name } ... on FeatureService { id } ... on Entity { id }
        ... on Source { id } ... on Column { id name } } }`,
      {
        representations: [
          { __typename: 'Feature', id: 'tiffin:default:feature:user_txn@1/amount' },
          { __typename: 'Feature', id: 'tiffin:default:feature:user_txn@1/nothing' },
          { __typename: 'FeatureView', id: 'tiffin:default:feature-view:user_txn@2' },
          { __typename: 'FeatureView', id: 'tiffin:other:feature-view:user_txn@2' },
          { __typename: 'FeatureService', id: 'tiffin:default:feature-service:fraud@1' },
          { __typename: 'Entity', id: 'tiffin:default:entity:user' },
          { __typename: 'Source', id: 'not an id' },
          { __typename: 'Column', id: 'tiffin:default:column:txn/amount' },
        ],
      },
    );
    expect(errors).toBeUndefined();
    expect(data['_entities']).toEqual([
      { id: 'tiffin:default:feature:user_txn@1/amount', dtype: 'FLOAT64' },
      null,
      { id: 'tiffin:default:feature-view:user_txn@2', name: 'user_txn' },
      null,
      { id: 'tiffin:default:feature-service:fraud@1' },
      { id: 'tiffin:default:entity:user' },
      null,
      { id: 'tiffin:default:column:txn/amount', name: 'amount' },
    ]);
  });

  it('tells search and lineage where everything comes from, and keeps an audit record per change', async () => {
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    const service = 'tiffin:default:feature-service:fraud@1';
    const { events } = await readFeed(outboxFeed(db), null, (given) => given.some(({ urn }) => urn === service));
    const newest = new Map(events.map((event) => [event.urn, event]));
    expect(newest.get('tiffin:default:feature:user_txn@2/amount')?.asset.upstream).toEqual([
      { urn: 'tiffin:default:column:txn/amount', relation: 'DERIVED_FROM' },
      { urn: 'tiffin:default:feature-view:user_txn@2', relation: 'CONTAINS' },
    ]);
    expect(newest.get('tiffin:default:feature-view:user_txn@2')?.asset.upstream).toEqual([
      { urn: 'tiffin:default:entity:user', relation: 'READS' },
      ...['user_id', 'event_time', 'created_at'].map((column) => ({
        urn: `tiffin:default:column:txn/${column}`,
        relation: 'DERIVED_FROM',
      })),
    ]);
    expect(newest.get('tiffin:default:column:txn/amount')?.asset.upstream).toEqual([
      { urn: 'tiffin:default:source:txn', relation: 'DERIVED_FROM' },
    ]);
    expect(newest.get('tiffin:default:feature-service:fraud@1')).toMatchObject({
      asset: {
        upstream: [
          { urn: 'tiffin:default:feature-view:user_txn@2', relation: 'READS' },
          { urn: 'tiffin:default:feature:user_txn@2/visit_count', relation: 'READS' },
        ],
      },
      data: {
        views: [
          {
            name: 'user_txn',
            version: 2,
            ttlMs: 60_000,
            joinKeys: [{ name: 'user_id', dtype: 'STRING' }],
            features: [{ name: 'visit_count', dtype: 'FLOAT64' }],
          },
        ],
      },
    });
    const audit = await db.query<{ record: any }>('select record from audit_record order by seq');
    expect(audit.map(({ record }) => record.action)).toEqual([
      ...Array.from({ length: 2 }, () => 'entity.define'),
      'source.define',
      ...Array.from({ length: 3 }, () => 'feature-view.define'),
      ...Array.from({ length: 2 }, () => 'feature-service.define'),
    ]);
    await db.close();
  });
});

describe('refused definitions', () => {
  beforeAll(() => {
    writeFileSync(join(feature.folder, 'torn.parquet'), 'PAR1 this is no Parquet');
    symlinkSync('/etc', join(feature.folder, 'link'));
  });
  const cases: [string, () => Promise<any>, string, string][] = [
    [
      'a source without its event column',
      () => defineSource({ ...source, eventColumn: 'when' }),
      'INVALID_INPUT',
      'eventColumn: there is no column "when"; there are user_id, merchant_id, event_time, created_at, naive_time, amount, visits, is_new, list',
    ],
    [
      'an event column that is no time',
      () => defineSource({ ...source, eventColumn: 'amount' }),
      'INVALID_INPUT',
      'eventColumn: "amount" is DOUBLE, not a timestamp',
    ],
    [
      'a time without a zone',
      () => defineSource({ ...source, eventColumn: 'naive_time' }),
      'INVALID_INPUT',
      'set assumeUtc: true if it is UTC',
    ],
    [
      'a file that is not there',
      () => defineSource({ ...source, path: 'nothing*.parquet' }),
      'INVALID_INPUT',
      'path: no file matches "nothing*.parquet"; relative paths start at the first folder of TIFFIN_SOURCE_DIRS',
    ],
    [
      'a file that is no Parquet',
      () => defineSource({ ...source, path: 'torn.parquet' }),
      'INVALID_INPUT',
      'path: "torn.parquet" is not readable as Parquet: it is not whole',
    ],
    [
      'a file elsewhere',
      () => defineSource({ ...source, path: '/etc/hostname' }),
      'FORBIDDEN',
      'lies outside the folders',
    ],
    [
      'a file elsewhere, by dots',
      () => defineSource({ ...source, path: '../../etc/hostname' }),
      'FORBIDDEN',
      'lies outside the folders',
    ],
    [
      'a file that is not there, elsewhere',
      () => defineSource({ ...source, path: '/nowhere/x*.parquet' }),
      'FORBIDDEN',
      'lies outside the folders',
    ],
    [
      'a link that leads elsewhere',
      () => defineSource({ ...source, path: 'link/hostname' }),
      'FORBIDDEN',
      'lies outside the folders',
    ],
    [
      'a URL',
      () => defineSource({ ...source, path: 'https://host/x.parquet' }),
      'FORBIDDEN',
      'lies outside the folders',
    ],
    [
      'an entity without a key',
      () => defineEntity({ name: 'x', joinKeys: [] }),
      'INVALID_INPUT',
      'joinKeys: an entity has 1 to 10',
    ],
    [
      'an entity with a key twice',
      () => defineEntity({ name: 'x', joinKeys: [...user.joinKeys, ...user.joinKeys] }),
      'INVALID_INPUT',
      'joinKeys: "user_id" occurs twice',
    ],
    [
      'an entity with a bad name',
      () => defineEntity({ ...user, name: '1 x' }),
      'INVALID_INPUT',
      'name: "1 x" is no name',
    ],
    [
      'another key for an entity in use',
      () => defineEntity({ ...user, joinKeys: [{ name: 'merchant_id', dtype: 'INT64' }] }),
      'CONFLICT',
      'in use by user_txn@1, user_txn@2',
    ],
    [
      'a view of an unknown entity',
      () => defineView({ ...view, entity: 'nobody' }),
      'NOT_FOUND',
      'entity: there is no nobody here',
    ],
    [
      'a view of an unknown source',
      () => defineView({ ...view, source: 'nowhere' }),
      'NOT_FOUND',
      'source: there is no nowhere here',
    ],
    [
      'a view of another kind of id',
      () => defineView({ ...view, entity: 'tiffin:default:source:txn' }),
      'INVALID_INPUT',
      'entity: "tiffin:default:source:txn" is not the id of a entity',
    ],
    [
      'a feature without a column',
      () => defineView({ ...view, features: [{ name: 'age' }] }),
      'INVALID_INPUT',
      'features.0.column: there is no column "age"',
    ],
    [
      'a feature of a type that none can have',
      () => defineView({ ...view, features: [{ name: 'list' }] }),
      'INVALID_INPUT',
      'features.0.column: "list" is BIGINT[]',
    ],
    [
      'a feature of another type',
      () => defineView({ ...view, features: [{ name: 'amount', dtype: 'STRING' }] }),
      'INVALID_INPUT',
      'features.0.dtype: "amount" is FLOAT64 and cannot be read as STRING',
    ],
    [
      'a feature twice',
      () => defineView({ ...view, features: [{ name: 'amount' }, { name: 'amount' }] }),
      'INVALID_INPUT',
      'features: "amount" occurs twice',
    ],
    ['a TTL below 0', () => defineView({ ...view, ttlSeconds: -1 }), 'INVALID_INPUT', 'ttlSeconds: 0 (any age) to'],
    ['a view name with "__"', () => defineView({ ...view, name: 'a__b' }), 'INVALID_INPUT', 'name: a view has no "__"'],
    [
      'a service of an unknown view',
      () => defineService({ name: 's', views: [{ view: 'user_txn@7' }] }),
      'NOT_FOUND',
      'views.0.view: there is no user_txn@7 here',
    ],
    [
      'a service of an unknown feature',
      () => defineService({ name: 's', views: [{ view: 'user_txn', features: ['x'] }] }),
      'INVALID_INPUT',
      'views.0.features: user_txn@2 has no feature "x"; it has amount, visit_count',
    ],
    [
      'a service with a view twice',
      () => defineService({ name: 's', views: [{ view: 'user_txn@1' }, { view: 'user_txn@2' }] }),
      'INVALID_INPUT',
      'views: "user_txn" occurs twice',
    ],
    [
      'a service of nothing',
      () => defineService({ name: 's', views: [] }),
      'INVALID_INPUT',
      'views: a service reads 1 to 100',
    ],
  ];
  it.each(cases)('%s', async (_, ask, code, message) => {
    const { errors } = await ask();
    expect(errors).toMatchObject([{ extensions: { code }, message: expect.stringContaining(message) }]);
  });

  it('loses no column that a view reads', async () => {
    await writeParquet(
      join(feature.folder, 'less.parquet'),
      `select 'u' as user_id, timestamptz '2026-01-01 00:00:00+00' as event_time, timestamptz '2026-01-01 00:00:00+00' as created_at, 1 as visits`,
    );
    const { errors } = await defineSource({ ...source, path: 'less.parquet' });
    expect(errors).toMatchObject([
      { extensions: { code: 'CONFLICT' }, message: 'path: these files lack "amount", which user_txn@1 reads' },
    ]);
  });
});
