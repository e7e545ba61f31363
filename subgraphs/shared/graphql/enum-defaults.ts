import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/**
 * Defaults that the SDL states are read before the enums' inner values are known: an enum's default would reach the
 * resolver as its name. This gives each the value that the same text has when a client writes it.
 */
export function mendEnumDefaults(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(mend);
    if (isObjectType(type)) for (const field of Object.values(type.getFields())) field.args.forEach(mend);
  }
}

function mend(holder: { type: GraphQLInputType; defaultValue?: unknown }): void {
  if (holder.defaultValue !== undefined) holder.defaultValue = innerValue(holder.type, holder.defaultValue);
}

function innerValue(type: GraphQLInputType, value: unknown): unknown {
  const bare = getNullableType(type);
  if (isListType(bare) && Array.isArray(value)) return value.map((item: unknown) => innerValue(bare.ofType, item));
  return isEnumType(bare) && typeof value === 'string' ? (bare.getValue(value)?.value ?? value) : value;
}
