import { INBOXES } from '../../schema/inbox.ts';
import type { NodeTypes } from './node-types.ts';

const INBOX_SDL = `
extend type Query {
  """
  What waits for a person: approvals, rollouts that are held, incidents, what ends soon.
  """
  inbox(
    """
    Whose.
    """
    of: InboxOf! = ME
  ): Inbox
}

"""
Whose inbox.
"""
enum InboxOf {
  """
  What whoever asks may deal with: nothing that they made themselves, and nothing that takes another role.
  """
  ME
  """
  What waits for anybody.
  """
  ANYBODY
}

"""
What waits for a person, as lists of the things themselves. What a subgraph that is away knows is null.
"""
type Inbox @key(fields: "id", resolvable: false) {
  """
  Whose: ${INBOXES.join(' or ')}.
  """
  id: ID!
}
`;

/** The subgraph that only the gateway has: one door to everything that has an id, and to what waits for a person. */
export function nodeSdl(types: NodeTypes, withInbox: boolean): string {
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
${withInbox ? INBOX_SDL : ''}`;
}
