import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraph, type Answer, type AskOptions, type TestGraph } from '../fixture/graph.ts';

const running: TestGraph[] = [];
const start = async (env: Record<string, string>): Promise<TestGraph> => {
  const graph = await startGraph('in process', env);
  running.push(graph);
  return graph;
};
afterAll(async () => {
  for (const graph of running) await graph.stop();
});

/** Below the limit there is no error; above it nothing is fetched, and the refusal names limit and what was asked. */
async function expectLimit(
  env: Record<string, string>,
  limit: string,
  below: readonly [string, AskOptions?],
  above: readonly [string, AskOptions?],
): Promise<Answer> {
  const graph = await start(env);
  const good = await graph.ask(...below);
  expect(good.errors).toBeUndefined();
  graph.fetches.length = 0;
  const refused = await graph.ask(...above);
  expect(refused).toMatchObject({ status: 400, errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit } }] });
  expect(refused.data).toBeUndefined();
  expect(graph.fetches).toEqual([]);
  return refused;
}

const page = (first: string) => `{ modelPage(first: ${first}) { nodes { name } } }`;
const services = (first: number) => `{ modelPage(first: ${first}) { nodes { services { name } } } }`;

describe('limits', () => {
  it('tokens', async () => {
    const { errors } = await expectLimit(
      { LIMIT_TOKENS: '6' },
      'tokens',
      ['{ models { name } }'],
      ['{ models { name id } }'],
    );
    expect(errors![0]).toEqual({
      message: 'a document may have 6 tokens, this one has more',
      extensions: { code: 'LIMIT_EXCEEDED', limit: 'tokens', max: 6, asked: 'more than 6' },
    });
  });

  it('depth, through fragments too', async () => {
    const { errors } = await expectLimit(
      { LIMIT_DEPTH: '4' },
      'depth',
      ['{ alerts { model { service { name } } } }'],
      [
        `{ alerts { model { ...S } } }
         fragment S on Model { service { ... on FeatureService { features { name } } } }`,
      ],
    );
    expect(errors![0].extensions).toMatchObject({ max: 4, asked: 5 });
    expect(errors![0].message).toBe('fields may lie 4 deep, these lie 5 deep');
  });

  it('aliases, as often as their fragment is spread', async () => {
    const { errors } = await expectLimit(
      { LIMIT_ALIASES: '3' },
      'aliases',
      ['{ a: models { b: name c: name } }'],
      ['{ models { ...N } search { ...N } } fragment N on Model { b: name c: name }'],
    );
    expect(errors![0].extensions).toMatchObject({ max: 3, asked: 4 });
  });

  it('root fields, and the same one twice is one', async () => {
    const { errors } = await expectLimit(
      { LIMIT_ROOT_FIELDS: '2' },
      'rootFields',
      ['{ models { name } models { id } whoAmI }'],
      ['{ models { name } ...R } fragment R on Query { whoAmI ... { w: whoAmI } }'],
    );
    expect(errors![0].extensions).toMatchObject({ max: 2, asked: 3 });
  });

  describe('page size', () => {
    it('as a literal', async () => {
      const { errors } = await expectLimit({}, 'pageSize', [page('100')], [page('101')]);
      expect(errors![0]).toMatchObject({
        message: 'Query.modelPage gives at most 100 at a time, not 101: page with "after"',
        extensions: { max: 100, asked: 101, field: 'Query.modelPage' },
      });
    });

    it('as a variable', async () => {
      const query = `query ($n: Int!) ${page('$n')}`;
      await expectLimit({}, 'pageSize', [query, { variables: { n: 100 } }], [query, { variables: { n: 101 } }]);
    });

    it('as the default of a variable', async () => {
      await expectLimit(
        {},
        'pageSize',
        [`query ($n: Int = 100) ${page('$n')}`],
        [`query ($n: Int = 101) ${page('$n')}`],
      );
    });

    it('as the default of the argument', async () => {
      await expectLimit({ LIMIT_PAGE_SIZE: '19' }, 'pageSize', [page('19')], ['{ modelPage { nodes { name } } }']);
    });
  });

  it('cost: lists count as long as they were asked for', async () => {
    // modelPage 1, its nodes 10, and ten services for each of them.
    const { errors } = await expectLimit({ LIMIT_COST: '111' }, 'cost', [services(10)], [services(11)]);
    expect(errors![0].extensions).toMatchObject({ max: 111, asked: 122 });
  });

  it('cost: fragments that spread fragments are measured at once, and refused', async () => {
    const spreads = Array.from(
      { length: 60 },
      (_, level) =>
        `fragment F${level} on Model { a${level}: alertsOf { model { ...F${level + 1} ...F${level + 1} } } }`,
    );
    const query = `{ models { ...F0 } } ${spreads.join('\n')} fragment F60 on Model { name }`;
    const graph = await start({ LIMIT_DEPTH: '1000' });
    const begin = performance.now();
    const { errors, data } = await graph.ask(query);
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect(data).toBeUndefined();
    expect(errors![0].extensions.code).toMatch(/LIMIT_EXCEEDED|GRAPHQL_VALIDATION_FAILED/);
  });

  it('a field written thousands of times does not keep the validation busy', async () => {
    const graph = await start({});
    const query = `{ models { ${'name '.repeat(3_990)} } }`;
    const begin = performance.now();
    const { errors } = await graph.ask(query);
    expect(errors).toMatchObject([
      { message: 'Validation aborted.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

describe('what the limits let pass', () => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await start({});
  });

  it('the usual introspection query and GraphiQL’s', async () => {
    for (const options of [
      {},
      { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true },
      { inputValueDeprecation: true, oneOf: true },
    ]) {
      const { data, errors } = await graph.ask(getIntrospectionQuery(options));
      expect(errors).toBeUndefined();
      expect(data['__schema'].types.length).toBeGreaterThan(10);
      expect(buildClientSchema(data).getQueryType()?.getFields()).toHaveProperty('node');
    }
  });

  it('not introspection that goes round in circles', async () => {
    const { errors } = await graph.ask(
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});
