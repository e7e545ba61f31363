import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema, parse, print, type GraphQLSchema } from 'graphql';
import { buildSchema, createResolversMap, type BuildSchemaOptions, type PubSub } from 'type-graphql';
import { accessRulesOf, enforceAccess, type AccessRules } from '../auth/access.ts';
import { cleanArguments } from './arguments.ts';
import { DateTime } from './date-time.ts';
import { mendEnumDefaults } from './enum-defaults.ts';
import { withNullableDefaults } from './nullable-inputs.ts';
import { withNullableRoots } from './nullable-roots.ts';
import type { RequestContext } from './request-context.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@tag"])`;

/** Loads what a reference names; null when it names nothing, so that one dead id costs one field. */
export type ReferenceResolver<Context extends RequestContext = never> = (
  reference: { readonly id: string },
  context: Context,
) => unknown;

export interface FederatedSchema {
  readonly schema: GraphQLSchema;
  readonly rules: AccessRules;
  /** The subgraph's SDL as the composition reads it. */
  readonly sdl: string;
}

/** type-graphql wants one as soon as there is a subscription; ours bring their sources themselves. */
const noPubSub: PubSub = {
  publish: () => {
    throw new Error('events come from the outbox');
  },
  subscribe: () => {
    throw new Error('a subscription brings its source itself');
  },
};

/** type-graphql classes → a federated schema whose every field checks its access rule. */
export async function buildFederatedSchema(
  options: Pick<BuildSchemaOptions, 'resolvers' | 'orphanedTypes'>,
  references: Readonly<Record<string, ReferenceResolver>> = {},
): Promise<FederatedSchema> {
  const built = await buildSchema({
    ...options,
    pubSub: noPubSub,
    skipCheck: true,
    validate: false,
    scalarsMap: [{ type: Date, scalar: DateTime }],
  });
  const rules = accessRulesOf(built);
  const resolvers = createResolversMap(built) as Record<string, Record<string, unknown>>;
  for (const [type, resolve] of Object.entries(references)) {
    (resolvers[type] ??= {})['__resolveReference'] = resolve;
  }
  const printed = parse(`${LINK}\n${printSchemaWithDirectives(lexicographicSortSchema(built))}`);
  const typeDefs = withNullableDefaults(withNullableRoots(printed));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  mendEnumDefaults(schema);
  cleanArguments(schema);
  enforceAccess(schema, rules);
  return { schema, rules, sdl: print(typeDefs) };
}
