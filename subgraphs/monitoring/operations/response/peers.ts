import { parse, type DocumentNode } from 'graphql';
import type { Actor } from '../../../shared/auth/actor.ts';
import { throwRefusal } from '../../../shared/peer-refusal.ts';
import { serviceActor, type Peer } from '../../../shared/peer.ts';
import type { ResponseRun } from '../../domain/response/run.ts';

/** What runs ask of other subgraphs, as the service monitoring on behalf of who said the policy. */
export interface ResponsePeers {
  readonly registry: Ask;
  readonly experiment: Ask;
}

/** Asks for one field and answers with it. Throws what the peer refuses, and SUBGRAPH_UNAVAILABLE or TIMEOUT. */
export type Ask = <T>(run: ResponseRun, field: string, document: DocumentNode, variables: object) => Promise<T>;

const SCOPES = {
  registry: ['registry:read', 'registry:write', 'registry:traffic'],
  experiment: ['experiment:read', 'experiment:write'],
} as const satisfies Record<string, Actor['scopes']>;

const asking =
  (peer: Peer, scopes: Actor['scopes']): Ask =>
  async <T>({ project, author }: ResponseRun, field: string, document: DocumentNode, variables: object) => {
    const actor = serviceActor('monitoring', scopes, project, author);
    const result = await peer.graphql(document, { ...variables }, actor);
    throwRefusal(result, peer.name);
    return result.data?.[field] as T;
  };

export const responsePeers = (peers: Readonly<Record<'registry' | 'experiment', Peer>>): ResponsePeers => ({
  registry: asking(peers.registry, SCOPES.registry),
  experiment: asking(peers.experiment, SCOPES.experiment),
});

/** A mutation that takes one input of the usual name. */
export const mutation = (field: string, selection: string): DocumentNode =>
  parse(
    `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { ${selection} } }`,
  );
