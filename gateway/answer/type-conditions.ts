import { buildSchema, isAbstractType, isObjectType } from 'graphql';

/** Whether an object of this type is of that one too. */
export type TypeCondition = (typename: string, condition: string) => boolean;

/** Read from the whole supergraph, since plans also speak of types that clients do not see. */
export function typeConditions(supergraphSdl: string): TypeCondition {
  const schema = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  return (typename, condition) => {
    if (typename === condition) return true;
    const type = schema.getType(typename);
    const wanted = schema.getType(condition);
    return isObjectType(type) && isAbstractType(wanted) && schema.isSubType(wanted, type);
  };
}
