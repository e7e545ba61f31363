import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { SelectedField, FieldCollector, Sets } from './collect-fields.ts';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const isTypename = ({ node }: SelectedField): boolean => node.name.value === '__typename';

/**
 * The same operation as plainly as it can be written, for planners: each field once, no named fragments, nothing skipped
 * or included, `__typename` where it was asked of an interface or union and nowhere else. The native planner answers repeated
 * fields, conditions within fragments and `__typename` before a fragment wrongly, and its plans are kept by document.
 * Undefined where nothing is left to fetch. The caller's own words come back with `completeNulls`.
 */
export function canonicalOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  collector: FieldCollector,
): DocumentNode | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root) return undefined;

  const selectionsOf = (type: GraphQLCompositeType, sets: Sets): SelectionSetNode => {
    const selections = isAbstractType(type) ? ofAbstract(type, sets) : fieldsOf(type, collector.ofObject(type, sets));
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [TYPENAME] };
  };

  const ofAbstract = (type: GraphQLAbstractType, sets: Sets): SelectionNode[] => {
    const { fields, conditions } = collector.ofAny(type, sets);
    const special = schema
      .getPossibleTypes(type)
      .filter((possible) => [...conditions].some((condition) => appliesTo(schema, condition, possible)))
      .flatMap((possible) => {
        const selections = fieldsOf(possible, collector.ofObject(possible, sets));
        return selections.length > 0 ? [onType(possible, selections)] : [];
      });
    // Where only fragments depend on it, planners get it by `withTypenames`: asked for as a field, it would be fetched
    // from wherever one is found.
    const isAsked = fields.some(isTypename) || (conditions.size > 0 && special.length === 0);
    return [...(isAsked ? [TYPENAME] : []), ...fieldsOf(type, fields), ...special];
  };

  const fieldsOf = (type: GraphQLCompositeType, asked: readonly SelectedField[]): SelectionNode[] =>
    asked
      .filter((field) => !isTypename(field))
      .map(({ node: { directives: _folded, ...node }, sets }) => {
        const field = 'getFields' in type ? type.getFields()[node.name.value] : undefined;
        const below = field && getNamedType(field.type);
        return isCompositeType(below) ? { ...node, selectionSet: selectionsOf(below, sets) } : node;
      });

  const selections = fieldsOf(root, collector.ofObject(root, [operation.selectionSet]));
  if (selections.length === 0) return undefined;
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  const used = variablesIn(selectionSet);
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions, selectionSet }] };
}

const onType = (type: GraphQLObjectType, selections: readonly SelectionNode[]): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

function appliesTo(schema: GraphQLSchema, condition: string, type: GraphQLObjectType): boolean {
  const wanted = schema.getType(condition);
  return isObjectType(wanted) ? wanted === type : isAbstractType(wanted) && schema.isSubType(wanted, type);
}

function variablesIn(set: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(set, {
    Variable: ({ name }) => {
      names.add(name.value);
    },
  });
  return names;
}
