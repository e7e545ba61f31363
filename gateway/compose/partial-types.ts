import { Kind, type DocumentNode } from 'graphql';
import { isExternal, namedTypeOf } from './field-nodes.ts';

interface Parsed {
  readonly name: string;
  readonly document: DocumentNode;
}

/**
 * Fields that several subgraphs answer with a union or interface of which each knows other members. Which members an answer
 * can have then depends on who is asked: both planners fetch from one and the other and join their lists by position, or
 * leave fields of a member null, without an error.
 */
export function partialTypes(subgraphs: readonly Parsed[]): string[] {
  const members = new Map(subgraphs.map((subgraph) => [subgraph.name, membersOf(subgraph.document)]));
  const byField = new Map<string, { readonly subgraph: string; readonly type: string }[]>();
  for (const { name: subgraph, document } of subgraphs) {
    for (const { coordinate, type } of answeredFields(document)) {
      byField.set(coordinate, [...(byField.get(coordinate) ?? []), { subgraph, type }]);
    }
  }
  return [...byField].flatMap(([coordinate, answered]) => {
    const known = answered.map(({ subgraph, type }) => ({ subgraph, type, of: members.get(subgraph)?.get(type) }));
    const [first, ...rest] = known.filter(({ of }) => of !== undefined);
    const other = rest.find(({ of }) => of !== first?.of);
    if (!first || !other) return [];
    const said = [first, other].map(({ subgraph, type, of }) => `${type} has the members ${of} in ${subgraph}`);
    return [`${coordinate} is answered by several subgraphs that know different members: ${said.join(', ')}`];
  });
}

/** Unions and interfaces → their members, as text. */
function membersOf(document: DocumentNode): ReadonlyMap<string, string> {
  const members = new Map<string, Set<string>>();
  const add = (type: string, member: string): void => {
    members.set(type, (members.get(type) ?? new Set()).add(member));
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_EXTENSION) {
      for (const { name } of node.types ?? []) add(node.name.value, name.value);
    } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) {
      for (const { name } of node.interfaces ?? []) add(name.value, node.name.value);
    }
  }
  return new Map([...members].map(([type, names]) => [type, [...names].toSorted().join(', ')]));
}

/** The fields of objects that a subgraph answers itself. */
function answeredFields(document: DocumentNode): readonly { readonly coordinate: string; readonly type: string }[] {
  return document.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    return (node.fields ?? [])
      .filter((field) => !isExternal(field))
      .map(({ name, type }) => ({
        coordinate: `${node.name.value}.${name.value}`,
        type: namedTypeOf(type).name.value,
      }));
  });
}
