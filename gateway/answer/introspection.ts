import {
  execute,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
} from 'graphql';

const isAboutSchema = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';
/** Fragments on `__Type` and its like speak of the schema throughout. */
const isOnSchemaType = ({ typeCondition }: FragmentDefinitionNode): boolean =>
  typeCondition.name.value.startsWith('__');

const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** `__typename` under the same response key: so that no selection is left empty. */
const placeholder = (node: FieldNode): FieldNode => ({
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: keyOf(node) },
  name: { kind: Kind.NAME, value: '__typename' },
});

/** A document divided: no subgraph can answer questions about the schema, the composed graph can. */
export interface DividedDocument {
  readonly data: DocumentNode;
  readonly schema: DocumentNode;
  /** The response keys that `schema` answers. */
  readonly schemaKeys: ReadonlySet<string>;
}

/** Undefined where nothing is asked about the schema. */
export function divideIntrospection(document: DocumentNode): DividedDocument | undefined {
  const schemaKeys = new Set<string>();
  const data = visit(document, {
    // Only the questions that move away use it.
    FragmentDefinition: (node): null | undefined => (isOnSchemaType(node) ? null : undefined),
    Field(node): FieldNode | undefined {
      if (!isAboutSchema(node)) return undefined;
      schemaKeys.add(keyOf(node));
      return placeholder(node);
    },
  });
  if (schemaKeys.size === 0) return undefined;
  const schema = visit(document, {
    FragmentDefinition: (node): false | undefined => (isOnSchemaType(node) ? false : undefined),
    Field: (node): FieldNode | false => (isAboutSchema(node) ? false : placeholder(node)),
  });
  return { data, schema, schemaKeys };
}

/** Puts the answers about the schema into an answer that holds everything else. */
export async function addIntrospection(
  apiSchema: GraphQLSchema,
  { schema, schemaKeys }: DividedDocument,
  { operationName, variables }: { operationName: string | undefined; variables: Readonly<Record<string, unknown>> },
  data: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const about = await execute({ schema: apiSchema, document: schema, operationName, variableValues: variables });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, schemaKeys.has(key) ? about.data?.[key] : value]),
  );
}
