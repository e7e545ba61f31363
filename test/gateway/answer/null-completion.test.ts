import { array, assert, constantFrom, dictionary, oneof, property, type Arbitrary } from 'fast-check';
import { buildSchema, execute, getOperationAST, parse, type ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { completeNulls, pathThatExists } from '../../../gateway/answer/null-completion.ts';
import { Failure } from '../../../gateway/answer/failure.ts';
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
  return completeNulls(schema, plan.root, plan.fields, { data: (data ?? {}) as Record<string, unknown> });
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
      errors: [],
      violations: [],
    });
    expect(complete('{ strictBoxes { id } }', { strictBoxes: [{ id: '1' }, {}] })).toEqual({
      data: null,
      errors: [],
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

const failure = (message: string): Failure => Failure.because([{ message, extensions: { code: 'TIMEOUT' } }]);

describe('a value that could not be had', () => {
  it('is null with an error at its own place, wherever it stands', () => {
    const late = failure('late');
    const { data, errors, violations } = complete('{ boxes { id name } box { tags } }', {
      boxes: [{ id: '1', name: late }, late, { id: '3', name: late }],
      box: { tags: late },
    });
    expect(data).toEqual({ boxes: [{ id: '1', name: null }, null, { id: '3', name: null }], box: { tags: null } });
    expect(errors.map(({ path }) => path)).toEqual([
      ['boxes', 0, 'name'],
      ['boxes', 1],
      ['boxes', 2, 'name'],
      ['box', 'tags'],
    ]);
    expect(violations).toEqual([]);
  });

  it('takes along what may not be null, and that is no other error', () => {
    const { data, errors, violations } = complete('{ box { strictInner { name } name } strictBoxes { id } }', {
      box: { strictInner: failure('late'), name: 'n' },
      strictBoxes: [{ id: '1' }],
    });
    expect(data).toEqual({ box: null, strictBoxes: [{ id: '1' }] });
    expect(errors).toEqual([{ message: 'late', extensions: { code: 'TIMEOUT' }, path: ['box', 'strictInner'] }]);
    expect(violations).toEqual([]);
  });

  it('keeps the path of the error below that null has risen from, told once for all that it took along', () => {
    const below = new Failure([{ message: 'no', extensions: {}, tail: ['id'], isNeighbours: false }]);
    const { data, errors } = complete('{ box { name inner { id } i: id } }', {
      box: { name: below.below('name'), inner: below.below('inner'), i: '1' },
    });
    expect(data).toEqual({ box: { name: null, inner: null, i: '1' } });
    expect(errors.map(({ path }) => path)).toEqual([['box', 'id']]);
  });

  it('that nobody asked for is no error', () => {
    expect(complete('{ box { name } }', { box: { name: 'n', id: failure('late') } }).errors).toEqual([]);
  });

  it('is told at each place of an object that stands in several', () => {
    const box = { id: '1', name: failure('late') };
    const document = parse('{ boxes { id name } }');
    const plan = new SelectionPlans(schema).planFor(document, getOperationAST(document)!, {});
    const data = { boxes: [box, box] };
    const { errors } = completeNulls(schema, plan.root, plan.fields, { data, shared: new Set([box]) });
    expect(errors.map(({ path }) => path)).toEqual([
      ['boxes', 0, 'name'],
      ['boxes', 1, 'name'],
    ]);
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
