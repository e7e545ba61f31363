declare const result: unique symbol;
declare const variables: unique symbol;

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** A GraphQL operation with the types of its answer and of its variables; made from `operations.graphql`. */
export interface Operation<Result, Variables> {
  readonly kind: OperationKind;
  readonly name: string;
  readonly text: string;
  readonly [result]?: Result;
  readonly [variables]?: Variables;
}

export const operation = <Result, Variables>(
  kind: OperationKind,
  name: string,
  text: string,
): Operation<Result, Variables> => ({ kind, name, text });
