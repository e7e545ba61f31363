import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  GraphQLError,
  parse,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { DomainError } from '../../core/errors.ts';
import { parseUrn } from '../../core/urn.ts';
import type { InboxOf } from '../../schema/inbox.ts';
import { cleanArguments } from '../../subgraphs/shared/graphql/arguments.ts';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import { nodeSdl } from './node-sdl.ts';
import { hasInbox, nodeTypesIn, type NodeType, type NodeTypes } from './node-types.ts';
import type { CallSubgraph, GatewayContext } from '../answer/subgraph-call.ts';

/** Answers `node(id)`: reads the type from the id, and asks its owner whether it exists. */
export function nodeExecutor(apiSchema: GraphQLSchema, callSubgraph: CallSubgraph): CallSubgraph {
  const types = nodeTypesIn(apiSchema);
  const withInbox = hasInbox(apiSchema);
  const resolvers = {
    Query: {
      node: (_: unknown, { id }: { id: string }, context: GatewayContext) =>
        findNode(typeNamedBy(id, types), id, callSubgraph, context),
      ...(withInbox && { inbox: (_: unknown, { of }: { of: InboxOf }) => ({ id: of }) }),
    },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(nodeSdl(types, withInbox)), resolvers }]);
  cleanArguments(schema);
  return async (_, { document, variables, operationName }, context): Promise<SubgraphResult> => {
    const { data, errors } = await execute({
      schema,
      document,
      variableValues: variables,
      operationName,
      contextValue: context,
    });
    return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(formatted) }) };
  };
}

function typeNamedBy(id: string, types: NodeTypes): NodeType {
  const { kind } = parseUrn(id);
  const type = types.get(kind);
  if (type) return type;
  throw new DomainError('INVALID_INPUT', `"${id}" names a ${kind}, which is no node of its own`, {
    field: 'id',
    allowed: [...types.keys()],
  });
}

const documents = new Map<string, DocumentNode>();

function existsQuery(type: string): DocumentNode {
  const known = documents.get(type);
  if (known) return known;
  const document = parse(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { id } } }`,
  );
  documents.set(type, document);
  return document;
}

async function findNode(
  { type, owner }: NodeType,
  id: string,
  callSubgraph: CallSubgraph,
  context: GatewayContext,
): Promise<{ __typename: string; id: string } | null> {
  const { data, errors } = await callSubgraph(
    owner,
    {
      document: existsQuery(type),
      variables: { representations: [{ __typename: type, id }] },
      operationName: undefined,
    },
    context,
  );
  const [error] = errors ?? [];
  if (error) throw new GraphQLError(error.message, { extensions: error.extensions });
  const [found] = (data?.['_entities'] ?? []) as ({ id: string } | null)[];
  return found ? { __typename: type, id: found.id } : null;
}

function formatted({ message, path, originalError, extensions }: GraphQLError): GraphQLFormattedError {
  const details =
    originalError instanceof DomainError ? { code: originalError.code, ...originalError.details } : { ...extensions };
  return { message, ...(path && { path }), extensions: details };
}
