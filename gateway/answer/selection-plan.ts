import {
  isCompositeType,
  isNonNullType,
  Kind,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { canonicalOperation } from './canonical-operation.ts';
import { FieldCollector, type Sets, type Variables } from './collect-fields.ts';

/** One response key of an object: what type its value must have, and what was asked of it. */
export interface PlannedField {
  readonly key: string;
  readonly coordinate: string;
  readonly isTypename: boolean;
  /** A value, or list, that every object of the type has: only what does not exist is without it. */
  readonly provesExistence: boolean;
  readonly type: GraphQLOutputType;
  /** The fields asked of an object of this type, or of an interface whose object nobody asked the type of. */
  readonly fieldsOf: (type: FieldsType) => readonly PlannedField[];
}

export type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

/** What an operation asks for, worked out. */
export interface SelectionPlan {
  readonly root: GraphQLObjectType;
  readonly fields: readonly PlannedField[];
  /** For the planner: one and the same object each time; undefined where there is nothing to fetch. */
  readonly document: DocumentNode | undefined;
}

/** A document has at most this many plans: one per combination of the variables that skip or include fields. */
const MOST_PLANS = 32;

/** Works out each operation once per choice of what it skips and includes. */
export class SelectionPlans {
  readonly #schema: GraphQLSchema;
  readonly #plans = new WeakMap<OperationDefinitionNode, Map<string, SelectionPlan>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  planFor(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): SelectionPlan {
    const choice = booleanVariables(operation).map((name) => (variables[name] === true ? '1' : '0'));
    const plans = this.#plans.get(operation) ?? new Map<string, SelectionPlan>();
    this.#plans.set(operation, plans);
    const known = plans.get(choice.join(''));
    if (known) return known;
    const root = this.#schema.getRootType(operation.operation);
    if (!root) throw new Error(`the graph has no ${operation.operation} type`);
    const collector = new FieldCollector(this.#schema, document, variables);
    const plan = {
      root,
      fields: planFields(collector, root, [operation.selectionSet]),
      document: canonicalOperation(this.#schema, operation, collector),
    };
    if (plans.size >= MOST_PLANS) plans.clear();
    plans.set(choice.join(''), plan);
    return plan;
  }
}

function planFields(collector: FieldCollector, type: FieldsType, sets: Sets): readonly PlannedField[] {
  return collector.ofObject(type, sets).flatMap(({ key, node, sets: below }) => {
    const name = node.name.value;
    const isTypename = name === TypeNameMetaFieldDef.name;
    const field = isTypename ? TypeNameMetaFieldDef : type.getFields()[name];
    if (!field) return [];
    // Worked out when the first object of a type comes along.
    const byType = new Map<FieldsType, readonly PlannedField[]>();
    const fieldsOf = (runtime: FieldsType): readonly PlannedField[] => {
      const fields = byType.get(runtime) ?? planFields(collector, runtime, below);
      byType.set(runtime, fields);
      return fields;
    };
    return [
      {
        key,
        coordinate: `${type.name}.${name}`,
        isTypename,
        provesExistence: !isTypename && isNonNullType(field.type) && !isCompositeType(field.type.ofType),
        type: field.type,
        fieldsOf,
      },
    ];
  });
}

/** The variables that `@skip` and `@include` can depend on. */
function booleanVariables({ variableDefinitions = [] }: OperationDefinitionNode): readonly string[] {
  return variableDefinitions.flatMap(({ type, variable }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean' ? [variable.name.value] : [];
  });
}
