import { Kind, visit, type DocumentNode, type FieldDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql';
import { isExternal } from './field-nodes.ts';
import type { NodeTypes } from '../node/node-types.ts';

/**
 * Leaves the words about a noun to its owner: the composer takes those of whoever comes first in the alphabet,
 * also where that subgraph only refers to the noun.
 */
export function withoutForeignDescriptions(name: string, document: DocumentNode, types: NodeTypes): DocumentNode {
  const foreign = new Set([...types.values()].filter(({ owner }) => owner !== name).map(({ type }) => type));
  return visit(document, {
    [Kind.OBJECT_TYPE_DEFINITION](node): ObjectTypeDefinitionNode | undefined {
      if (!foreign.has(node.name.value)) return undefined;
      const { description: _description, ...type } = node;
      return { ...type, fields: (node.fields ?? []).map(withoutOwnWords) };
    },
  });
}

function withoutOwnWords(field: FieldDefinitionNode): FieldDefinitionNode {
  if (field.name.value !== 'id' && !isExternal(field)) return field;
  const { description: _description, ...rest } = field;
  return rest;
}
