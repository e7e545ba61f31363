import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { startTestFeature, writeParquet, type FeatureHarness } from '../support/feature.ts';
import { atEnd } from '../support/at-end.ts';
import { readFeed } from '../support/read-feed.ts';

let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'u' || i as user_id, timestamptz '2026-01-01 00:00:00+00' as event_time, i * 1.5::double as amount,
       'e' || i as event_id, 'd' || i as device
     from range(5) t(i)`,
  );
});

const apply = (input: object, how = {}) =>
  feature.ask(
    `mutation ($input: ApplyFeatureDefinitionsInput!) { applyFeatureDefinitions(input: $input) { eventCursor
      changes { kind subject action id beforeId fingerprint differences { path before after } } } }`,
    { input: { ...input, ...how } },
  );

const changesOf = async (input: object, how = {}): Promise<any[]> => {
  const { data, errors } = await apply(input, how);
  expect(errors).toBeUndefined();
  return data.applyFeatureDefinitions.changes;
};

const definitionsThatStand = async (): Promise<any> => {
  const { data } = await feature.ask(`{
    entities { edges { node { definition } } } sources { edges { node { definition } } }
    eventStreams { edges { node { definition } } } featureViews { edges { node { definition } } }
    featureServices { edges { node { definition } } } }`);
  return Object.fromEntries(
    Object.entries(data).map(([list, { edges }]: [string, any]) => [
      list,
      edges.map((edge: any) => edge.node.definition),
    ]),
  );
};

const entities = [{ name: 'user', joinKeys: [{ name: 'user_id', dtype: 'STRING' }], owner: 'payments' }];
const sources = [{ name: 'txn', path: 'txn.parquet', eventColumn: 'event_time' }];
const eventStreams = [{ name: 'live', source: 'txn', brokers: ['localhost:9092'], topic: 'txn', start: 'LATEST' }];
const amount = { name: 'amount', description: 'Of the last one.' };
const sum = (windowSeconds: number) => ({ name: 'sum', column: 'amount', window: { function: 'SUM', windowSeconds } });
const shared = {
  name: 'shared',
  network: {
    function: 'BAD_OTHERS',
    through: 'device',
    windowSeconds: 86_400,
    bad: { column: 'device', oneOf: ['d1'] },
  },
};
const night = {
  name: 'night',
  window: { function: 'COUNT', windowSeconds: 86_400, where: { hours: [23, 0], utcOffsetMinutes: 330 } },
};
const view = (features: object[], more = {}) => ({
  name: 'spend',
  entity: 'user',
  source: 'txn',
  ttlSeconds: 0,
  features,
  ...more,
});
const windows = view([sum(3_600), shared, night], { name: 'windows', eventIdColumn: 'event_id', tags: ['fraud'] });
const services = [{ name: 'fraud', views: [{ view: 'spend' }, { view: 'windows', features: ['sum', 'shared'] }] }];
const all = { entities, sources, eventStreams, featureViews: [view([amount]), windows], featureServices: services };

describe('applying definitions', () => {
  it('says in a dry run what would come of it, and keeps nothing', async () => {
    const changes = await changesOf(all, { dryRun: true });
    expect(changes.map(({ kind, action, id, beforeId }) => [kind, action, id, beforeId])).toEqual([
      ['entity', 'CREATE', 'tiffin:default:entity:user', null],
      ['source', 'CREATE', 'tiffin:default:source:txn', null],
      ['event-stream', 'CREATE', 'tiffin:default:event-stream:live', null],
      ['feature-view', 'CREATE', 'tiffin:default:feature-view:spend@1', null],
      ['feature-view', 'CREATE', 'tiffin:default:feature-view:windows@1', null],
      ['feature-service', 'CREATE', 'tiffin:default:feature-service:fraud@1', null],
    ]);
    expect(changes[0].differences).toContainEqual({ path: 'owner', before: null, after: 'payments' });
    expect(Object.values(await definitionsThatStand()).flat()).toEqual([]);
  });

  it('lets all stand or none: the refusal names the definition and its field', async () => {
    const wrong = { ...all, featureViews: [view([amount]), view([{ name: 'nothing' }], { name: 'wrong' })] };
    for (const dryRun of [true, false]) {
      const { errors } = await apply({ ...wrong, featureServices: [] }, { dryRun });
      expect(errors[0].message).toMatch(/^featureViews\.1\.features\.0\.column: there is no column "nothing"/);
      expect(errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'featureViews.1.features.0.column' });
    }
    expect(Object.values(await definitionsThatStand()).flat()).toEqual([]);
  });

  it('applies them in one go, though they build on each other, and records each', async () => {
    const { data } = await apply(all);
    expect(data.applyFeatureDefinitions.eventCursor).toEqual(expect.any(String));
    const db = await openDatabase(featureSchema, { url: feature.databaseUrl });
    atEnd(() => db.close());
    const isWhole = (given: readonly { kind: string }[]) => given.some(({ kind }) => kind === 'feature-service');
    const { events } = await readFeed(outboxFeed(db), null, isWhole);
    expect(events.map(({ kind }) => kind).filter((kind) => !['column', 'feature'].includes(kind))).toEqual([
      'entity',
      'source',
      'source',
      'event-stream',
      'feature-view',
      'feature-view',
      'feature-service',
    ]);
    const { data: stands } = await feature.ask(
      '{ entity(id: "user") { revision } featureService(id: "fraud") { version views { id } } }',
    );
    expect(stands).toEqual({
      entity: { revision: 1 },
      featureService: {
        version: 1,
        views: [{ id: 'tiffin:default:feature-view:spend@1' }, { id: 'tiffin:default:feature-view:windows@1' }],
      },
    });
  });

  it('finds nothing to change in the same again, nor in the definitions that stand', async () => {
    for (const set of [all, await definitionsThatStand()]) {
      const { data } = await apply(set);
      expect(data.applyFeatureDefinitions.eventCursor).toBeNull();
      for (const { id, action, differences } of data.applyFeatureDefinitions.changes) {
        expect({ id, action, differences }).toEqual({ id, action: 'UNCHANGED', differences: [] });
      }
    }
  });

  it('shows each field that changes, and the new versions that follow from it', async () => {
    const [{ beforeId, ...first }, second] = await changesOf(
      { featureViews: [view([{ ...amount, description: '' }, { name: 'device' }])], featureServices: services },
      { dryRun: true },
    );
    expect([beforeId, first.action, first.id]).toEqual([
      'tiffin:default:feature-view:spend@1',
      'NEW_VERSION',
      'tiffin:default:feature-view:spend@2',
    ]);
    expect(first.differences).toEqual([
      { path: 'features.amount.description', before: 'Of the last one.', after: null },
      { path: 'features.device', before: null, after: { name: 'device', column: 'device', dtype: 'STRING' } },
    ]);
    expect(second.action).toBe('NEW_VERSION');
    expect(second.differences).toEqual([
      { path: 'views.0.view', before: 'spend@1', after: 'spend@2' },
      { path: 'views.0.features', before: ['amount'], after: ['amount', 'device'] },
    ]);
    const order = await changesOf(
      { featureViews: [{ ...windows, features: [shared, night, sum(7_200)] }] },
      { dryRun: true },
    );
    expect(order[0].differences).toEqual([
      { path: 'features (order)', before: ['sum', 'shared', 'night'], after: ['shared', 'night', 'sum'] },
      { path: 'features.sum.window.windowSeconds', before: 3_600, after: 7_200 },
    ]);
  });

  it('is refused where something else stands than was planned on', async () => {
    const entity = (description: string) => [{ ...entities[0], description }];
    const [planned] = await changesOf({ entities: entity('first') }, { dryRun: true });
    const expected = [{ subject: planned.subject, fingerprint: planned.fingerprint }];
    await changesOf({ entities: entity('meanwhile') });
    const late = await apply({ entities: entity('first') }, { expected });
    expect(late.errors[0].extensions).toMatchObject({ code: 'CONFLICT', field: 'expected.0', holder: planned.id });
    expect((await definitionsThatStand()).entities[0].description).toBe('meanwhile');
    const isNew = await apply({ entities: entity('first') }, { expected: [{ subject: planned.subject }] });
    expect(isNew.errors[0].extensions.code).toBe('CONFLICT');
    const other = await apply({ entities: entity('first') }, { expected: [{ subject: 'tiffin:default:entity:card' }] });
    expect(other.errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'expected.0.subject' });
  });

  it('refuses two definitions of one thing, none at all, and a source whose files are not there', async () => {
    expect((await apply({ entities: [entities[0], entities[0]] })).errors[0].message).toBe(
      'entities.1.name: entities.0 defines the same',
    );
    expect((await apply({})).errors[0].extensions).toMatchObject({ field: 'input', allowed: { min: 1, max: 1_000 } });
    const missing = await apply({ sources: [{ ...sources[0], path: 'gone.parquet' }] }, { dryRun: true });
    expect(missing.errors[0].extensions.field).toBe('sources.0.path');
  });
});
