import { array, assert, constantFrom, dictionary, oneof, property, type Arbitrary } from 'fast-check';
import { buildSchema, execute, getOperationAST, parse, type ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { completeNulls, pathThatExists } from '../../../gateway/answer/null-completion.ts';
import { SelectionPlans } from '../../../gateway/answer/selection-plan.ts';

const schema = buildSchema(`
  type Query { box: Box strictBox: Box! boxes: [Box] strictBoxes: [Box!]! mixed: [[Box!]] any: Any shapes: [Shape!] }
  type Box implements Shape { id: ID! name: String tags: [String!] size: Size inner: Box strictInner: Box! }
  type Ball implements Shape { id: ID! bounce: Int size: Size }
  interface Shape { id: ID! size: Size }
  union Any = Box | Ball
  enum Size { S L }
`);

function complete(query: string, data: unknown) {
  const document = parse(query);
  const plan = new SelectionPlans(schema).planFor(document, getOperationAST(document)!, {});
  return completeNulls(schema, plan.root, plan.fields, data);
}

/** What graphql-js itself makes of the same data: the law as its authors wrote it. */
function oracle(query: string, data: unknown): ExecutionResult {
  return execute({
    schema,
    document: parse(query),
    rootValue: data,
    fieldResolver: (source: Record<string, unknown>, _args, _context, { path }) => source[path.key],
    typeResolver: (value: Record<string, string>) => value['__typename'],
  }) as ExecutionResult;
}

const BOX = 'fragment B on Box { i: id name tags size inner { i: id strictInner { name } } strictInner { i: id } }';
const QUERY = `{
  box { ...B } strictBox { ...B } boxes { ...B } mixed { ...B }
  any { __typename ... on Box { ...B } ... on Ball { bounce } }
  shapes { __typename size ... on Ball { i: id } ... on Box { strictInner { name } } }
} ${BOX}`;

const leaf = (value: unknown) => constantFrom(value, value, value, null, undefined);
const object = (depth: number, type: 'Box' | 'Ball' = 'Box'): Arbitrary<unknown> => {
  const fields: Record<string, Arbitrary<unknown>> = {
    __typename: constantFrom(type),
    i: leaf('1'),
    name: leaf('n'),
    size: leaf('S'),
    bounce: leaf(3),
    tags: oneof(leaf(['a', 'b']), constantFrom([null], ['a', null], [])),
  };
  if (depth > 0) {
    fields['inner'] = object(depth - 1);
    fields['strictInner'] = object(depth - 1);
  }
  const whole = Object.entries(fields).reduce<Arbitrary<Record<string, unknown>>>(
    (built, [key, value]) => built.chain((one) => value.map((given) => ({ ...one, [key]: given }))),
    constantFrom({}),
  );
  return oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: constantFrom(null, undefined) });
};
const any = oneof(object(1), object(1, 'Ball'));
const answer = dictionary(constantFrom('box', 'strictBox', 'any'), any, { minKeys: 3, noNullPrototype: true }).chain(
  (data) =>
    array(object(1), { maxLength: 3 }).chain((boxes) =>
      array(any, { maxLength: 3 }).map((shapes) => ({ ...data, boxes, mixed: [boxes, null, []], shapes })),
    ),
);

describe('the law of nulls', () => {
  it('is that of graphql-js, whatever is missing', () => {
    assert(
      property(answer, (data) => {
        expect(JSON.stringify(complete(QUERY, data).data)).toBe(JSON.stringify(oracle(QUERY, data).data ?? null));
      }),
      { numRuns: 500, seed: 42 },
    );
  });

  it('names the deepest place, once', () => {
    const inner = { inner: { strictInner: null } };
    const { data, violations } = complete('{ strictBox { inner { strictInner { name } } name } }', {
      strictBox: { ...inner, name: 'n' },
    });
    expect(data).toEqual({ strictBox: { inner: null, name: 'n' } });
    expect(violations).toEqual([{ path: ['strictBox', 'inner', 'strictInner'], coordinate: 'Box.strictInner' }]);
  });

  it('takes an object without its id for one that does not exist, which is no violation where null may be', () => {
    expect(complete('{ boxes { id name } }', { boxes: [{ id: '1', name: null }, { name: 'n' }] })).toEqual({
      data: { boxes: [{ id: '1', name: null }, null] },
      violations: [],
    });
    expect(complete('{ strictBoxes { id } }', { strictBoxes: [{ id: '1' }, {}] })).toEqual({
      data: null,
      violations: [{ path: ['strictBoxes', 1], coordinate: 'Query.strictBoxes' }],
    });
  });

  it('leaves out what nobody asked for, and what has a type that is not in the schema', () => {
    expect(
      complete('{ any { ... on Box { id } } }', { any: { __typename: 'Box', id: '1', secret: 'x' } }).data,
    ).toEqual({
      any: { id: '1' },
    });
    expect(complete('{ any { ... on Box { id } } }', { any: { __typename: 'Gone', id: '1' } }).data).toEqual({
      any: null,
    });
    expect(complete('{ boxes { id } }', { boxes: 'none' }).data).toEqual({ boxes: null });
  });
});

describe('the path of an error', () => {
  const data = { alerts: [{ model: { name: 'a' } }, { model: null }] };

  it.each([
    [
      ['alerts', 1, 'model', 'name'],
      ['alerts', 1, 'model', 'name'],
    ],
    [['alerts', 'model', 'name'], ['alerts']],
    [
      ['alerts', 0, 'model', 'features', 'x'],
      ['alerts', 0, 'model', 'features', 'x'],
    ],
    [
      ['gone', 'x'],
      ['gone', 'x'],
    ],
    [[0], []],
  ])('%j leads to %j', (path, real) => {
    expect(pathThatExists(path, data)).toEqual(real);
  });
});
