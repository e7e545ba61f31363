import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  numberArray,
  textArray,
  type NumberType,
  type TextType,
} from '../../../subgraphs/shared/database/binary-array.ts';
import { createTestDatabase } from '../../support/test-database.ts';

let client: Client;

beforeAll(async () => {
  client = new Client({ connectionString: (await createTestDatabase({ empty: true })).appUrl });
  await client.connect();
});
afterAll(() => client.end());

/** What Postgres reads in an array, each value as text. */
async function read(type: TextType | NumberType, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await client.query<{ value: string | null }>(
    `select case when pg_typeof(v) = 'timestamptz'::regtype then (extract(epoch from v::text::timestamptz) * 1000)::text
       else v::text end as value from unnest($1::${type}[]) with ordinality as t(v, i) order by i`,
    [array],
  );
  return rows.map(({ value }) => value);
}

const texts: [TextType, (string | null | undefined)[]][] = [
  ['text', ['', 'a', null, 'ü€𝄞', '{"a":"b\\\\"}', 'NULL', undefined, "it's", 'x'.repeat(100_000), '€'.repeat(10_000)]],
  ['jsonb', ['{"a": [1, "\\"ü𝄞\\\\"]}', null, '3', '"text"', '{}']],
  ['uuid', ['00000000-0000-7000-8000-00000000000a', null, 'ffffffff-ffff-ffff-ffff-ffffffffffff']],
];
it.each(texts)('Postgres reads %s as it was written', async (type, values) => {
  expect(await read(type, textArray(type, values))).toEqual(values.map((value) => value ?? null));
});

it.each<[NumberType, (number | null | undefined)[]]>([
  ['float8', [0, -0, 0.1, null, 1e-300, 1.7976931348623157e308, undefined, -1.5]],
  ['bigint', [0, -1, null, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1]],
  ['timestamptz', [0, -1, Date.UTC(2026, 2, 10, 12, 0, 0, 7), null, Date.UTC(2000, 0, 1), Date.UTC(9999, 11, 31)]],
])('Postgres reads %s as it was written', async (type, values) => {
  const found = await read(type, numberArray(type, values));
  expect(found.map((value) => value && Number(value))).toEqual(values.map((value) => value ?? null));
});

it('Postgres reads an array without values', async () => {
  expect(await read('text', textArray('text', []))).toEqual([]);
  expect(await read('bigint', numberArray('bigint', []))).toEqual([]);
  expect(await read('jsonb', textArray('jsonb', [null]))).toEqual([null]);
});
