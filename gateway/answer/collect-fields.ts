import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Everything that was asked under one response key of an object. */
export interface SelectedField {
  readonly key: string;
  /** One of the places where it was asked; all of them have the same name and arguments. */
  readonly node: FieldNode;
  /** What was asked of it, in all those places. */
  readonly sets: readonly SelectionSetNode[];
}

export type Variables = Readonly<Record<string, unknown>>;
export type Sets = readonly SelectionSetNode[];

/** GraphQL's CollectFields for one document and one choice of what it skips and includes. */
export class FieldCollector {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables) {
    this.#schema = schema;
    this.#variables = variables;
    this.#fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
  }

  /** The fields asked of an object of this type, in the order asked. */
  ofObject(type: GraphQLObjectType | GraphQLInterfaceType, sets: Sets): readonly SelectedField[] {
    return this.#collect(sets, (condition) => this.#appliesTo(condition, type)).fields;
  }

  /** The fields asked of whatever it is, and the conditions under which more is asked. */
  ofAny(type: GraphQLNamedType, sets: Sets): { fields: readonly SelectedField[]; conditions: ReadonlySet<string> } {
    return this.#collect(sets, (condition) => condition === type.name);
  }

  #appliesTo(condition: string, type: GraphQLObjectType | GraphQLInterfaceType): boolean {
    const wanted = this.#schema.getType(condition);
    return wanted === type || (isAbstractType(wanted) && this.#schema.isSubType(wanted, type));
  }

  #collect(sets: Sets, applies: (condition: string) => boolean) {
    const found = new Map<string, { key: string; node: FieldNode; sets: SelectionSetNode[] }>();
    const conditions = new Set<string>();
    const seen = new Set<string>();
    const walk = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (!this.#isAskedFor(selection)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const entry = found.get(key) ?? { key, node: selection, sets: [] };
          if (selection.selectionSet) entry.sets.push(selection.selectionSet);
          found.set(key, entry);
          continue;
        }
        const fragment = this.#fragmentOf(selection, seen);
        if (!fragment) continue;
        const condition = fragment.typeCondition?.name.value;
        if (condition === undefined || applies(condition)) walk(fragment.selectionSet);
        else conditions.add(condition);
      }
    };
    for (const set of sets) walk(set);
    return { fields: [...found.values()], conditions };
  }

  /** A named fragment is looked into once: fragments that spread each other twice would take for ever. */
  #fragmentOf(selection: Exclude<SelectionNode, FieldNode>, seen: Set<string>) {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
    const name = selection.name.value;
    if (seen.has(name)) return undefined;
    seen.add(name);
    return this.#fragments.get(name);
  }

  #isAskedFor(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return true;
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, this.#variables)?.['if'] !== true &&
      getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables)?.['if'] !== false
    );
  }
}
