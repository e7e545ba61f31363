import { Kind, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import type { SubgraphResult } from '../subgraph.ts';

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** What graphql-js answers, as callers may see it. */
export function publicResult({ data, errors }: ExecutionResult, format: FormatError): SubgraphResult {
  return {
    ...(data !== undefined && { data }),
    ...(errors && {
      errors: errors.map((error) => {
        // What graphql-js itself refuses has no code yet; it is the caller's. A scalar's refusal of a variable is its
        // cause there, which would read like a resolver's failure.
        const isVariable = error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
        const isCallers = error.extensions['code'] === undefined && (isVariable || !error.originalError);
        return isCallers
          ? format({ ...error.toJSON(), extensions: { code: 'BAD_USER_INPUT' } }, undefined)
          : format(error.toJSON(), error);
      }),
    }),
  };
}

/** A refusal of the whole call. */
export const refusalResult = (error: Error, format: FormatError): SubgraphResult => ({
  errors: [format({ message: error.message }, error)],
});
