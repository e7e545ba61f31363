import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { Declarations, InputValues } from '../../../core/expression/expression.ts';
import { IMPLEMENTED } from '../../../core/expression/functions.ts';
import { OVERLOADS } from '../../../core/expression/overloads.ts';

const NAMES: Declarations = {
  amount: 'double',
  count: 'int',
  country: 'string',
  known: 'bool',
  when: 'timestamp',
  tags: 'list<string>',
  features: { amount_24h: 'double', seen: 'timestamp' },
};
const refused = (text: string, names = NAMES): unknown => {
  try {
    return compileExpression(text, names);
  } catch (error) {
    return error;
  }
};

describe('compiling an expression', () => {
  it('gives plain data that survives JSON and evaluates to the same', () => {
    const values: InputValues = {
      amount: 120.5,
      count: 9007199254740993n,
      when: new Date(1e12),
      features: { amount_24h: 40 },
    };
    for (const text of [
      'amount / features.amount_24h > 3.0 || count % 2 == 1',
      'count * 2 + 9223372036',
      'when',
      '-0.0',
      '"é\\n☀"',
    ]) {
      const compiled = compileExpression(text, NAMES);
      const parsed = JSON.parse(JSON.stringify(compiled));
      expect(parsed).toEqual(compiled);
      expect(evaluateExpression(parsed, values)).toEqual(evaluateExpression(compiled, values));
    }
  });

  it.each([
    ['amount * 2.0', 'double'],
    ['count + 1', 'int'],
    ['country + "x"', 'string'],
    ['has(features.seen) && when > features.seen', 'bool'],
    ['when - duration("1h")', 'timestamp'],
    ['tags[0]', 'string'],
    ['country in ["de", "fr"] ? 1.5 : math.sqrt(amount)', 'double'],
  ] as const)('%s is %s', (text, type) => {
    expect(compileExpression(text, NAMES)).toMatchObject({ format: 1, text, type });
    expect(compileExpression(text, NAMES, type).type).toBe(type);
  });

  it('refuses a result of another type than asked for', () => {
    expect(() => compileExpression('amount', NAMES, 'bool')).toThrow(/the result is double; allowed: bool/);
    expect(() => compileExpression('tags', NAMES)).toThrow(
      /the result is list<string>; allowed: double, int, string, bool, timestamp/,
    );
    expect(() => compileExpression('when - when', NAMES)).toThrow(/the result is duration/);
  });

  it.each<[string, number, number, RegExp]>([
    ['amount >', 1, 9, /Unexpected token/],
    ['amount > 1.0 &&\n  cuont > 3', 2, 3, /Unknown variable: cuont; allowed: amount, count, /],
    ['amount + 1', 1, 1, /double \+ int; write 2\.0 for 2, or convert with double/],
    ['count == amount', 1, 1, /int == double; write 2\.0/],
    ['amount == null', 1, 1, /has\(group\.name\)/],
    ['null', 1, 1, /null is not available.*has\(group\.name\)/],
    ['has(amount)', 1, 5, /takes group\.name/],
    ['has(features.ammount)', 1, 1, /"features\.ammount" is no value here; allowed: .*features\.amount_24h/],
    ['features.ammount', 1, 10, /No such key: ammount; allowed: .*features\.amount_24h/],
    ['features["seen"]', 1, 1, /features\[…\] is not available; allowed: .*features\.seen/],
    ['features', 1, 1, /"features" is no value here; allowed: amount, count/],
    ['country.matches("^(a+)+$")', 1, 1, /matches is not available; allowed: .*string\.startsWith/],
    ['tags.exists(t, t == "x")', 1, 1, /exists is not available; allowed: /],
    ['cel.bind(x, 1, x)', 1, 1, /bind is not available; allowed: /],
    ['type(amount) == double', 1, 1, /type is not available/],
    ['dyn(amount)', 1, 1, /dyn is not available/],
    ['{"a": 1}', 1, 1, /map is not available/],
    ['1u + 1u', 1, 1, /literal of this type/],
    ['b"abc" == b"abc"', 1, 1, /literal of this type/],
    ['[] == tags', 1, 1, /at least one item/],
    ['["a", 1] == tags', 1, 7, /List elements must have the same type/],
    ['when.getHours("Europe/Paris")', 1, 1, /timestamp\.getHours\(string\) is not available/],
    ['true ? 1 : 2.0', 1, 1, /same type/],
    ['known ? count : 9223372036854775808', 1, 17, /does not fit an int of 64 bits/],
    ['known || timestamp("tomorrow") > when', 1, 10, /no timestamp such as/],
    ['duration("5 minutes") > duration("1h")', 1, 1, /no duration such as/],
    // The library takes this for a duration, which it is not.
    ['duration("1h") + when > when', 1, 1, /overload|not available/],
    ['(duration("1h") + when).getSeconds()', 1, 2, /duration \+ timestamp is not available/],
    ['1 / 0', 1, 1, /divided by zero/],
    ['google.protobuf.Timestamp == google.protobuf.Timestamp', 1, 1, /only a group has names/],
    [`${'('.repeat(80)}1${')'.repeat(80)}`, 1, 65, /Exceeded maxDepth/],
    [`1${' + 1'.repeat(600)}`, 1, 0, /Exceeded maxAstNodes/],
    ['', 1, 1, /Unexpected token/],
  ])('%s is refused at its place', (text, line, column, why) => {
    const error = refused(text);
    expect(error).toMatchObject({ name: 'DomainError', code: 'INVALID_INPUT', message: expect.stringMatching(why) });
    expect(error).toMatchObject({ details: { field: 'expression', line, ...(column > 0 && { column }) } });
  });

  it('refuses a text that is too long', () => {
    expect(refused(`"${'x'.repeat(4_000)}"`)).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('at most 4000'),
    });
  });

  it.each<[string, Declarations, RegExp]>([
    ['1abc', { '1abc': 'int' }, /not a name/],
    ['user_txn@2', { 'user_txn@2': 'int' }, /not a name/],
    ['a dotted field', { a: { 'b.c': 'int' } }, /"b.c" is not a name/],
    ['math', { math: 'double' }, /means something in CEL/],
    ['int', { int: 'int' }, /means something in CEL/],
    ['an unknown type', { x: 'float' as 'double' }, /x is declared float, which/],
    ['an unknown type in a group', { g: { x: 'uint' as 'int' } }, /g\.x is declared uint, which/],
  ])('refuses to declare %s', (_, names, why) => {
    expect(refused('true', names)).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(why) });
  });

  it('never takes a name from the prototype of the declarations', () => {
    expect(refused('g.toString', { g: { x: 'int' } })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(refused('has(g.constructor)', { g: { x: 'int' } })).toMatchObject({ code: 'INVALID_INPUT' });
    expect(refused('toString', {})).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('knows the types of exactly what the evaluator does', () => {
    expect([...OVERLOADS].sort()).toEqual([...IMPLEMENTED].sort());
    expect(new Set(OVERLOADS).size).toBe(OVERLOADS.length);
  });
});
