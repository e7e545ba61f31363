import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  Kind,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** One response key of an object: what type its value must have, and what was asked of it. */
export interface PlannedField {
  readonly key: string;
  readonly coordinate: string;
  readonly isTypename: boolean;
  /** A value, or list, that every object of the type has: only what does not exist is without it. */
  readonly provesExistence: boolean;
  readonly type: GraphQLOutputType;
  /** The fields asked of an object of this type; for leaves nobody calls it. */
  readonly fieldsOf: (type: GraphQLObjectType) => readonly PlannedField[];
}

type Variables = Readonly<Record<string, unknown>>;

/** A document has at most this many plans: one per combination of the variables that skip or include fields. */
const MOST_PLANS = 32;

/** What an operation asks for, worked out once per document and per choice of what it skips and includes. */
export class SelectionPlans {
  readonly #schema: GraphQLSchema;
  readonly #plans = new WeakMap<OperationDefinitionNode, Map<string, readonly PlannedField[]>>();
  readonly #switches = new WeakMap<DocumentNode, readonly string[]>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The root fields; the rest is worked out when the first object of a type comes along. */
  rootFields(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Variables,
  ): readonly PlannedField[] {
    const root = this.#schema.getRootType(operation.operation);
    if (!root) return [];
    const switches = this.#switches.get(document) ?? booleanVariables(document);
    this.#switches.set(document, switches);
    const choice = switches.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const plans = this.#plans.get(operation) ?? new Map<string, readonly PlannedField[]>();
    this.#plans.set(operation, plans);
    const known = plans.get(choice);
    if (known) return known;
    const plan = planFields(this.#schema, fragmentsOf(document), variables)(root, [operation.selectionSet]);
    if (plans.size >= MOST_PLANS) plans.clear();
    plans.set(choice, plan);
    return plan;
  }
}

function planFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Variables,
): (type: GraphQLObjectType, sets: readonly SelectionSetNode[]) => readonly PlannedField[] {
  const applies = (condition: string, type: GraphQLObjectType): boolean => {
    const wanted = schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  };
  const collect = (
    type: GraphQLObjectType,
    set: SelectionSetNode,
    found: Map<string, { name: string; sets: SelectionSetNode[] }>,
  ): void => {
    for (const selection of set.selections) {
      if (!isAskedFor(selection, variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const entry = found.get(key) ?? { name: selection.name.value, sets: [] };
        if (selection.selectionSet) entry.sets.push(selection.selectionSet);
        found.set(key, entry);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition === undefined || applies(condition, type)) collect(type, fragment.selectionSet, found);
    }
  };
  const plan = (type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly PlannedField[] => {
    const found = new Map<string, { name: string; sets: SelectionSetNode[] }>();
    for (const set of sets) collect(type, set, found);
    return [...found].flatMap(([key, { name, sets: below }]) => {
      const field = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : type.getFields()[name];
      if (!field) return [];
      const byType = new Map<GraphQLObjectType, readonly PlannedField[]>();
      const fieldsOf = (runtime: GraphQLObjectType): readonly PlannedField[] => {
        const fields = byType.get(runtime) ?? plan(runtime, below);
        byType.set(runtime, fields);
        return fields;
      };
      return [
        {
          key,
          coordinate: `${type.name}.${name}`,
          isTypename: field === TypeNameMetaFieldDef,
          provesExistence: isNonNullType(field.type) && !isCompositeType(field.type.ofType),
          type: field.type,
          fieldsOf,
        },
      ];
    });
  };
  return plan;
}

function isAskedFor(selection: SelectionNode, variables: Variables): boolean {
  if (!selection.directives?.length) return true;
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false
  );
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
}

function booleanVariables(document: DocumentNode): readonly string[] {
  return document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? (node.variableDefinitions ?? []).flatMap(({ type, variable }) => {
          const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
          return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean' ? [variable.name.value] : [];
        })
      : [],
  );
}
