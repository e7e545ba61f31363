import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Duck } from '../../subgraphs/shared/duckdb/duckdb.ts';
import { checkUnchanged, SourceFiles } from '../../subgraphs/feature/storage/source-files.ts';
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

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date('2026-02-01T00:00:00.000Z');
});

/** Files of one source in a folder of its own. */
function files(...contents: (string | Buffer)[]): string {
  const name = `source_${names++}`;
  mkdirSync(join(feature.folder, name));
  contents.forEach((content, i) => writeFileSync(join(feature.folder, name, `${i + 1}.csv`), content));
  return name;
}

const HEADER = 'id,event_time,v\n';
const AT = '2026-01-01T00:00:00Z';

interface Wanted {
  readonly keyDtype?: 'STRING' | 'INT64';
  readonly features?: object[];
  readonly source?: object;
}

/** Defines entity, source, view and service on the files; answers the columns of the source or the first refusal. */
async function define(
  name: string,
  { keyDtype = 'STRING', features = [{ name: 'v' }], source = {} }: Wanted = {},
): Promise<any> {
  const { data, errors } = await feature.ask(
    `mutation ($entity: DefineEntityInput!, $source: DefineSourceInput!, $view: DefineFeatureViewInput!,
      $service: DefineFeatureServiceInput!) { defineEntity(input: $entity) { eventCursor }
      defineSource(input: $source) { source { columns { name nativeType dtype problem } } }
      defineFeatureView(input: $view) { eventCursor } defineFeatureService(input: $service) { eventCursor } }`,
    {
      entity: { name, joinKeys: [{ name: 'id', dtype: keyDtype }] },
      source: { name, path: `${name}/*`, eventColumn: 'event_time', ...source },
      view: { name, entity: name, source: name, ttlSeconds: 0, features },
      service: { name, views: [{ view: name }] },
    },
  );
  return errors?.[0]?.message ?? data.defineSource.source.columns;
}

const load = async (name: string): Promise<any> => {
  const { data, errors } = await materialize(feature, { view: name });
  return errors ? { error: errors[0].message } : data.materialize.materialization;
};
const read = async (name: string, ...ids: (string | number)[]): Promise<any[]> => {
  const body = { service: `${name}@1`, entities: ids.map((id) => ({ id })) };
  return (await post(feature, '/v1/features/read', body)).body.values;
};
const typesOf = (columns: any): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, nativeType }: any) => [name, nativeType]));

describe('a source of CSV', () => {
  it('has columns of the narrowest type that holds all of their values', async () => {
    const name = files(
      [
        'id,event_time,whole,number,flag,text,day,local,code,large,nothing,mixed',
        `a,${AT},1,1,true,x,2026-01-01,2026-01-01 00:00:00,007,9223372036854775808,,2026-01-01`,
        `b,2026-01-01 02:00:00.5+02:00,-9223372036854775808,.5,False,"y ""z"", ü",2026-01-02,2026-01-01T00:00,12,1,,${AT}`,
        `c,2026-01-01 00:00:00 UTC,,1e3,,"two`,
        `lines",,,,,"",`,
        '',
      ].join('\n'),
    );
    const features = ['whole', 'number', 'flag', 'text', 'code', 'large', 'nothing'].map((one) => ({ name: one }));
    expect(typesOf(await define(name, { features }))).toEqual({
      id: 'CSV VARCHAR',
      event_time: 'CSV TIMESTAMP WITH TIME ZONE',
      whole: 'CSV BIGINT',
      number: 'CSV DOUBLE',
      flag: 'CSV BOOLEAN',
      text: 'CSV VARCHAR',
      day: 'CSV DATE',
      local: 'CSV TIMESTAMP',
      code: 'CSV VARCHAR',
      large: 'CSV VARCHAR',
      nothing: 'CSV EMPTY',
      mixed: 'CSV TIMESTAMP',
    });
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsRead: 3, rowsWritten: 3 });
    expect(await read(name, 'a', 'b', 'c')).toEqual([
      [1, 1, true, 'x', '007', '9223372036854775808', null],
      ['-9223372036854775808', 0.5, false, 'y "z", ü', '12', '1', null],
      [null, 1000, null, 'two\nlines', null, null, ''],
    ]);
  });

  it.each([
    ['semicolons', 'id;event_time;v\na;2026-01-01T00:00:00Z;1,5\n', '1,5'],
    ['tabs', 'id\tevent_time\tv\na\t2026-01-01T00:00:00Z\t"1\t5"\n', '1\t5'],
    ['the mark of a byte order, and both line ends', '\ufeffid,event_time,v\r\na,2026-01-01T00:00:00Z,x\r\n', 'x'],
    ['names in quotes', '"id","event_time","v"\n"a","2026-01-01T00:00:00Z","x"\n', 'x'],
  ])('may be written with %s', async (_, content, value) => {
    const name = files(content);
    expect(typesOf(await define(name))).toMatchObject({ v: 'CSV VARCHAR' });
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 1 });
    expect(await read(name, 'a')).toEqual([[value]]);
  });

  it('keeps text as it stands where text is asked for', async () => {
    const name = files(`${HEADER}17,${AT},1.50\n`, `${HEADER}018,${AT},2\n`);
    await define(name, { features: [{ name: 'v', dtype: 'STRING' }] });
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 2 });
    expect(await read(name, '17', '018')).toEqual([['1.50'], ['2']]);
  });

  it('reads whole numbers as keys, from decimals too where each is whole', async () => {
    const name = files(`${HEADER}1,${AT},1\n`, `${HEADER}2.0,${AT},2\n`);
    await define(name, { keyDtype: 'INT64' });
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 2 });
    expect(await read(name, 1, 2)).toEqual([[1], [2]]);
    const odd = files(`${HEADER}1,${AT},"two\nlines"\n\n1.5,${AT},2\n2.5,${AT},2\n`);
    await define(odd, { keyDtype: 'INT64' });
    expect((await load(odd)).error).toBe(
      `source: "id" holds 1.5, which is not a whole number below 2^53 (line 5 of ${odd}/1.csv, the first of 2 such rows)`,
    );
  });

  it('loads moments to the millisecond, rounded down', async () => {
    const name = files(`${HEADER}a,${AT},1969-12-31T23:59:59.9999Z\nb,${AT},2026-01-01T00:00:00.1239+01:00\n`);
    await define(name);
    await load(name);
    expect(await read(name, 'a', 'b')).toEqual([[-1], [Date.parse('2025-12-31T23:00:00.123Z')]]);
  });

  it('may stand beside Parquet, each file by its own types', async () => {
    const name = files(`${HEADER}a,${AT},1\n`);
    await writeParquet(
      join(feature.folder, name, '2.parquet'),
      `select 'b' as id, timestamptz '${AT}' as event_time, 2.5::double as v`,
    );
    await define(name);
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsWritten: 2 });
    expect(await read(name, 'a', 'b')).toEqual([[1], [2.5]]);
  });

  it('reads many rows in their order: of two for one moment the last counts', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `u${i % 100},${AT},${i}`);
    const name = files(`${HEADER}${rows.join('\n')}\n`);
    await define(name);
    expect(await load(name)).toMatchObject({ state: 'SUCCEEDED', rowsRead: 60_000 });
    expect(await read(name, 'u0', 'u99')).toEqual([[59_900], [59_999]]);
  });
});

describe('times of CSV without a zone', () => {
  it.each([
    ['event_time', '2026-01-01 00:00:00', 'is CSV TIMESTAMP, without a time zone; set assumeUtc: true if it is UTC'],
    ['event_time', '2026-01-01', 'is CSV DATE, without a time zone'],
  ])('of %s are refused unless they are said to be UTC', async (_, at, message) => {
    const name = files(`${HEADER}a,${at},1\n`);
    expect(await define(name)).toContain(`eventColumn: "event_time" ${message}`);
    await define(name, { source: { assumeUtc: true } });
    await load(name);
    const { body } = await post(feature, '/v1/features/read', {
      service: `${name}@1`,
      entities: [{ id: 'a' }],
      at: '2026-01-01T00:00:01Z',
    });
    expect([body.values, body.agesMs]).toEqual([[[1]], [[1_000]]]);
  });

  it('in one of several files are refused', async () => {
    const name = files(`${HEADER}a,${AT},1\n`, `${HEADER}b,2026-01-01 00:00:00,1\n`);
    expect(await define(name)).toContain(`"event_time" is CSV TIMESTAMP in ${name}/2.csv, without a time zone`);
  });
});

describe('CSV that cannot be read', () => {
  it.each([
    [
      'a decimal comma',
      `${HEADER}a,${AT},1\nb,${AT},1,5\n`,
      'line 3: 4 values where the header has 3 names; a value that',
    ],
    ['too few values', `${HEADER}a,${AT}\n`, 'line 2: 2 values where the header has 3 names'],
    ['an open quote', `${HEADER}a,${AT},"1\nb,${AT},2\n`, 'line 2: a quote is not closed'],
    ['text behind a quote', `${HEADER}a,${AT},"1"2\n`, 'line 2: a quote is not closed, or text stands behind it'],
    [
      'Latin-1',
      Buffer.from(`${HEADER}a,${AT},ü\n`, 'latin1'),
      'line 2: text that is not UTF-8; save the file as UTF-8',
    ],
    ['a name in Latin-1', Buffer.from('id,event_time,für\n', 'latin1'), 'line 1 is not UTF-8'],
    [
      'a column without a name',
      `,id,event_time\n0,a,${AT}\n`,
      'line 1: column 1 has no name; name it, or leave it out (pandas',
    ],
    ['a name twice', `id,event_time,v,v\na,${AT},1,2\n`, 'line 1: "v" is there twice'],
    ['line ends of both kinds', `${HEADER}a,${AT},1\r\nb,${AT},2\nc,${AT},3\r\n`, 'ends its lines in different ways'],
  ])('for %s names the line', async (_, content, message) => {
    const name = files(content);
    const refused = await define(name);
    expect(refused).toContain(`path: "${name}/1.csv"`);
    expect(refused).toContain(message);
  });

  it.each([
    ['n/a', 'what is missing is written as nothing'],
    ['1,5', 'decimals are written with a point'],
    [' 7', 'no spaces around a value'],
  ])('as numbers because of "%s" names line and column', async (value, hint) => {
    const name = files(`${HEADER}a,${AT},1.5\nb,${AT},2\nc,${AT},"${value}"\n`);
    const features = [{ name: 'v', dtype: 'FLOAT64' }];
    expect(await define(name, { features })).toBe(
      `features.0.dtype: "v" is STRING and cannot be read as FLOAT64; its files have CSV VARCHAR ("${value}" in line 4, ${hint})`,
    );
    // A file that comes later is held to what the view was defined on.
    const later = files(`${HEADER}a,${AT},1.5\n`);
    await define(later, { features });
    writeFileSync(join(feature.folder, later, '2.csv'), `${HEADER}a,${AT},1\nb,${AT},"${value}"\n`);
    expect((await load(later)).error).toBe(
      `source: "v" was FLOAT64 and is CSV DOUBLE in ${later}/1.csv and CSV VARCHAR in ${later}/2.csv ("${value}" in line 3, ${hint}) now`,
    );
  });

  it('as moments says how they are written', async () => {
    const name = files(`${HEADER}a,31.01.2026,1\n`);
    expect(await define(name)).toBe(
      'eventColumn: "event_time" is CSV VARCHAR (such as "31.01.2026", moments are written 2026-01-31T12:00:00Z), not a timestamp',
    );
    const one = files(`${HEADER}a,${AT},1\nb,2026-02-30T00:00:00Z,2\n`);
    expect(await define(one)).toContain('("2026-02-30T00:00:00Z" in line 3, moments are written');
  });

  it('without losing digits fails the load', async () => {
    const name = files(`${HEADER}a,${AT},0.5\nb,${AT},9007199254740993\n`);
    await define(name);
    expect((await load(name)).error).toBe(
      `source: "v" holds 9007199254740993, which has more digits than FLOAT64 keeps (line 3 of ${name}/1.csv)`,
    );
  });
});

it('files that were written since they were looked at are refused: what was read may be of both', async () => {
  const name = files(`${HEADER}a,${AT},1\n`);
  const duck = await Duck.open({ scratchFolder: join(feature.folder, 'scratch'), threads: 1, memoryMb: 256 });
  const found = await new SourceFiles(duck, [feature.folder]).find(`${name}/*`);
  await expect(checkUnchanged(found, 'source')).resolves.toBeUndefined();
  const path = join(feature.folder, name, '1.csv');
  utimesSync(path, new Date(), new Date('2026-01-01T00:00:00Z'));
  const message = `source: "${name}/1.csv" changed while it was read; try again`;
  await expect(checkUnchanged(found, 'source')).rejects.toMatchObject({ code: 'CONFLICT', message });
  rmSync(path);
  await expect(checkUnchanged(found, 'source')).rejects.toMatchObject({ code: 'CONFLICT', message });
  duck.close();
});

describe('a spine of CSV', () => {
  it('is read by path, with labels of its own types', async () => {
    const name = files(`${HEADER}a,${AT},1\n`);
    await define(name);
    await load(name);
    writeFileSync(
      join(feature.folder, 'labels.csv'),
      'id,asked,is_fraud,region,score\na,2026-01-02 00:00:00,true,"north, far",1\nb,,false,,2.5\n',
    );
    const spine = { path: 'labels.csv', timestampColumn: 'asked' };
    const refused = await createTrainingSet(feature, { service: name, spine });
    expect(refused.errors[0].message).toContain('spine.timestampColumn: "asked" is CSV TIMESTAMP, without a time zone');
    const { data } = await createTrainingSet(feature, { service: name, spine: { ...spine, assumeUtc: true } });
    const at = new Date('2026-01-02T00:00:00Z');
    expect(await downloadRows(feature, data.createTrainingSet.trainingSet)).toEqual([
      { id: 'a', asked: at, is_fraud: true, region: 'north, far', score: 1, [`${name}__v`]: 1n },
      { id: 'b', asked: null, is_fraud: false, region: null, score: 2.5, [`${name}__v`]: null },
    ]);
  });
});
