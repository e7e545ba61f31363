import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { Declarations, ExpressionValue, InputValues } from '../../../core/expression/expression.ts';

const NAMES: Declarations = {
  d: 'double',
  i: 'int',
  s: 'string',
  b: 'bool',
  t: 'timestamp',
  ls: 'list<string>',
  li: 'list<int>',
  f: { d: 'double', t: 'timestamp', b: 'bool' },
};
const VALUES: InputValues = {
  d: 2.5,
  i: 7n,
  s: 'Grüße 🎈',
  b: true,
  t: new Date('2026-03-01T05:06:07.089Z'),
  ls: ['a', 'b'],
  li: [1, 2n],
  f: { d: -0.5, t: null, b: undefined },
};
const run = (text: string, values = VALUES): ExpressionValue =>
  evaluateExpression(compileExpression(text, NAMES), values);
const reasonOf = (text: string, values = VALUES): unknown => {
  try {
    return run(text, values);
  } catch (error) {
    return (error as { details: { reason: string } }).details.reason;
  }
};

describe('the value of an expression', () => {
  it.each<[string, ExpressionValue]>([
    // Functions that the library lacks, so that no comparison with it covers them.
    ['math.greatest(d, 3.0)', 3],
    ['math.least(d, 3.0)', 2.5],
    ['math.greatest(i, -3)', 7n],
    ['math.least(i, -3)', -3n],
    ['math.abs(-d)', 2.5],
    ['math.abs(-i)', 7n],
    ['math.sign(-d)', -1],
    ['math.sign(i - i)', 0n],
    ['math.sign(-i)', -1n],
    ['math.ceil(d)', 3],
    ['math.floor(-d)', -3],
    ['math.trunc(-d)', -2],
    ['math.round(d)', 3],
    ['math.round(-0.5)', -1],
    ['math.round(0.49999999999999994)', 0],
    ['math.round(1.0 / 0.0)', Infinity],
    ['math.sqrt(d * d)', 2.5],
    ['math.isNaN(0.0 / 0.0)', true],
    ['math.isInf(-1.0 / 0.0)', true],
    ['math.isFinite(d)', true],
    ['math.isFinite(d / 0.0)', false],
    // Where the library departs from CEL, CEL is right.
    ['-9223372036854775808', -(2n ** 63n)],
    ['int("007")', 7n],
    ['double("-inf")', -Infinity],
    ['double("1e3")', 1000],
    ['bool("f")', false],
    ['t.getDayOfYear()', 59n],
    ['timestamp("2024-12-31T23:59:59Z").getDayOfYear()', 365n],
    ['t.getDayOfMonth()', 0n],
    ['t.getDate()', 1n],
    ['timestamp("2026-03-01T00:30:00.123456789+01:30")', new Date('2026-02-28T23:00:00.123Z')],
    ['timestamp("0099-01-01T00:00:00Z").getFullYear()', 99n],
    ['(timestamp(0) - timestamp(1)).getSeconds()', -1n],
    ['timestamp(0) + (t - timestamp("1912-11-11T18:51:12.809Z")) == timestamp("2083-04-20T10:14:54.280Z")', true],
    ['duration("1h30m").getMinutes()', 90n],
    ['duration("-1.5s").getMilliseconds()', -1500n],
    ['t + duration("1.5ms") == t + duration("1ms")', true],
    ['t - duration("-1.5ms") == t + duration("2ms")', true],
    ['size(s)', 7n],
    ['s.size() == 7 && size(ls) == 2 && ls.size() == 2', true],
    ['s.substring(0, 3) + s.substring(8)', 'Grü'],
    ['s.indexOf("ß") > s.indexOf("x")', true],
    ['li[1] in li && !(3 in li) && "b" in ls', true],
    ['(0.0 / 0.0) in [0.0 / 0.0]', false],
    ['has(f.d) && !has(f.t) && !has(f.b)', true],
    ['f.d', -0.5],
    ['t', new Date('2026-03-01T05:06:07.089Z')],
  ])('of %s is %o', (text, value) => expect(run(text)).toStrictEqual(value));

  it.each([
    ['f.t', 'MISSING'],
    ['9223372036854775807 + i', 'OVERFLOW'],
    ['-(i - 9223372036854775807 - 8)', 'OVERFLOW'],
    ['(i - 9223372036854775807 - 8) / (6 - i)', 'OVERFLOW'],
    ['math.abs(i - 9223372036854775807 - 8)', 'OVERFLOW'],
    ['int(d * 1e300)', 'OVERFLOW'],
    ['int(d / 0.0)', 'OVERFLOW'],
    ['i / (i - i)', 'DIVISION_BY_ZERO'],
    ['i % (i - i)', 'DIVISION_BY_ZERO'],
    ['int(s)', 'CONVERSION'],
    ['int(s.substring(8))', 'CONVERSION'],
    ['double(s)', 'CONVERSION'],
    ['bool(s)', 'CONVERSION'],
    ['timestamp("2026-" + "02-30T00:00:00Z")', 'CONVERSION'],
    ['timestamp("2026-" + "02-03T24:00:00Z")', 'CONVERSION'],
    ['timestamp("2026-02-03 " + "00:00:00Z")', 'CONVERSION'],
    ['timestamp(i * 1000000000000)', 'OUT_OF_RANGE'],
    ['t + duration(string(i) + "0000000000h")', 'OUT_OF_RANGE'],
    ['ls[i]', 'OUT_OF_RANGE'],
    ['ls[-i]', 'OUT_OF_RANGE'],
    ['s.substring(i, 3)', 'OUT_OF_RANGE'],
    ['s.substring(-i)', 'OUT_OF_RANGE'],
  ])('of %s fails as %s', (text, reason) => expect(reasonOf(text)).toBe(reason));

  it('says what failed, and where, without repeating the value', () => {
    expect(() => run('b &&\n  int(s) > 2')).toThrow('the text is no int (line 2, column 3 of the expression).');
    expect(() => run('d > 1.0 && f.t > t')).toThrow('f.t is missing (line 1, column 12 of the expression).');
  });

  it.each<[string, InputValues]>([
    ['d', { d: 3n }],
    ['d', { d: '3' }],
    ['i', { i: 1.5 }],
    ['i', { i: 2 ** 53 }],
    ['s', { s: 3 }],
    ['b', { b: 1 }],
    ['t', { t: 'yesterday' }],
    ['t', { t: new Date(NaN) }],
    ['size(li)', { li: [1, 'x'] }],
    ['size(li)', { li: { length: 2 } }],
  ])('of %s from %o fails as WRONG_TYPE', (text, values) => expect(reasonOf(text, values)).toBe('WRONG_TYPE'));

  it.each<[string, InputValues]>([
    ['d', {}],
    ['d', { d: null }],
    ['d', { d: undefined }],
    ['f.d', {}],
    ['f.d', { f: null }],
    ['f.d', { f: 3 }],
    ['f.d', { f: { d: null } }],
    ['f.d', { f: [1] }],
    ['size(ls)', { ls: null }],
    ['size(ls)', { ls: [null] }],
  ])('of %s from %o fails as MISSING', (text, values) => {
    expect(reasonOf(text, values)).toBe('MISSING');
    if (text.startsWith('f.')) expect(run(`has(${text})`, values)).toBe(false);
  });

  it('takes no value from a prototype', () => {
    const values = Object.create({ d: 1, f: { d: 1 } }) as InputValues;
    expect(reasonOf('d', values)).toBe('MISSING');
    expect(run('has(f.d)', values)).toBe(false);
    expect(run('has(f.d)', { f: Object.create({ d: 1 }) })).toBe(false);
  });

  it.each([
    ['b || f.t > t', true],
    ['f.t > t || b', true],
    ['!b && f.t > t', false],
    ['f.t > t && !b', false],
    ['f.t > t || !b', 'MISSING'],
    ['!b || f.t > t', 'MISSING'],
    ['b && f.t > t', 'MISSING'],
    ['f.t > t && 1 / (i - i) > 0', 'DIVISION_BY_ZERO'],
    ['(f.t > t || !b) || b', true],
    ['b ? 1 : i / 0', 1n],
  ])('of %s is %o, a side that decides winning over a side that fails', (text, value) =>
    expect(reasonOf(text)).toBe(value),
  );

  it('of a newer format, function or kind is refused with what this evaluator reads', () => {
    const compiled = compileExpression('i + 1', NAMES);
    const changed = (from: string, to: string) => () =>
      evaluateExpression(JSON.parse(JSON.stringify(compiled).replace(from, to)), VALUES);
    expect(changed('"format":1', '"format":2')).toThrow(/reads expressions of format 1, not 2/);
    expect(changed('int + int', 'int ** int')).toThrow(/no "int \*\* int"/);
    expect(changed('"op":"call"', '"op":"loop"')).toThrow(/a kind of expression/);
  });
});

describe('the evaluator that the edge ships', () => {
  const reach = (file: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (to.startsWith('.')) reach(join(dirname(file), to), seen);
      else seen.add(to);
    }
    return seen;
  };

  it('reaches no package, the compiler does', () => {
    expect([...reach('core/expression/evaluate.ts')].filter((file) => !file.endsWith('.ts'))).toEqual([]);
    expect([...reach('core/expression/compile.ts')]).toContain('@marcbachmann/cel-js');
  });
});
