import { Kind, visit, type DocumentNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

/**
 * Root fields may be null, whatever the classes say: what one refuses costs this field. Were it non-null, it would take
 * every other answer of the operation along (docs/decisions/0004).
 */
export function withNullableRoots(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.OBJECT_TYPE_DEFINITION]: (node): ObjectTypeDefinitionNode | undefined =>
      ROOTS.has(node.name.value) ? { ...node, fields: (node.fields ?? []).map(nullable) } : undefined,
  });
}

const nullable = (field: FieldDefinitionNode): FieldDefinitionNode =>
  field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : field;
