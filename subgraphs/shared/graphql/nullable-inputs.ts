import { Kind, visit, type DocumentNode, type InputValueDefinitionNode } from 'graphql';

/**
 * What has a default need not be given, so it may be null too: a variable without a value is null in most clients.
 * `cleanArguments` then puts the default in its place.
 */
export function withNullableDefaults(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.INPUT_VALUE_DEFINITION]: (node): InputValueDefinitionNode | undefined =>
      node.defaultValue && node.type.kind === Kind.NON_NULL_TYPE ? { ...node, type: node.type.type } : undefined,
  });
}
