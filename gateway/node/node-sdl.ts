import type { NodeTypes } from './node-types.ts';

/** The subgraph that only the gateway has: one door to everything that has an id. */
export function nodeSdl(types: NodeTypes): string {
  const stubs = [...types.values()].map(
    ({ type }) => `
type ${type} implements Node @key(fields: "id", resolvable: false) {
  id: ID!
}`,
  );
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])

type Query {
  """
  Whatever an id names; null when it names nothing.
  """
  node(
    """
    The id, as every object answers it: \`tiffin:<project>:<kind>:<name>[@version]\`.
    """
    id: ID!
  ): Node
}

"""
Anything that has an id.
"""
interface Node {
  """
  \`tiffin:<project>:<kind>:<name>[@version]\`
  """
  id: ID!
}
${stubs.toSorted().join('\n')}
`;
}
