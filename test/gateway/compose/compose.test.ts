import { buildSchema, parse, printType } from 'graphql';
import { composeServices } from '@theguild/federation-composition';
import { describe, expect, it } from 'vitest';
import { apiSchemaOf, composeSupergraph } from '../../../gateway/compose/compose.ts';
import { nodeTypesIn, nodeTypesOf } from '../../../gateway/node/node-types.ts';
import { URN_KINDS } from '../../../core/urn.ts';
import { sdls, supergraphSdl } from '../fixture/graph.ts';
import { NOUNS } from '../../../schema/nouns.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@requires", "@shareable", "@interfaceObject"])`;
const subgraphs = (...texts: string[]) => texts.map((text, index) => ({ name: `s${index}`, sdl: `${LINK}\n${text}` }));
const compose = (...texts: string[]) =>
  composeServices(subgraphs(...texts).map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) })));

describe('composition', () => {
  it('lists every reason why subgraphs do not compose', () => {
    const broken = subgraphs('type Query { a: A } type A @key(fields: "no") { id: ID! }', 'type Query { b: Gone }');
    expect(() => composeSupergraph(broken)).toThrow(/do not compose:\n {2}- .*\n {2}- /s);
  });

  it('refuses a subgraph that would hide behind the gateway’s own', () => {
    for (const name of ['node', 'Node']) {
      const taken = [{ name, sdl: `${LINK}\ntype Query { a: Int }` }];
      expect(() => composeSupergraph(taken)).toThrow('a subgraph cannot be called "node"');
    }
  });

  it('lets root fields be null, and keeps what its fields promise', () => {
    const { Query, Mutation, Model } = Object.fromEntries(
      Object.entries(apiSchemaOf(supergraphSdl).getTypeMap()).map(([name, type]) => [name, printType(type)]),
    );
    expect(Query).toContain('models: [Model!]\n');
    expect(Query).toContain('whoAmI: String\n');
    expect(Mutation).toContain('): Model\n');
    expect(Model).toContain('name: String!');
  });

  it('takes the words about a noun from its owner', () => {
    const schema = apiSchemaOf(supergraphSdl);
    expect(schema.getType('Model')?.description).toBe('A model.');
    expect(schema.getType('FeatureService')?.description).toBe('A set of features.');
  });

  it('gives node(id) the kinds that the graph has, as the owner offers them', () => {
    const kinds = ['feature', 'feature-service', 'model', 'endpoint', 'alert'];
    expect([...nodeTypesOf(sdls).keys()]).toEqual(kinds);
    expect([...nodeTypesIn(apiSchemaOf(supergraphSdl)).keys()]).toEqual(kinds);
    // A stub in another subgraph is no offer.
    expect([...nodeTypesOf(sdls.filter(({ name }) => name !== 'registry')).keys()]).not.toContain('model');
    expect(nodeTypesIn(buildSchema('type Query { a: Int }')).size).toBe(0);
  });

  it('composes without node(id) where nothing has an id of ours', () => {
    const sdl = composeSupergraph(subgraphs('type Query { a: Int }'));
    expect(Object.keys(apiSchemaOf(sdl).getQueryType()!.getFields())).toEqual(['a']);
  });

  it('knows a type for every kind of id that is a node', () => {
    const all = [
      ['feature', 'Entity Source EventStream FeatureView Feature FeatureService TrainingSet Materialization'],
      ['registry', 'Model ModelVersion Endpoint Deployment Release Webhook'],
      ['experiment', 'Experiment Shadow Rollout Metric'],
      ['monitoring', 'Prediction AlertRule Alert EdgeNode Silence Receiver'],
    ].map(([name = '', types = '']) => ({
      name,
      sdl: `${LINK}\n${types
        .split(' ')
        .map((type) => `type ${type} @key(fields: "id") { id: ID! }`)
        .join('\n')}`,
    }));
    const kinds = URN_KINDS.filter((kind) => NOUNS[kind].type !== null);
    expect([...nodeTypesOf(all).keys()].toSorted()).toEqual(kinds.toSorted());
  });
});

// Each of these goes wrong in @theguild/federation-composition 0.27.0 (docs/decisions/0001). When a test here fails, the
// composer has learnt it: the rule in gateway/compose/composition-rules.ts may go.
describe('patterns that compose wrongly, and are refused', () => {
  const foos = `interface Foo { foo: String! } interface Bar implements Foo { foo: String! bar: String! }
    type Baz implements Foo & Bar @shareable { foo: String! bar: String! }`;
  const fragments = [
    `type Query { a: A } type A @key(fields: "id") { id: ID! data: Foo @shareable } ${foos}`,
    `type A @key(fields: "id") {
       id: ID! data: Foo @external sum: String! @requires(fields: "data { foo ... on Bar { bar } }")
     } ${foos}`,
  ] as const;
  const union = [
    'type Query { media: Book @shareable } type Book @key(fields: "id") { id: ID! }',
    `type Query { media: Media @shareable } union Media = Book | Film
     type Book @key(fields: "id") { id: ID! } type Film { id: ID! }`,
  ] as const;
  const interfaceObject = [
    `type Query { m: M } interface M @key(fields: "id") { id: ID! name: String! }
     type B implements M @key(fields: "id") { id: ID! name: String! }`,
    `type M @key(fields: "id") @interfaceObject {
       id: ID! name: String! @external title: String! @requires(fields: "name")
     }`,
  ] as const;

  it('@requires with fragments', () => {
    expect(compose(...fragments).errors?.[0]?.message).toContain('cannot satisfy @require conditions');
    expect(() => composeSupergraph(subgraphs(...fragments))).toThrow('must name plain fields, no fragments');
  });

  it('a field that is an object here and a union there', () => {
    const { supergraphSdl: composed } = compose(...union);
    expect(apiSchemaOf(composed!).getQueryType()!.getFields()['media']!.type.toString()).toBe('Book');
    expect(() => composeSupergraph(subgraphs(...union))).toThrow('Query.media is Book in s0 and Media in s1');
  });

  it('@interfaceObject with @requires of a field of the interface', () => {
    const { supergraphSdl: composed } = compose(...interfaceObject);
    expect(composed).not.toMatch(/name: String! .*@join__field\(graph: S1, external: true\)/);
    expect(() => composeSupergraph(subgraphs(...interfaceObject))).toThrow('@interfaceObject is not used here');
  });
});
