import {
  isInterfaceType,
  Kind,
  parse,
  type DirectiveNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import type { UrnKind } from '../../core/urn.ts';
import { NODE_KINDS, type SubgraphName } from '../../schema/nouns.ts';
import type { SubgraphSdl } from '../compose/compose.ts';

/** What `node(id)` makes of an id: the GraphQL type, and who knows whether it exists. */
export interface NodeType {
  readonly type: string;
  readonly owner: SubgraphName;
}

export type NodeTypes = ReadonlyMap<UrnKind, NodeType>;

/** The gateway's own noun: an inbox is of whoever asks, and each subgraph fills a part of it. */
const INBOX = 'Inbox';

/** Whether any of them adds to the inbox. */
export const offersInbox = (subgraphs: readonly SubgraphSdl[]): boolean =>
  subgraphs.some(({ sdl }) => entitiesOf(sdl).includes(INBOX));

/** The same, read back from a composed graph. */
export const hasInbox = (apiSchema: GraphQLSchema): boolean => apiSchema.getType(INBOX) !== undefined;

/** The kinds whose type its owner really offers as an entity: the composed graph may name no others. */
export function nodeTypesOf(subgraphs: readonly SubgraphSdl[]): NodeTypes {
  const offered = new Set(subgraphs.flatMap(({ name, sdl }) => entitiesOf(sdl).map((type) => `${name} ${type}`)));
  return chosen(({ type, owner }) => offered.has(`${owner} ${type}`));
}

/** The same, read back from a composed graph. */
export function nodeTypesIn(apiSchema: GraphQLSchema): NodeTypes {
  const node = apiSchema.getType('Node');
  const possible = new Set(isInterfaceType(node) ? apiSchema.getPossibleTypes(node).map(({ name }) => name) : []);
  return chosen(({ type }) => possible.has(type));
}

function chosen(keep: (type: NodeType) => boolean): NodeTypes {
  return new Map([...NODE_KINDS].filter(([, type]) => keep(type)));
}

function entitiesOf(sdl: string): string[] {
  return parse(sdl)
    .definitions.filter((node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ directives = [] }) => directives.some(isResolvableId))
    .map(({ name }) => name.value);
}

function isResolvableId({ name, arguments: args = [] }: DirectiveNode): boolean {
  const valueOf = (argument: string): unknown => {
    const value = args.find((node) => node.name.value === argument)?.value;
    return value && 'value' in value ? value.value : undefined;
  };
  return name.value === 'key' && valueOf('fields') === 'id' && valueOf('resolvable') !== false;
}
