import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { mapSchema, MapperKind, type ExecutionRequest } from '@graphql-tools/utils';
import {
  execute,
  GraphQLList,
  isListType,
  isNonNullType,
  OperationTypeNode,
  subscribe,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLOutputType,
} from 'graphql';
import { placeErrors } from './failure.ts';
import type { MakePlanner } from './planner.ts';
import { isOperation, type CallSubgraph, type GatewayContext } from './subgraph-call.ts';
import { withTypenames } from './with-typenames.ts';

/** The planner for machines without a native one (Windows, Alpine): JavaScript only, and slower. */
export const makeFallbackPlanner: MakePlanner = async (supergraphSdl, callSubgraph) => {
  const typedDocuments = new WeakMap<DocumentNode, DocumentNode>();
  const lost = new WeakMap<GatewayContext, GraphQLFormattedError[]>();
  const call: CallSubgraph = async (name, request, context) => {
    const result = await callSubgraph(name, request, context);
    if (result.data === undefined) lost.get(context)?.push(...(result.errors ?? []));
    return result;
  };
  const stitched = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    onSubschemaConfig: (subgraph) => {
      const { name } = subgraph;
      subgraph.executor = ({ document, variables, operationName, context }: ExecutionRequest) => {
        const request = { document, variables: variables as Readonly<Record<string, unknown>>, operationName };
        const answer = call(name, request, context as GatewayContext);
        return (isOperation(request, OperationTypeNode.SUBSCRIPTION) ? once(answer) : answer) as never;
      };
    },
  });
  // Nulls stay where they are: `completeNulls` keeps the law for both planners, and in the same words.
  const schema = mapSchema(stitched, {
    [MapperKind.COMPOSITE_FIELD]: (field) => ({ ...field, type: nullable(field.type) }),
  });
  return {
    execute: async ({ document, variables, operationName, context }) => {
      const unanswered: GraphQLFormattedError[] = [];
      lost.set(context, unanswered);
      const typed = typedDocuments.get(document) ?? withTypenames(document);
      typedDocuments.set(document, typed);
      const isEvent = isOperation({ document }, OperationTypeNode.SUBSCRIPTION);
      const operation = { schema, document: typed, variableValues: variables, operationName, contextValue: context };
      const result = await (isEvent ? firstEvent(operation) : execute(operation));
      const data: Record<string, unknown> = result.data ?? {};
      const errors = (result.errors ?? []).map(({ message, path, extensions }) => ({
        message,
        extensions,
        ...(path && { path }),
      }));
      // A fetch for what another field needs can fail without a word: nobody asked for its fields.
      const silent = unanswered.filter(({ message }) => !errors.some((error) => error.message === message));
      return { data, errors: [...placeErrors(data, errors), ...silent] };
    },
  };
};

/** A subscription of the one event that is being answered. */
async function* once<T>(event: Promise<T>): AsyncGenerator<T> {
  yield await event;
}

async function firstEvent(operation: ExecutionArgs): Promise<ExecutionResult> {
  const events = await subscribe(operation);
  if (!(Symbol.asyncIterator in events)) return events;
  for await (const event of events) return event;
  return { data: null };
}

function nullable(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return nullable(type.ofType);
  return isListType(type) ? new GraphQLList(nullable(type.ofType)) : type;
}
