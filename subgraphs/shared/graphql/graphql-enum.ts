import { registerEnumType } from 'type-graphql';

/** An enum of the graph: GraphQL's name of each value (upper case) → the value as the domain writes it. */
export type GraphQLEnum<Value extends string> = { readonly [Name in Value as Uppercase<Name>]: Name };

/** Registers an enum of the graph. `values` describes single values, by their names in the graph. */
export function graphqlEnum<Value extends string>(
  name: string,
  of: readonly Value[],
  description: string,
  values: Partial<Record<Uppercase<Value>, string>> = {},
): GraphQLEnum<Value> {
  const known = Object.fromEntries(of.map((value) => [value.toUpperCase(), value])) as GraphQLEnum<Value>;
  const described = Object.entries<string>(values as Record<string, string>);
  registerEnumType<Record<string, Value>>(known, {
    name,
    description,
    valuesConfig: Object.fromEntries(described.map(([value, text]) => [value, { description: text }])),
  });
  return known;
}
