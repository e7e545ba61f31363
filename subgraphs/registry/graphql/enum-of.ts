/** The values of an enum as type-graphql registers them: each stands for itself. */
export const enumOf = <Value extends string>(values: readonly Value[]): Record<Value, Value> =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
