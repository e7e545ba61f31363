import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, isScalarType, Kind, parse, type GraphQLSchema } from 'graphql';
import { DateTime } from '../../subgraphs/shared/graphql/date-time.ts';
import { withNullableRoots } from '../../subgraphs/shared/graphql/nullable-roots.ts';
import { forbiddenPatterns } from './composition-rules.ts';
import { withoutForeignDescriptions } from './descriptions.ts';
import { nodeSdl } from '../node/node-sdl.ts';
import { nodeTypesOf, offersInbox } from '../node/node-types.ts';

export interface SubgraphSdl {
  readonly name: string;
  readonly sdl: string;
}

export const NODE_SUBGRAPH = 'node';

/** Subgraphs' SDL → the supergraph, with the gateway's own `node(id)`. Throws with every reason why it cannot. */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const taken = subgraphs.filter(({ name }) => name.toLowerCase() === NODE_SUBGRAPH);
  if (taken.length > 0)
    throw failure([`a subgraph cannot be called "${NODE_SUBGRAPH}": the gateway's own has this name`]);
  const types = nodeTypesOf(subgraphs);
  const all =
    types.size > 0 ? [...subgraphs, { name: NODE_SUBGRAPH, sdl: nodeSdl(types, offersInbox(subgraphs)) }] : subgraphs;
  const forbidden = forbiddenPatterns(all);
  if (forbidden.length > 0) throw failure(forbidden);
  const { supergraphSdl, errors } = composeServices(
    all.map(({ name, sdl }) => ({
      name,
      typeDefs: withNullableRoots(withoutForeignDescriptions(name, parse(sdl), types)),
    })),
  );
  if (supergraphSdl === undefined) throw failure(errors.map(({ message }) => message));
  return supergraphSdl;
}

const failure = (reasons: readonly string[]): Error =>
  new Error(`the subgraphs do not compose:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`);

/** What clients see of a supergraph: no federation machinery. Throws when the text is no supergraph. */
export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  const document = parse(supergraphSdl);
  const isSupergraph = document.definitions.some(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  if (!isSupergraph) throw new Error('this is no supergraph: it names no subgraphs (enum join__Graph)');
  return withTimesRead(buildASTSchema(transformSupergraphToPublicSchema(document)));
}

/** What is no time is refused before anything is fetched, rather than by one subgraph for all that is asked of it. */
function withTimesRead(schema: GraphQLSchema): GraphQLSchema {
  const type = schema.getType(DateTime.name);
  if (isScalarType(type)) {
    type.parseValue = DateTime.parseValue;
    type.parseLiteral = DateTime.parseLiteral;
  }
  return schema;
}
