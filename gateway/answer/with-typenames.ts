import {
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isFragment = ({ kind }: SelectionNode): boolean => kind !== Kind.FIELD;
const isTypename = (node: SelectionNode): boolean =>
  node.kind === Kind.FIELD && !node.alias && node.name.value === '__typename';

/** Adds `__typename` wherever fragments depend on a type: only with it can the answer be read. */
export function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (node, _key, parent): SelectionSetNode | undefined => {
      const needsNone = !node.selections.some(isFragment) || node.selections.some(isTypename);
      // Entities are named by their type when they are asked for.
      return needsNone || isEntities(parent) ? undefined : { ...node, selections: [TYPENAME, ...node.selections] };
    },
  });
}

const isEntities = (parent: ASTNode | readonly ASTNode[] | undefined): boolean =>
  parent !== undefined && 'kind' in parent && parent.kind === Kind.FIELD && parent.name.value === '_entities';
