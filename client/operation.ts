declare const result: unique symbol;
declare const variables: unique symbol;

/** A GraphQL operation with the types of its answer and of its variables; made from `operations.graphql`. */
export interface Operation<Result, Variables> {
  readonly kind: 'query' | 'mutation';
  readonly name: string;
  readonly text: string;
  readonly [result]?: Result;
  readonly [variables]?: Variables;
}

export const operation = <Result, Variables>(
  kind: 'query' | 'mutation',
  name: string,
  text: string,
): Operation<Result, Variables> => ({ kind, name, text });
