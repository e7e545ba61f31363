import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';

let feature: FeatureHarness;
let names = 0;
const EVENT = "timestamptz '2026-01-01 00:00:00Z' as event_time";

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-02-01T00:00:00.000Z');
});

/** Files of one source, each by the SELECT that makes its rows. */
async function files(...selects: string[]): Promise<string> {
  const name = `source_${names++}`;
  mkdirSync(join(feature.folder, name));
  for (const [i, select] of selects.entries()) {
    await writeParquet(join(feature.folder, name, `${i + 1}.parquet`), select);
  }
  return name;
}

interface Wanted {
  readonly keyDtype?: 'STRING' | 'INT64';
  readonly features?: object[];
  readonly source?: object;
}

/** Defines entity, source, view and service on the files; answers the first refusal, or null. */
async function define(
  name: string,
  { keyDtype = 'STRING', features = [{ name: 'v' }], source = {} }: Wanted = {},
): Promise<string | null> {
  const { errors } = await feature.ask(
    `mutation ($entity: DefineEntityInput!, $source: DefineSourceInput!, $view: DefineFeatureViewInput!,
      $service: DefineFeatureServiceInput!) { defineEntity(input: $entity) { eventCursor }
      defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
      defineFeatureService(input: $service) { eventCursor } }`,
    {
      entity: { name, joinKeys: [{ name: 'id', dtype: keyDtype }] },
      source: { name, path: `${name}/*.parquet`, eventColumn: 'event_time', ...source },
      view: { name, entity: name, source: name, ttlSeconds: 0, features },
      service: { name, views: [{ view: name }] },
    },
  );
  return errors?.[0]?.message ?? null;
}

const load = async (name: string): Promise<any> => {
  const { data, errors } = await materialize(feature, { view: name });
  return errors ? { error: errors[0].message } : data.materialize.materialization;
};
const read = async (name: string, ...ids: (string | number)[]): Promise<any[]> => {
  const body = { service: `tiffin:default:feature-service:${name}@1`, entities: ids.map((id) => ({ id })) };
  return (await post(feature, '/v1/features/read', body)).body.values.map(([value]: any[]) => value);
};

describe('files of one source that differ', () => {
  it.each([
    ['event_time', {}, 'eventColumn: "event_time" is TIMESTAMP in 2.parquet, without a time zone; set assumeUtc'],
    ['created_at', { createdColumn: 'created_at' }, 'createdColumn: "created_at" is TIMESTAMP in 2.parquet'],
  ])('in the zone of %s are refused unless they are said to be UTC', async (column, source, message) => {
    const times = (zone: string) =>
      ['event_time', 'created_at']
        .map((one) => `timestamp${one === column ? zone : 'tz'} '2026-01-01 00:00:00' as ${one}`)
        .join(', ');
    const name = await files(`select 'a' as id, ${times('tz')}, 1 as v`, `select 'b' as id, ${times('')}, 2 as v`);
    expect(await define(name, { source })).toContain(message.replace('2.parquet', `${name}/2.parquet`));
    expect(await define(name, { source: { ...source, assumeUtc: true } })).toBeNull();
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 2 });
  });

  it('in the zone of a feature, or hold days for moments, are refused', async () => {
    const name = await files(
      `select 'a' as id, ${EVENT}, timestamptz '2026-01-01 00:00:00Z' as v`,
      `select 'b' as id, ${EVENT}, date '2026-01-01' as v`,
    );
    expect(await define(name)).toContain(`features.0.column: "v" is DATE in ${name}/2.parquet, without a time zone`);
  });

  it('in having a column are refused, at the definition and when such a file comes later', async () => {
    const [one, two] = [`select 'a' as id, ${EVENT}, 1 as v`, `select 'a' as id, ${EVENT}, 2 as renamed`];
    const both = await files(one, two);
    expect(await define(both)).toBe(`features.0.column: "v" is missing in ${both}/2.parquet`);
    const name = await files(one);
    expect(await define(name)).toBeNull();
    await writeParquet(join(feature.folder, name, '2.parquet'), two);
    expect(await load(name)).toEqual({ error: `source: "v" is missing in ${name}/2.parquet` });
  });

  it.each([
    ['a key turns to a double', 'id', "'1'", '1.0::double', 'is VARCHAR in * and DOUBLE in *'],
    ['text turns to a number', 'v', "'7'", '7.0::double', 'is VARCHAR in * and DOUBLE in *'],
    ['text turns to a moment', 'v', "'7'", "timestamptz '2026-01-01 00:00:00Z'", 'is VARCHAR in * and TIMESTAMP WITH'],
    ['a number turns to true or false', 'v', '7', 'true', 'is INTEGER in * and BOOLEAN in *'],
    ['the event turns to a number', 'event_time', "timestamptz '2026-01-01 00:00:00Z'", '17', 'and INTEGER in *'],
  ])('because %s are refused', async (_, column, before, after, message) => {
    const row = (value: string) =>
      ["'a' as id", EVENT, '1 as v'].map((part) => (part.endsWith(` as ${column}`) ? `${value} as ${column}` : part));
    const name = await files(`select ${row(before).join(', ')}`);
    expect(await define(name)).toBeNull();
    await writeParquet(join(feature.folder, name, '2.parquet'), `select ${row(after).join(', ')}`);
    const { error } = await load(name);
    expect(error).toContain(`source: "${column}"`);
    expect(error.replaceAll(/source_\d+\/\d\.parquet/g, '*')).toContain(message);
  });

  it('only in the width of a number are read, each by its own type', async () => {
    const name = await files(
      `select 'a' as id, ${EVENT}, 9007199254740993::bigint as v`,
      `select 'b' as id, ${EVENT}, 7::tinyint as v`,
    );
    expect(await define(name)).toBeNull();
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 2 });
    expect(await read(name, 'a', 'b')).toEqual(['9007199254740993', 7]);
  });
});

describe('names that differ only by case', () => {
  it('are refused for features of a view', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, 10 as v, 100 as w`);
    const features = [{ name: 'v' }, { name: 'V', column: 'w' }];
    expect(await define(name, { features })).toBe('features: "V" and "v" differ only by case');
  });

  it('are refused for columns of the files', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, 10 as v`, `select 'a' as id, ${EVENT}, 10 as "V"`);
    expect(await define(name)).toBe('features.0.column: "v" and "V" differ only by case');
  });

  it('are refused for join keys, views of a service and columns of a spine', async () => {
    const keys = [
      { name: 'id', dtype: 'STRING' },
      { name: 'ID', dtype: 'STRING' },
    ];
    const entity = await feature.ask(
      'mutation ($input: DefineEntityInput!) { defineEntity(input: $input) { eventCursor } }',
      { input: { name: 'twins', joinKeys: keys } },
    );
    expect(entity.errors[0].message).toBe('joinKeys: "ID" and "id" differ only by case');
    const name = await files(`select 'a' as id, ${EVENT}, 10 as v`);
    expect(await define(name)).toBeNull();
    const upper = name.toUpperCase();
    const twin = await feature.ask(
      `mutation ($view: DefineFeatureViewInput!, $service: DefineFeatureServiceInput!) {
        defineFeatureView(input: $view) { eventCursor } defineFeatureService(input: $service) { eventCursor } }`,
      {
        view: { name: upper, entity: name, source: name, ttlSeconds: 0, features: [{ name: 'v' }] },
        service: { name: 'twins', views: [{ view: name }, { view: upper }] },
      },
    );
    expect(twin.errors[0].message).toBe(`views: "${upper}" and "${name}" differ only by case`);
    for (const label of ['ID', 'Timestamp']) {
      const rows = [{ id: 'a', timestamp: '2026-01-02T00:00:00Z', [label]: 1 }];
      const { errors } = await createTrainingSet(feature, { service: name, spine: { rows } });
      expect(errors[0].message).toMatch(/^spine: ".+" and ".+" differ only by case$/);
    }
    const rows = [{ id: 'a', timestamp: '2026-01-02T00:00:00Z', [`${upper}__V`]: 1 }];
    const { errors } = await createTrainingSet(feature, { service: name, spine: { rows } });
    expect(errors[0].message).toBe(`spine: "${upper}__V" is also the name of a feature`);
  });
});

describe('whole numbers as keys', () => {
  it.each(['bigint', 'ubigint', 'decimal(10,0)', 'decimal(20,0)', 'double', 'integer'])(
    'are read from %s',
    async (type) => {
      const name = await files(`select i::${type} as id, ${EVENT}, i as v from range(1, 4) t(i)`);
      expect(await define(name, { keyDtype: 'INT64' })).toBeNull();
      expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 3 });
      expect(await read(name, 1, 2, 3)).toEqual([1, 2, 3]);
    },
  );

  it('are named by file and row where one of many cannot be read', async () => {
    const name = await files(
      `select i::double as id, ${EVENT}, 1 as v from range(5) t(i)`,
      `select i / 2 as id, ${EVENT}, 1 as v from range(2, 6) t(i)`,
    );
    expect(await define(name, { keyDtype: 'INT64' })).toBeNull();
    const why = '"id" holds 1.5, which is not a whole number below 2^53';
    const error = `source: ${why} (row 2 of ${name}/2.parquet, the first of 2 such rows)`;
    expect(await load(name)).toMatchObject({ state: 'FAILED', error });
  });

  it('that are missing are null, as pandas writes them', async () => {
    const name = await files(`select 'nan'::double as id, ${EVENT}, 1 as v union all select 2, ${EVENT}, 2`);
    await define(name, { keyDtype: 'INT64' });
    expect(await load(name)).toMatchObject({ rowsWritten: 1, skipped: [{ reason: 'NULL_KEY', rows: 1 }] });
  });

  it.each([
    ['1.5::double', '"id" holds 1.5, which is not a whole number below 2^53'],
    ["'infinity'::double", '"id" holds inf, which is not a whole number below 2^53'],
    ['9007199254740992::double', '"id" holds 9007199254740992.0, which is not a whole number below 2^53'],
    ['9223372036854775808::ubigint', '"id" holds 9223372036854775808, which does not fit into 64 bits'],
    ['99999999999999999999::decimal(38,0)', '"id" holds 99999999999999999999, which does not fit into 64 bits'],
  ])('%s fail the load, which names them', async (value, message) => {
    const name = await files(`select ${value} as id, ${EVENT}, 1 as v`);
    expect(await define(name, { keyDtype: 'INT64' })).toBeNull();
    expect(await load(name)).toMatchObject({
      state: 'FAILED',
      error: `source: ${message} (row 1 of ${name}/1.parquet)`,
    });
  });
});

describe('digits', () => {
  it('of a decimal without a fraction are kept', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, 12345678901234567::decimal(20,0) as v`);
    expect(await define(name)).toBeNull();
    await load(name);
    expect(await read(name, 'a')).toEqual(['12345678901234567']);
  });

  it.each([
    ['9007199254740993::bigint', '9007199254740993'],
    ['12345678901234567::decimal(20,0)', '12345678901234567'],
    ['123456789012345678.91::decimal(20,2)', '123456789012345678.91'],
  ])('of %s are not lost in a FLOAT64: the load fails and names the value', async (value, shown) => {
    const name = await files(`select 'a' as id, ${EVENT}, ${value} as v`);
    expect(await define(name, { features: [{ name: 'v', dtype: 'FLOAT64' }] })).toBeNull();
    const error = `source: "v" holds ${shown}, which has more digits than FLOAT64 keeps (row 1 of ${name}/1.parquet)`;
    expect(await load(name)).toMatchObject({ state: 'FAILED', error });
  });

  it('of a label beyond 2^53 are not lost: as a number it is refused, as text it stays', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, 1 as v`);
    await define(name);
    const row = { id: 'a', timestamp: '2026-01-02T00:00:00Z' };
    const make = (label: unknown) =>
      createTrainingSet(feature, { service: name, spine: { rows: [{ ...row, label }] } });
    expect((await make(2 ** 53 + 2)).errors[0].message).toBe(
      'spine.rows.0.label: 9007199254740994 is beyond 2^53, where JSON loses digits; write it as text, or give a file',
    );
    const { trainingSet } = (await make('9007199254740993')).data.createTrainingSet;
    expect((await downloadRows(feature, trainingSet))[0].label).toBe('9007199254740993');
  });
});

describe('what files hold', () => {
  it('reads text without the UTF-8 mark, and refuses bytes that are none', async () => {
    const name = await files(`select '\\xFC'::blob as id, ${EVENT}, encode('grün') as v`);
    writeFileSync(join(feature.folder, name, 'ignored.txt'), '');
    expect(await define(name)).toBeNull();
    expect(await load(name)).toMatchObject({ state: 'FAILED', error: expect.stringContaining('which is not UTF-8') });
    const good = await files(`select encode('ü') as id, ${EVENT}, encode('grün') as v`);
    await define(good);
    expect(await load(good)).toMatchObject({ state: 'SUCCEEDED' });
    expect(await read(good, 'ü')).toEqual(['grün']);
  });

  it.each([
    ['text-not-utf8.parquet', 'holds text that is not UTF-8'],
    ['milliseconds-far.parquet', 'holds moments that lie beyond what can be read'],
  ])('names the column of %s that cannot be read', async (file, why) => {
    const name = await files();
    copyFileSync(join(import.meta.dirname, 'fixture', file), join(feature.folder, name, '1.parquet'));
    expect(await define(name)).toBeNull();
    const { state, error } = await load(name);
    expect(state).toBe('FAILED');
    expect(error).toMatch(new RegExp(`^source: "\\w+" of ${name}/1.parquet ${why}$`));
  });

  it.each([
    [
      "{'os': 'linux'} as device",
      'device.os',
      '"device.os" lies inside "device" (STRUCT(os VARCHAR)); write it to a column',
    ],
    [
      "{'os': 'linux'} as device",
      'device',
      '"device" is STRUCT(os VARCHAR), which no feature can be; write it to a column',
    ],
    ['[1, 2] as list', 'list', '"list" is INTEGER[], which no feature can be; write it to a column of its own'],
    ["map {'a': 1} as m", 'm', '"m" is MAP, which no feature can be'],
  ])('refuses %s, saying what to do', async (column, wanted, message) => {
    const name = await files(`select 'a' as id, ${EVENT}, ${column}`);
    const refused = await define(name, { features: [{ name: 'v', column: wanted }] });
    expect(refused).toContain(`features.0.column: ${message}`);
  });

  it.each([
    [
      'rows.json',
      '[{"id": 1}]',
      '"rows.json" is JSON, neither Parquet nor CSV; convert it, for example with DuckDB: copy',
    ],
    [
      'rows.csv.gz',
      Buffer.from([0x1f, 0x8b, 8, 0]),
      `is gzip, neither Parquet nor CSV; unpack it: gunzip 'rows.csv.gz'`,
    ],
    [
      'rows.xlsx',
      'PK\u0003\u0004',
      'is a ZIP archive or an Excel workbook, neither Parquet nor CSV; unpack it, or save',
    ],
    ['rows.feather', 'ARROW1\0\0', `in Python: pandas.read_feather('rows.feather').to_parquet('rows.parquet')`],
    ['rows.pkl', Buffer.from([0x80, 4, 0x95]), `is a pickle, neither Parquet nor CSV; convert it`],
    [
      'rows.txt',
      Buffer.from('\ufeffid,event_time\n', 'utf16le'),
      'is text in UTF-16, neither Parquet nor CSV; save it',
    ],
    ['notes.parquet', 'hello', '"notes.parquet" is neither Parquet nor CSV'],
    ['empty.csv', '', '"empty.csv" is neither Parquet nor CSV'],
    ['cut.parquet', 'PAR1 and no end', '"cut.parquet" is not readable as Parquet: it is not whole'],
  ])('says what %s is', async (file, content, message) => {
    writeFileSync(join(feature.folder, file), content);
    const { errors } = await feature.ask(
      'mutation ($input: DefineSourceInput!) { defineSource(input: $input) { eventCursor } }',
      { input: { name: 'other', path: file, eventColumn: 'event_time' } },
    );
    expect(errors[0].message).toContain(message);
    expect(errors[0].message).toMatch(/^path: "/);
    expect(errors[0].message).not.toContain(feature.folder);
  });
});

const timed = (id: string, event: string, created: string): string =>
  `select '${id}' as id, timestamptz '${event}' as event_time, timestamptz '${created}' as created_at, 1 as v`;

describe('times', () => {
  it('at infinity, or not before now, are counted', async () => {
    const name = await files(
      [
        timed('now', '2026-02-01 00:00:00Z', '2026-01-01 00:00:00Z'),
        timed('ahead', '2026-03-01 00:00:00Z', '2026-01-01 00:00:00Z'),
        timed('never', 'infinity', '2026-01-01 00:00:00Z'),
        timed('ever', '-infinity', '2026-01-01 00:00:00Z'),
        timed('unborn', '2026-01-01 00:00:00Z', 'infinity'),
        timed('good', '2026-01-01 00:00:00Z', '2026-01-01 00:00:00Z'),
      ].join(' union all '),
    );
    await define(name, { source: { createdColumn: 'created_at' } });
    expect(await load(name)).toMatchObject({
      rowsRead: 6,
      rowsWritten: 1,
      skipped: [
        { reason: 'NO_EVENT_TIME', rows: 2 },
        { reason: 'EVENT_AHEAD', rows: 2 },
        { reason: 'CREATED_AHEAD', rows: 1 },
      ],
    });
  });

  it('are rounded down, also nanoseconds before 1970', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, make_timestamp_ns(-1) as v`);
    await define(name, { source: { assumeUtc: true } });
    await load(name);
    expect(await read(name, 'a')).toEqual([-1]);
  });

  it('of creation that are unknown count from the load on', async () => {
    const name = await files(`select 'a' as id, ${EVENT}, null::timestamptz as created_at, 7 as v`);
    await define(name, { source: { createdColumn: 'created_at' } });
    await load(name);
    expect(await read(name, 'a')).toEqual([7]);
    const rows = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z'].map((timestamp) => ({ id: 'a', timestamp }));
    const { data } = await createTrainingSet(feature, { service: name, spine: { rows }, knownAt: 'CREATED' });
    const out = await downloadRows(feature, data.createTrainingSet.trainingSet);
    expect(out.map((row) => row[`${name}__v`])).toEqual([null, 7n]);
  });
});

it('takes a correction back when the file does', async () => {
  const name = await files(`select 'a' as id, ${EVENT}, 1 as v`);
  await define(name);
  const seen: unknown[] = [];
  for (const value of [1, 2, 1]) {
    await writeParquet(join(feature.folder, name, '1.parquet'), `select 'a' as id, ${EVENT}, ${value} as v`);
    feature.clock.at = new Date(feature.clock.at.getTime() + 60_000);
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 1 });
    seen.push(...(await read(name, 'a')));
  }
  expect(seen).toEqual([1, 2, 1]);
  expect(await load(name)).toMatchObject({ rowsWritten: 0, skipped: [{ reason: 'ALREADY_LOADED', rows: 1 }] });
  const rows = [{ id: 'a', timestamp: feature.clock.at.toISOString() }];
  const { data } = await createTrainingSet(feature, { service: name, spine: { rows } });
  expect((await downloadRows(feature, data.createTrainingSet.trainingSet))[0][`${name}__v`]).toBe(1n);
});
