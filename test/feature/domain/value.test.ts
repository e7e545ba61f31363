import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dtype } from '../../../schema/common.ts';
import { jsonOf } from '../../../core/codec/json-value.ts';
import { valueOf } from '../../../subgraphs/feature/domain/value.ts';

describe('a value in JSON', () => {
  it.each<[Dtype, unknown, unknown]>([
    ['FLOAT64', 1.5, 1.5],
    ['FLOAT64', Number.NaN, undefined],
    ['FLOAT64', '1', undefined],
    ['INT64', 9_007_199_254_740_991, 9_007_199_254_740_991n],
    ['INT64', 9_007_199_254_740_992, undefined], // beyond 2^53 a number may be another one
    ['INT64', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['INT64', '9223372036854775808', undefined],
    ['INT64', '1e3', undefined],
    ['BOOL', true, true],
    ['BOOL', 1, undefined],
    ['STRING', 'ü', 'ü'],
    ['STRING', 'x'.repeat(65_536), 'x'.repeat(65_536)],
    ['STRING', 'x'.repeat(65_537), undefined],
    ['STRING', 'a\0b', undefined],
    ['STRING', '\uD800', undefined],
    ['TIMESTAMP', '2026-01-31T10:00:00+01:00', Date.parse('2026-01-31T09:00:00Z')],
    ['TIMESTAMP', 1_700_000_000_000, 1_700_000_000_000],
    ['TIMESTAMP', 0.5, undefined],
    ['TIMESTAMP', '2026-01-31T10:00:00', undefined],
  ])('as %s: %j is %s', (dtype, json, value) => expect(valueOf(dtype, json)).toEqual(value));

  it.each<Dtype>(['FLOAT64', 'INT64', 'BOOL', 'STRING', 'TIMESTAMP'])(
    'may be null as %s, and not left out',
    (dtype) => {
      expect(valueOf(dtype, null)).toBeNull();
      expect(valueOf(dtype, undefined)).toBeUndefined();
    },
  );

  it('comes back as it was given', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(fc.property(int64, (value) => valueOf('INT64', jsonOf(value)) === value));
    const others = fc.oneof(fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
    fc.assert(fc.property(others, (value) => Object.is(jsonOf(value), value)));
  });
});
