import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { DomainError } from '../../../core/errors.ts';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { Declarations, Expression, InputValues } from '../../../core/expression/expression.ts';

// Our evaluator against the library, on generated expressions. Both see the same text; ours runs the compiled tree after
// a trip through JSON. Left out of the generator, since there CEL's own text is right and the library is not (each has
// its line in evaluate.test.ts): spans of many years, which the library counts in floating nanoseconds; ints that leave
// 64 bits by a minus, a division by -1 or a conversion; int("") and other spellings of numbers; dates that are nearly
// right; the day of the year outside UTC.
const NAMES: Declarations = {
  d: 'double',
  e: 'double',
  i: 'int',
  j: 'int',
  s: 'string',
  b: 'bool',
  t: 'timestamp',
  li: 'list<int>',
  g: { d: 'double', i: 'int', s: 'string', b: 'bool', t: 'timestamp' },
};

const doubles = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1.5, -2, 3, 1e15, NaN, Infinity, -Infinity));
const ints = fc.oneof(
  fc.bigInt(-20n, 20n),
  fc.constantFrom(2n ** 62n, -(2n ** 62n) - 3n, 2n ** 53n + 1n, 2n ** 63n - 25n),
);
const texts = fc.constantFrom('a', 'ab', 'abc', 'B', ' é ', '🎈x', '12', '-7', '2.5', 'true', '');
const times = fc.integer({ min: 1.773e12, max: 1.776e12 }).map((ms) => new Date(ms));
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

const inputs: fc.Arbitrary<InputValues> = fc
  .record({
    d: doubles,
    e: doubles,
    i: ints,
    j: ints,
    s: texts,
    b: fc.boolean(),
    t: times,
    li: fc.array(ints, { maxLength: 3 }),
    g: fc.record({
      d: optional(doubles),
      i: optional(ints),
      s: optional(texts),
      b: optional(fc.boolean()),
      t: optional(times),
    }),
  })
  .map(({ g, ...rest }) => ({
    ...rest,
    g: Object.fromEntries(Object.entries(g).filter(([, value]) => value !== undefined)),
  }));

const quoted = texts.map((text) => JSON.stringify(text));
/** Text with `$0`, `$1`, … for its parts. */
const form = (template: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((filled) => template.replace(/\$(\d)/g, (_, at: string) => filled[Number(at)]!));
const operator = (...operators: string[]): fc.Arbitrary<string> => fc.constantFrom(...operators);

const oneOf = (leaf: fc.Arbitrary<string>, ...branches: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.oneof(
    { maxDepth: 4, depthSize: 'medium', depthIdentifier: 'expression', withCrossShrink: true },
    leaf,
    ...branches,
  );

const { double, int, string, bool, timestamp } = fc.letrec<
  Record<'double' | 'int' | 'string' | 'bool' | 'timestamp' | 'duration', string>
>((tie) => {
  const [D, I, S, B, T, P] = [tie('double'), tie('int'), tie('string'), tie('bool'), tie('timestamp'), tie('duration')];
  const order = operator('<', '<=', '>', '>=');
  const orderOrEqual = operator('<', '<=', '>', '>=', '==', '!=');
  return {
    double: oneOf(
      fc.constantFrom('d', 'e', 'g.d', '0.0', '1.5', '-2.0', '1e10'),
      form('($0 $1 $2)', D, operator('+', '-', '*', '/'), D),
      form('-($0)', D),
      form('($0 ? $1 : $2)', B, D, D),
      form('double($0)', I),
      form('double($0)', fc.constantFrom('"12"', '"2.5"', '"-7"', '"x"', 'string(i)')),
    ),
    int: oneOf(
      fc.constantFrom('i', 'j', 'g.i', '0', '1', '2', '-3', '9223372036854775782'),
      form('($0 $1 $2)', I, operator('+', '-', '*'), I),
      form('($0 $1 $2)', I, operator('/', '%'), fc.constantFrom('0', '1', '2', '-3', '7')),
      form('(0 - $0)', I),
      form('($0 ? $1 : $2)', B, I, I),
      form('($0 < 1e15 && $0 > -1e15 ? int($0) : 0)', fc.constantFrom('d', 'e', 'g.d')),
      form('size($0)', S),
      form('$0.size()', S),
      form('$0.indexOf($1)', S, S),
      form(
        '$0.$1()',
        T,
        operator(
          'getFullYear',
          'getMonth',
          'getDate',
          'getDayOfMonth',
          'getDayOfWeek',
          'getHours',
          'getMinutes',
          'getSeconds',
          'getMilliseconds',
        ),
      ),
      form('$0.$1()', P, operator('getHours', 'getMinutes', 'getSeconds', 'getMilliseconds')),
      form('li[$0]', I),
      fc.constant('size(li)'),
    ),
    string: oneOf(
      fc.oneof(fc.constantFrom('s', 'g.s'), quoted),
      form('($0 + $1)', S, S),
      form('($0 ? $1 : $2)', B, S, S),
      form('string($0)', fc.oneof(I, D, B, S)),
      form('$0.substring($1)', S, I),
      form('$0.substring($1, $2)', S, I, I),
      form('$0.$1()', S, operator('lowerAscii', 'upperAscii', 'trim')),
    ),
    timestamp: oneOf(
      fc.constantFrom('t', 'g.t', 'timestamp("2026-03-29T01:30:00.5Z")', 'timestamp(1774000000)'),
      form('($0 $1 $2)', T, operator('+', '-'), P),
      form('($0 ? $1 : $2)', B, T, T),
    ),
    duration: oneOf(
      fc.constantFrom('duration("90m")', 'duration("1.5s")', 'duration("-2h")', 'duration("250ms")'),
      form('($0 - $1)', T, T),
    ),
    bool: oneOf(
      fc.constantFrom('b', 'g.b', 'true', 'false', 'has(g.d)', 'has(g.i)', 'has(g.s)', 'has(g.b)', 'has(g.t)'),
      form('($0 $1 $2)', B, operator('&&', '||', '==', '!=', '<', '>='), B),
      form('($0 $1 $2)', B, operator('&&', '||'), B),
      form('!($0)', B),
      form('($0 ? $1 : $2)', B, B, B),
      form('($0 $1 $2)', D, orderOrEqual, D),
      form('($0 $1 $2)', I, orderOrEqual, I),
      form('($0 $1 $2)', S, orderOrEqual, S),
      form('($0 $1 $2)', T, orderOrEqual, T),
      form('($0 $1 $2)', P, order, P),
      form('($0 $1 $2)', I, order, D),
      form('($0 $1 $2)', D, order, I),
      form('($0 in [$1, $2])', I, I, I),
      form('($0 in li)', I),
      form('($0 in [$1, $2])', D, D, D),
      form('($0 in [$1])', S, S),
      form('($0 in [$1])', T, T),
      form('$0.$1($2)', S, operator('contains', 'startsWith', 'endsWith'), S),
      form('bool($0)', fc.oneof(B, quoted)),
    ),
  };
});
const expressions = fc.oneof(double, int, string, bool, timestamp);

const named = (one: string): string => (one === 'timestamp' ? 'google.protobuf.Timestamp' : one);
const library = new Environment();
for (const [name, type] of Object.entries(NAMES)) {
  if (typeof type === 'string') library.registerVariable(name, named(type));
  else
    library.registerVariable({
      name,
      schema: Object.fromEntries(Object.entries(type).map(([field, one]) => [field, named(one)])),
    });
}

/** The value, or that there is none. */
function outcome(compute: () => unknown): unknown {
  try {
    return compute();
  } catch (error) {
    if (error instanceof DomainError || (error instanceof Error && error.name === 'EvaluationError')) return 'no value';
    throw error;
  }
}

/** A compiled expression; undefined where a constant part can never have a value, which only we refuse at once. */
function compiled(text: string): Expression | undefined {
  try {
    return JSON.parse(JSON.stringify(compileExpression(text, NAMES)));
  } catch (error) {
    expect((error as Error).message).toMatch(/by zero|does not fit|is no|outside/);
    return undefined;
  }
}

describe('the evaluator and the library', () => {
  it('agree on generated expressions and values', { timeout: 120_000 }, () => {
    let [values, failures] = [0, 0];
    fc.assert(
      fc.property(expressions, inputs, (text, input) => {
        const ours = compiled(text);
        if (!ours) return;
        const [mine, theirs] = [
          outcome(() => evaluateExpression(ours, input)),
          outcome(() => library.evaluate(text, input)),
        ];
        if (mine === 'no value') failures++;
        else values++;
        expect(mine).toStrictEqual(theirs);
      }),
      { numRuns: 4_000 },
    );
    // A generator that only fails, or never does, would prove little.
    expect(values).toBeGreaterThan(1_500);
    expect(failures).toBeGreaterThan(200);
  });

  it.each([
    ['int + int', 'int - int'],
    ['int / int', 'int % int'],
    ['double <= double', 'double < double'],
    ['int < double', 'int <= double'],
    ['"and"', '"or"'],
    ['string.startsWith(string)', 'string.endsWith(string)'],
    ['timestamp - duration', 'timestamp + duration'],
    ['timestamp.getDayOfMonth()', 'timestamp.getDate()'],
    ['"has","path":["g","d"]', '"has","path":["g","i"]'],
    ['-double', 'double(double)'],
    ['"type":"timestamp"', '"type":"int"'],
  ])('a planted bug is found: %s done as %s', (from, to) => {
    const planted = fc.check(
      fc.property(expressions, inputs, (text, input) => {
        const right = JSON.stringify(compiled(text));
        if (!right?.includes(from)) return;
        const wrong = JSON.parse(right.replaceAll(from, to)) as Expression;
        expect(outcome(() => evaluateExpression(wrong, input))).toStrictEqual(
          outcome(() => library.evaluate(text, input)),
        );
      }),
      { numRuns: 10_000, endOnFailure: true, seed: 7 },
    );
    expect(planted.failed).toBe(true);
  });
});
