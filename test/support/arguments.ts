import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLInputType,
} from 'graphql';

const CANDIDATES: readonly unknown[] = ['tiffin:default:model:x', 1, true, {}, '2026-03-01T10:15:30Z', '0'.repeat(64)];

/** Some value that the type takes: enough to get past GraphQL's own checks. */
function someValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return someValue(type.ofType);
  if (isListType(type)) return [someValue(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const wanted = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
    return Object.fromEntries(wanted.map((field) => [field.name, someValue(field.type)]));
  }
  const taken = CANDIDATES.find((value) => {
    try {
      return type.parseValue(value) !== undefined;
    } catch {
      return false;
    }
  });
  if (taken === undefined) throw new Error(`no candidate is a ${type.name}: add one`);
  return taken;
}

const inBrackets = (parts: readonly string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');

/** The required arguments of a field as variables: `($a0: ID!)`, `(id: $a0)` and their values. */
export function someArguments(args: readonly GraphQLArgument[]): {
  readonly definitions: string;
  readonly uses: string;
  readonly variables: Record<string, unknown>;
} {
  const required = args.filter(isRequiredArgument);
  return {
    definitions: inBrackets(required.map(({ type }, index) => `$a${index}: ${String(type)}`)),
    uses: inBrackets(required.map(({ name }, index) => `${name}: $a${index}`)),
    variables: Object.fromEntries(required.map(({ type }, index) => [`a${index}`, someValue(type)])),
  };
}
