import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import type { ExecutionRequest, Executor } from '@graphql-tools/utils';
import { buildSchema, type ExecutionResult } from 'graphql';
import { PlanningFailure, type MakePlanner } from './planner.ts';
import type { GatewayContext } from './subgraph-call.ts';

/** The only file that knows `@graphql-hive/router-runtime`, whose planner is a native module. */
export const makeNativePlanner: MakePlanner = async (supergraphSdl, callSubgraph) => {
  const unifiedGraph = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  const { executor } = await unifiedGraphHandler({
    unifiedGraph,
    getUnifiedGraphSDL: () => supergraphSdl,
    onSubgraphExecute: (name: string, { document, variables, operationName, context }: ExecutionRequest) =>
      callSubgraph(
        name,
        { document, variables: variables as Readonly<Record<string, unknown>>, operationName },
        context as GatewayContext,
      ),
  } as Parameters<typeof unifiedGraphHandler>[0]);
  const execute = executor as unknown as Executor;
  return {
    execute: async ({ document, variables, operationName, operation, context }) => {
      try {
        return (await execute({
          document,
          variables,
          operationType: operation,
          context,
          ...(operationName !== undefined && { operationName }),
        })) as ExecutionResult;
      } catch (error) {
        // Fetches never throw, so a failure with these words is one of the plan: nothing has been fetched.
        const isPlan = error instanceof Error && error.message.startsWith('Failed to plan query');
        throw isPlan ? new PlanningFailure(error.message, { cause: error }) : error;
      }
    },
  };
};
