import { createSourceEventStream, execute, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { SubscriptionEvent } from '../subgraph-executor.ts';
import { publicResult, refusalResult, type FormatError } from './public-result.ts';
import type { RequestContext } from './request-context.ts';

export interface SubscriptionRun {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
  /** A new one for each event: loaders remember what they have loaded. */
  readonly context: () => RequestContext;
  readonly formatError: FormatError;
}

/** Sources give objects with a `cursor`, and one without `event` where only the place has moved. */
interface Sourced {
  readonly cursor: string;
  readonly event: unknown;
}

/** Runs a subscription: each event of its source is answered as a query would be. A refusal is the last event. */
export async function* runSubscription(run: SubscriptionRun): AsyncGenerator<SubscriptionEvent, void, undefined> {
  const { schema, document, variables, operationName, context, formatError } = run;
  const operation = { schema, document, variableValues: variables, operationName };
  const source = await createSourceEventStream({ ...operation, contextValue: context() });
  if (!(Symbol.asyncIterator in source)) {
    yield { result: publicResult(source, formatError) };
    return;
  }
  try {
    for await (const sourced of source as AsyncIterable<Sourced>) {
      const { cursor: id } = sourced;
      if (sourced.event === undefined) yield { id };
      else {
        const result = await execute({ ...operation, rootValue: sourced, contextValue: context() });
        yield { id, result: publicResult(result, formatError) };
      }
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    yield { result: refusalResult(error, formatError) };
  }
}
