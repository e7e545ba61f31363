import {
  getNamedType,
  getNullableType,
  graphql,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, ArgsType, Field, InputType, Int, Query, registerEnumType, Resolver } from 'type-graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { Access } from '../../../subgraphs/shared/auth/access.ts';
import { ROLES, SCOPES, type Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { buildFederatedSchema, type FederatedSchema } from '../../../subgraphs/shared/graphql/federated-schema.ts';
import { buildSchema as buildExperiment } from '../../../subgraphs/experiment/graphql/schema.ts';
import { buildSchema as buildFeature } from '../../../subgraphs/feature/graphql/schema.ts';
import { buildSchema as buildMonitoring } from '../../../subgraphs/monitoring/graphql/schema.ts';
import { buildSchema as buildRegistry } from '../../../subgraphs/registry/graphql/schema.ts';

const Size = { SMALL: 's', LARGE: 'l' } as const;
registerEnumType(Size, { name: 'TestSize', description: 'How large.' });

@InputType('TestInner', { description: 'Inner.' })
class Inner {
  @Field(() => Size, { defaultValue: Size.LARGE, description: 'How large.' })
  readonly size!: string;

  @Field(() => [String], { nullable: true, description: 'Words.' })
  readonly words?: string[];

  @Field(() => Inner, { nullable: true, description: 'Once more.' })
  readonly inner?: Inner;
}

@InputType('TestInput', { description: 'An input.' })
class TestInput {
  @Field(() => Int, { defaultValue: 7, description: 'How many.' })
  readonly count!: number;

  @Field(() => String, { nullable: true, description: 'A note.' })
  readonly note?: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Anything.' })
  readonly json?: unknown;

  @Field(() => [Inner], { nullable: true, description: 'Some.' })
  readonly inners?: Inner[];
}

@ArgsType()
class TestArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many.' })
  readonly first!: number;

  @Field(() => String, { nullable: true, description: 'From where.' })
  readonly after?: string;
}

@Resolver()
class EchoResolver {
  @Query(() => GraphQLJSON, { nullable: true, description: 'What the resolver got.' })
  @Access({ role: 'viewer' })
  echo(@Arg('input', () => TestInput, { description: 'What.' }) input: TestInput): unknown {
    return input;
  }

  @Query(() => GraphQLJSON, { nullable: true, description: 'What the resolver got.' })
  @Access({ role: 'viewer' })
  page(@Args(() => TestArgs) args: TestArgs): unknown {
    return args;
  }
}

const everybody: Actor = { subject: 'user:x', kind: 'user', roles: ROLES, scopes: SCOPES, project: 'default' };
const contextValue = { actor: everybody, requestId: 'r' };
let federated: FederatedSchema;
beforeAll(async () => {
  federated = await buildFederatedSchema({ resolvers: [EchoResolver] });
});
const ask = async (source: string, variableValues: Record<string, unknown> = {}) =>
  JSON.parse(JSON.stringify(await graphql({ schema: federated.schema, source, variableValues, contextValue })));

describe('null', () => {
  it('in a variable counts as not given: the default applies', async () => {
    const variables = { n: null, after: null };
    expect(await ask('query ($n: Int, $after: String) { page(first: $n, after: $after) }', variables)).toEqual({
      data: { page: { first: 20 } },
    });
    expect(await ask('{ page(first: null, after: null) }')).toEqual({ data: { page: { first: 20 } } });
  });

  it('in a field of an input does too, however deep, and an enum’s default is its inner value', async () => {
    const input = { count: null, note: null, inners: [{ size: null, words: null, inner: { size: null } }] };
    expect(await ask('query ($input: TestInput!) { echo(input: $input) }', { input })).toEqual({
      data: { echo: { count: 7, inners: [{ size: 'l', inner: { size: 'l' } }] } },
    });
  });

  it('within JSON stays what it is', async () => {
    const input = { json: { user: null, rows: [null] } };
    expect(await ask('query ($input: TestInput!) { echo(input: $input) }', { input })).toEqual({
      data: { echo: { count: 7, json: { user: null, rows: [null] } } },
    });
  });
});

describe('a text that cannot be stored', () => {
  it.each([
    ['in a field', { note: 'a\0b' }, 'note'],
    ['in a list below', { inners: [{}, { inner: { words: ['a', '\ud800'] } }] }, 'inners.1.inner.words.1'],
    ['in JSON', { json: { rows: [{ user: '\udc00x' }] } }, 'json.rows.0.user'],
    ['in a key of JSON', { json: { rows: { 'a\0': 1 } } }, 'json.rows'],
  ])('%s is refused by name', async (_, input, field) => {
    const { errors } = await ask('query ($input: TestInput!) { echo(input: $input) }', { input });
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toMatch(new RegExp(`^${field}: has (the character U\\+0000|half of a surrogate pair)`));
  });

  it('is refused in a literal too, and what is next to it in Unicode is taken', async () => {
    expect((await ask('{ page(after: "\\u0000") }')).errors[0].message).toMatch(/^after: has the character U\+0000/);
    expect(await ask('{ page(after: "\\u0001 😀 \\uffff") }')).toEqual({
      data: { page: { first: 20, after: '\u0001 😀 \uffff' } },
    });
  });
});

/** A path to a text: in an argument, in a field of an input, as often as inputs hold inputs. */
type TextPath = readonly string[];

function textsIn({ name, type }: GraphQLArgument | GraphQLInputField, seen: readonly GraphQLInputType[]): TextPath[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    if (seen.includes(named)) return [];
    const below = Object.values(named.getFields()).flatMap((field) => textsIn(field, [...seen, named]));
    return below.map((path) => [name, ...(isList(type) ? ['0'] : []), ...path]);
  }
  if (!isScalarType(named) || !['String', 'ID', 'JSON'].includes(named.name)) return [];
  return [[name, ...(isList(type) ? ['0'] : [])]];
}

const isList = (type: GraphQLInputType): boolean => isListType(getNullableType(type));

const valueAt = ([step, ...rest]: TextPath, text: string): unknown => {
  if (step === undefined) return text;
  const below = valueAt(rest, text);
  return step === '0' ? [below] : { [step]: below };
};

describe('every input of the real graph', () => {
  let graph: readonly FederatedSchema[];
  beforeAll(async () => {
    graph = [await buildFeature(), await buildRegistry(), await buildExperiment(), await buildMonitoring()];
  });

  it('with a default takes null', () => {
    for (const { sdl } of graph) expect(sdl.match(/: [^\n]*! = [^\n]*/g)).toBeNull();
  });

  it('that is a text refuses U+0000, and names itself', () => {
    let tried = 0;
    for (const { schema } of graph) {
      for (const type of Object.values(schema.getTypeMap())) {
        if (!isObjectType(type) || type.name.startsWith('_')) continue;
        for (const field of Object.values(type.getFields())) {
          if (field.name.startsWith('_')) continue;
          for (const path of field.args.flatMap((arg) => textsIn(arg, []))) {
            const named = path[0] === 'input' ? path.slice(1) : path;
            const call = () =>
              (field as GraphQLField<any, any>).resolve!(
                {},
                valueAt(path, 'a\0b') as object,
                contextValue,
                {} as never,
              );
            expect(call, `${type.name}.${field.name} ${path.join('.')}`).toThrow(
              `${named.join('.')}: has the character`,
            );
            tried += 1;
          }
        }
      }
    }
    expect(tried).toBeGreaterThan(150);
  });
});
