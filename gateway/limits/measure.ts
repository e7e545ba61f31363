import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How much an operation asks for. */
export interface Measures {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** Objects that the answer could hold. */
  readonly cost: number;
  /** The longest page that is asked for by number, and of what. */
  readonly page: { readonly size: number; readonly coordinate: string };
}

type Variables = Readonly<Record<string, unknown>>;
type Part = Omit<Measures, 'rootFields'>;

/** A list whose length nobody named. */
const USUAL_LENGTH = 10;
const PAGE_ARGUMENTS = ['first', 'last'];
const NOTHING: Part = { depth: 0, aliases: 0, cost: 0, page: { size: 0, coordinate: '' } };

const together = (a: Part, b: Part): Part => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  cost: a.cost + b.cost,
  page: b.page.size > a.page.size ? b.page : a.page,
});

/** Measures a validated operation. Questions about the schema do not count: GraphQL's own rule limits them. */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Measures {
  const root = schema.getRootType(operation.operation);
  if (!root) return { ...NOTHING, rootFields: 0 };
  const fragments = fragmentsOf(document);
  const given = withDefaults(operation, variables);
  // Fragments may spread one another many times over: each is measured once per page size that reaches it.
  const known = new Map<string, Part>();

  const measureSet = (set: SelectionSetNode, parent: GraphQLCompositeType, pageSize: number | undefined): Part =>
    set.selections.reduce<Part>((sum, selection) => {
      if (selection.kind === Kind.FIELD) return together(sum, measureField(selection, parent, pageSize));
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition ? typeFromAST(schema, selection.typeCondition) : parent;
        return isCompositeType(type) ? together(sum, measureSet(selection.selectionSet, type, pageSize)) : sum;
      }
      return together(sum, measureFragment(selection.name.value, pageSize));
    }, NOTHING);

  const measureFragment = (name: string, pageSize: number | undefined): Part => {
    const key = `${name} ${pageSize}`;
    const before = known.get(key);
    if (before) return before;
    const fragment = fragments.get(name);
    const type = fragment && typeFromAST(schema, fragment.typeCondition);
    const part = fragment && isCompositeType(type) ? measureSet(fragment.selectionSet, type, pageSize) : NOTHING;
    known.set(key, part);
    return part;
  };

  const measureField = (node: FieldNode, parent: GraphQLCompositeType, pageSize: number | undefined): Part => {
    const self: Part = { ...NOTHING, depth: 1, aliases: node.alias ? 1 : 0 };
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return node.name.value === '__typename' ? self : NOTHING;
    const asked = pageSizeOf(node, field, given);
    const page = { size: asked ?? 0, coordinate: `${parent.name}.${field.name}` };
    const type = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(type)) return { ...self, page };
    const isList = isListType(getNullableType(field.type));
    // A connection hands its page size on to the lists right below it.
    const below = measureSet(node.selectionSet, type, isList ? undefined : asked);
    const length = isList ? (asked ?? pageSize ?? USUAL_LENGTH) : 1;
    return together({ ...self, page }, { ...below, depth: below.depth + 1, cost: length * (1 + below.cost) });
  };

  const { depth, aliases, cost, page } = measureSet(operation.selectionSet, root, undefined);
  return { depth, aliases, cost, page, rootFields: countRootFields(operation.selectionSet, fragments) };
}

function pageSizeOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): number | undefined {
  const sizes = PAGE_ARGUMENTS.flatMap((name) => {
    const argument = field.args.find((candidate) => candidate.name === name);
    if (!argument) return [];
    const value = node.arguments?.find((candidate) => candidate.name.value === name)?.value;
    if (value?.kind === Kind.INT) return [Number(value.value)];
    const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    return [given ?? argument.defaultValue];
  }).filter((size): size is number => typeof size === 'number' && size > 0);
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...variables };
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );

/** Different response keys at the root: the same field twice is fetched once. */
function countRootFields(set: SelectionSetNode, fragments: Fragments): number {
  const keys = new Set<string>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) keys.add((selection.alias ?? selection.name).value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(set);
  return keys.size;
}
