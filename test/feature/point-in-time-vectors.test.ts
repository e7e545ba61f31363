import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { pointInTimeVectors } from '../support/vectors.ts';

interface Vector {
  readonly id: string;
  readonly ttl: number;
  readonly asKnown?: boolean;
  readonly rows: readonly (readonly [string | string[] | null, string])[];
  readonly feats: readonly (readonly [string | string[] | null, string, string | null, number | null])[];
  readonly expect: readonly (number | null)[];
}

const vectors: Vector[] = pointInTimeVectors();
let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2035-01-01T00:00:00Z');
});

const partsOf = (key: Vector['rows'][number][0]): (string | null)[] => (Array.isArray(key) ? key : [key]);
const text = (value: string | null): string => (value === null ? 'null::varchar' : `'${value}'`);
const time = (value: string | null): string => (value === null ? 'null::timestamptz' : `timestamptz '${value}'`);

async function seed({ id, ttl, feats }: Vector, keys: string[]): Promise<string> {
  const name = id.replace('-', '_');
  await writeParquet(
    join(feature.folder, `${name}.parquet`),
    feats
      .map(
        ([key, event, created, value]) =>
          `select ${partsOf(key)
            .map((part, i) => `${text(part)} as ${keys[i]}`)
            .join(', ')}, ${time(event)} as event_time,
           ${time(created)} as created_at, ${value ?? 'null'}::double as value`,
      )
      .join(' union all '),
  );
  const { errors } = await feature.ask(
    `mutation ($entity: DefineEntityInput!, $source: DefineSourceInput!, $view: DefineFeatureViewInput!,
      $service: DefineFeatureServiceInput!) { defineEntity(input: $entity) { eventCursor }
      defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
      defineFeatureService(input: $service) { eventCursor } }`,
    {
      entity: { name, joinKeys: keys.map((key) => ({ name: key, dtype: 'STRING' })) },
      source: { name, path: `${name}.parquet`, eventColumn: 'event_time', createdColumn: 'created_at' },
      view: { name, entity: name, source: name, ttlSeconds: ttl, features: [{ name: 'value' }] },
      service: { name, views: [{ view: name }] },
    },
  );
  expect(errors).toBeUndefined();
  const loaded = await materialize(feature, { view: name });
  expect(loaded.data.materialize.materialization).toMatchObject({ state: 'SUCCEEDED' });
  return name;
}

it('has all 24 vectors', () => expect(vectors).toHaveLength(24));

it.each(vectors.map((vector) => [vector.id, vector] as const))('the point-in-time law %s', async (_, vector) => {
  const keys = Array.isArray(vector.rows[0]![0]) ? ['part_a', 'part_b'] : ['key'];
  const name = await seed(vector, keys);
  const rows = vector.rows.map(([key, timestamp]) => ({
    ...Object.fromEntries(partsOf(key).map((part, i) => [keys[i], part])),
    timestamp,
  }));
  const { data, errors } = await createTrainingSet(feature, {
    service: name,
    spine: { rows },
    knownAt: vector.asKnown ? 'KNOWN' : 'EVENT_TIME',
  });
  expect(errors).toBeUndefined();
  const { trainingSet, build } = data.createTrainingSet;
  expect(build).toMatchObject({ state: 'SUCCEEDED', error: null });
  const out = await downloadRows(feature, trainingSet);
  expect(out.map((row) => row[`${name}__value`])).toEqual(vector.expect);
  expect(out.map((row) => row.timestamp.toISOString())).toEqual(
    vector.rows.map(([, at]) => new Date(at).toISOString()),
  );
});
