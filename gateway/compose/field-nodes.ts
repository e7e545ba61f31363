import { Kind, type FieldDefinitionNode, type NamedTypeNode, type TypeNode } from 'graphql';

/** The type within lists and non-nulls. */
export const namedTypeOf = (type: TypeNode): NamedTypeNode =>
  type.kind === Kind.NAMED_TYPE ? type : namedTypeOf(type.type);

/** Whether another subgraph answers the field. */
export const isExternal = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === 'external');
