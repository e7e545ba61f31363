import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { mapSchema, MapperKind, type ExecutionRequest } from '@graphql-tools/utils';
import { execute, GraphQLList, isListType, isNonNullType, type GraphQLOutputType } from 'graphql';
import type { MakePlanner } from './planner.ts';
import type { GatewayContext } from './subgraph-call.ts';

/** The planner for machines without a native one (Windows, Alpine): JavaScript only, about half as fast. */
export const makeFallbackPlanner: MakePlanner = async (supergraphSdl, callSubgraph) => {
  const stitched = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    onSubschemaConfig: (subgraph) => {
      const { name } = subgraph;
      subgraph.executor = ({ document, variables, operationName, context }: ExecutionRequest) =>
        callSubgraph(
          name,
          { document, variables: variables as Readonly<Record<string, unknown>>, operationName },
          context as GatewayContext,
        ) as never;
    },
  });
  // Nulls stay where they are: `completeNulls` keeps the law for both planners, and in the same words.
  const schema = mapSchema(stitched, {
    [MapperKind.COMPOSITE_FIELD]: (field) => ({ ...field, type: nullable(field.type) }),
  });
  return {
    execute: async ({ document, variables, operationName, context }) =>
      execute({ schema, document, variableValues: variables, operationName, contextValue: context }),
  };
};

function nullable(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return nullable(type.ofType);
  return isListType(type) ? new GraphQLList(nullable(type.ofType)) : type;
}
