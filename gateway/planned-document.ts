import {
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isTypename = (node: SelectionNode): boolean => node.kind === Kind.FIELD && node.name.value === '__typename';
const isPlainTypename = (node: SelectionNode): boolean =>
  isTypename(node) && node.kind === Kind.FIELD && !node.alias && !node.directives?.length;

/**
 * The document as a planner gets it; undefined where there is nothing to plan.
 * With `__typename` wherever the type of an object is only known at run time: without it nobody can tell which
 * fragments applied, and so which fields are missing. And without `__typename` at the root, which takes the native
 * planner for a question about the schema if a fragment follows it. `completeNulls` puts both right again.
 */
export function plannedDocument(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): DocumentNode | undefined {
  const root = operation.selectionSet.selections.filter((node) => !isTypename(node));
  if (root.length === 0) return undefined;
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet(node) {
        if (node === operation.selectionSet) return { ...node, selections: root };
        if (!isAbstractType(types.getParentType()) || node.selections.some(isPlainTypename)) return undefined;
        return { ...node, selections: [...node.selections, TYPENAME] };
      },
    }),
  );
}
