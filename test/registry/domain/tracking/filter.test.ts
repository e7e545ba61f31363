import { describe, expect, it } from 'vitest';
import { parseFilter, parseOrders } from '../../../../subgraphs/registry/domain/tracking/filter.ts';

const attribute = (key: string) => ({ of: 'attribute', key });

describe("MLflow's filters", () => {
  it.each([
    ['', []],
    [`name = 'a'`, [{ subject: attribute('name'), comparator: '=', value: 'a' }]],
    [`name LIKE "a%"`, [{ subject: attribute('name'), comparator: 'LIKE', value: 'a%' }]],
    [`name ilike 'it''s'`, [{ subject: attribute('name'), comparator: 'ILIKE', value: "it's" }]],
    [`attributes.start_time >= 5`, [{ subject: attribute('start_time'), comparator: '>=', value: 5 }]],
    ['metrics.auc > -1.5e-3', [{ subject: { of: 'metric', key: 'auc' }, comparator: '>', value: -0.0015 }]],
    ['metrics.`a b` != 1', [{ subject: { of: 'metric', key: 'a b' }, comparator: '!=', value: 1 }]],
    [`tags."x.y" = 'z'`, [{ subject: { of: 'tag', key: 'x.y' }, comparator: '=', value: 'z' }]],
    [
      `tags.mlflow.source.type = 'LOCAL'`,
      [{ subject: { of: 'tag', key: 'mlflow.source.type' }, comparator: '=', value: 'LOCAL' }],
    ],
    [`run_id IN ('a', 'b')`, [{ subject: attribute('run_id'), comparator: 'IN', value: ['a', 'b'] }]],
    [`run_id not in ('a')`, [{ subject: attribute('run_id'), comparator: 'NOT IN', value: ['a'] }]],
    [
      `params.c = '1' and tag.t = 'AND'`,
      [
        { subject: { of: 'param', key: 'c' }, comparator: '=', value: '1' },
        { subject: { of: 'tag', key: 't' }, comparator: '=', value: 'AND' },
      ],
    ],
  ])('reads %s', (text, conditions) => expect(parseFilter(text)).toEqual(conditions));

  it.each([
    ['name', 'it ends in the middle'],
    ['name =', 'it ends in the middle'],
    ['name = value', '"value" is no value'],
    [`name = 'a' OR name = 'b'`, '"OR" stands where AND is expected'],
    [`name ~ 'a'`, 'is not understood'],
    [`'a' = name`, 'is no field'],
    [`colour.red = 'a'`, 'speaks of nothing'],
    [`run_id IN 'a'`, 'a list begins with "("'],
    [`run_id IN ('a' 'b')`, 'divided by commas'],
    [`name IS 'a'`, '"IS" is no comparison'],
    [`name = 'a'; drop table model`, 'is not understood'],
    [`name = '${'a'.repeat(10_000)}'`, 'more than 10000'],
  ])('refuses %s', (text, why) => expect(() => parseFilter(text)).toThrow(why));

  it('reads orders', () => {
    expect(parseOrders(['name', 'metrics.auc DESC', 'attributes.start_time asc'])).toEqual([
      { subject: attribute('name'), descending: false },
      { subject: { of: 'metric', key: 'auc' }, descending: true },
      { subject: attribute('start_time'), descending: false },
    ]);
    expect(() => parseOrders(['name UP'])).toThrow('ASC or DESC');
    expect(() => parseOrders(['name ASC, version'])).toThrow('ASC or DESC');
  });
});
