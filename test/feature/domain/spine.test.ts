import { describe, expect, it } from 'vitest';
import type { JoinKey } from '../../../core/codec/address.ts';
import { columnsOf } from '../../../subgraphs/feature/domain/source-column.ts';
import {
  checkSpineNames,
  MAX_INLINE_ROWS,
  spineColumnsOf,
  spineGiven,
  typedSpine,
} from '../../../subgraphs/feature/domain/spine.ts';
import { defineFeatureService } from '../../../subgraphs/feature/domain/feature-service.ts';
import { aView } from './a-view.ts';

const KEYS: readonly JoinKey[] = [
  { name: 'user', dtype: 'STRING' },
  { name: 'shop', dtype: 'INT64' },
];
const row = (changes: object = {}) => ({ user: 'ada', shop: 7, at: '2026-03-01T00:00:00Z', label: 1, ...changes });
const refused = (field: string) =>
  expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) });

describe('the rows of a spine', () => {
  it('are typed: keys as their join keys, the time as milliseconds, labels as they are', () => {
    const { columns, rows } = typedSpine([row(), row({ shop: '9007199254740993', at: 5, label: null })], KEYS, 'at');
    expect(columns).toEqual([
      { name: 'user', dtype: 'STRING', role: 'KEY' },
      { name: 'shop', dtype: 'INT64', role: 'KEY' },
      { name: 'at', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'label', dtype: 'FLOAT64', role: 'LABEL' },
    ]);
    expect(rows).toEqual([
      ['ada', 7n, Date.UTC(2026, 2, 1), 1],
      ['ada', 9_007_199_254_740_993n, 5, null],
    ]);
  });

  it.each([
    ['numbers', [1, null, 2.5], 'FLOAT64'],
    ['texts', ['a', null], 'STRING'],
    ['truth', [true, false], 'BOOL'],
    ['nothing at all', [null, null], 'STRING'],
  ])('have labels of one type: %s', (_, labels, dtype) => {
    const { columns } = typedSpine(
      labels.map((label) => row({ label })),
      KEYS,
      'at',
    );
    expect(columns.at(-1)).toEqual({ name: 'label', dtype, role: 'LABEL' });
  });

  it.each<[string, unknown[], string, string]>([
    ['none', [], 'spine.rows', '1 to 10000 rows, not 0'],
    ['too many', Array.from({ length: MAX_INLINE_ROWS + 1 }, () => row()), 'spine.rows', '1 to 10000 rows, not 10001'],
    ['one that is no object', [row(), 5], 'spine.rows.1', 'is no object'],
    ['one that is a list', [[row()]], 'spine.rows.0', 'is no object'],
    ['no key', [{ user: 'ada', at: 5 }], 'spine.rows.0', '"shop" is missing; there are user, at'],
    ['no time', [{ user: 'ada', shop: 7 }], 'spine.rows.0', '"at" is missing; there are user, shop'],
    ['another column in a later row', [row(), row({ more: 1 })], 'spine.rows.1', '"more" is not in every row'],
    [
      'a column less in a later row',
      [row(), { user: 'ada', shop: 7, at: 5 }],
      'spine.rows.1',
      '"label" is not in every row',
    ],
    ['a key of another type', [row(), row({ shop: 'seven' })], 'spine.rows.1.shop', 'is INT64: a whole number'],
    ['a time without a zone', [row({ at: '2026-03-01' })], 'spine.rows.0.at', 'is TIMESTAMP: an instant with its zone'],
    ['labels of two types', [row(), row({ label: 'x' })], 'spine.rows', '"label" holds number and string'],
    ['labels that are objects', [row({ label: {} })], 'spine.rows', '"label" holds object'],
    ['a label in which JSON lost digits', [row({ label: 2 ** 60 })], 'spine.rows.0.label', `${2 ** 60} is beyond 2^53`],
  ])('are refused with %s', (_, rows, field, why) => {
    expect(() => typedSpine(rows, KEYS, 'at')).toThrow(refused(field));
    expect(() => typedSpine(rows, KEYS, 'at')).toThrow(`${field}: ${why}`);
  });
});

describe('a spine', () => {
  const given = { timestampColumn: 'at', assumeUtc: false };

  it('is rows, a path or an upload, and one of them', () => {
    expect(spineGiven({ ...given, rows: [] })).toEqual({ rows: [] });
    expect(spineGiven({ ...given, path: 'a.parquet', rows: null })).toEqual({ path: 'a.parquet' });
    expect(spineGiven({ ...given, upload: 'abc' })).toEqual({ upload: 'abc' });
    for (const wrong of [{}, { rows: [], path: 'a.parquet' }, { path: 'a.parquet', upload: 'abc' }]) {
      expect(() => spineGiven({ ...given, ...wrong })).toThrow(refused('spine'));
    }
  });

  it('has columns of names that differ, from each other and from the features', () => {
    const service = defineFeatureService('default', null, { name: 'fraud', views: [{ view: aView() }] }, new Date(0));
    const column = (name: string) => ({ name, dtype: 'FLOAT64', role: 'LABEL' }) as const;
    expect(() => checkSpineNames([column('amount'), column('label')], service)).not.toThrow();
    for (const names of [['label', 'label'], ['label', 'Label'], ['user_txn__amount'], ['USER_TXN__AMOUNT']]) {
      expect(() => checkSpineNames(names.map(column), service)).toThrow(refused('spine'));
    }
  });

  const file = (...columns: [string, string][]) =>
    columnsOf([{ file: 'a.parquet', columns: columns.map(([name, native]) => ({ name, native })) }]);

  it('that is a file has the columns of the file', () => {
    const found = file(
      ['user', 'VARCHAR'],
      ['shop', 'BIGINT'],
      ['at', 'TIMESTAMP WITH TIME ZONE'],
      ['paid', 'BOOLEAN'],
    );
    expect(spineColumnsOf(found, KEYS, 'at', false)).toEqual([
      { name: 'user', dtype: 'STRING', role: 'KEY' },
      { name: 'shop', dtype: 'INT64', role: 'KEY' },
      { name: 'at', dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      { name: 'paid', dtype: 'BOOL', role: 'LABEL' },
    ]);
  });

  it.each<[string, [string, string][], string]>([
    [
      'no time',
      [
        ['user', 'VARCHAR'],
        ['shop', 'BIGINT'],
      ],
      'spine.timestampColumn',
    ],
    [
      'a time that is text',
      [
        ['user', 'VARCHAR'],
        ['shop', 'BIGINT'],
        ['at', 'VARCHAR'],
      ],
      'spine.timestampColumn',
    ],
    [
      'a time without a zone',
      [
        ['user', 'VARCHAR'],
        ['shop', 'BIGINT'],
        ['at', 'TIMESTAMP'],
      ],
      'spine.timestampColumn',
    ],
    [
      'no key',
      [
        ['user', 'VARCHAR'],
        ['at', 'TIMESTAMP WITH TIME ZONE'],
      ],
      'spine',
    ],
    [
      'a key of another type',
      [
        ['user', 'VARCHAR'],
        ['shop', 'BOOLEAN'],
        ['at', 'TIMESTAMP WITH TIME ZONE'],
      ],
      'spine',
    ],
    [
      'a column that no label can be',
      [
        ['user', 'VARCHAR'],
        ['shop', 'BIGINT'],
        ['at', 'TIMESTAMP WITH TIME ZONE'],
        ['more', 'INTEGER[]'],
      ],
      'spine',
    ],
  ])('that is a file is refused with %s', (_, columns, field) => {
    expect(() => spineColumnsOf(file(...columns), KEYS, 'at', false)).toThrow(refused(field));
  });

  it('that is a file has times without a zone where that is said', () => {
    const found = file(['user', 'VARCHAR'], ['shop', 'BIGINT'], ['at', 'TIMESTAMP']);
    expect(spineColumnsOf(found, KEYS, 'at', true).at(-1)).toMatchObject({ role: 'TIMESTAMP' });
  });
});
