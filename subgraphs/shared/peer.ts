import { print, type DocumentNode } from 'graphql';
import { DomainError } from '../../core/errors.ts';
import type { Actor } from './auth/actor.ts';
import { signInternalToken, type InternalSecret } from './auth/internal-token.ts';
import type { Subgraph, SubgraphResult } from './subgraph.ts';
import type { SubgraphName } from '../../schema/nouns.ts';

/** Another subgraph, reached in this process or over HTTP: the caller can't tell which. */
export interface Peer {
  readonly name: SubgraphName;
  /** A command or query under the given identity. Errors come back in the result, as a client sees them. */
  graphql(document: DocumentNode, variables: Readonly<Record<string, unknown>>, actor: Actor): Promise<SubgraphResult>;
  /** A data-plane or internal route, `path` beginning with `/`. Throws SUBGRAPH_UNAVAILABLE when it can't be reached. */
  get(path: string, actor: Actor, signal?: AbortSignal): Promise<Response>;
}

const unavailable = (name: SubgraphName, why = "can't be reached"): DomainError =>
  new DomainError('SUBGRAPH_UNAVAILABLE', `the ${name} subgraph ${why}`, { subgraph: name });

/** A subgraph of this process, looked up at each call since peers start one after another. */
export function localPeer(name: SubgraphName, find: () => Subgraph | undefined, secret: InternalSecret): Peer {
  const running = (): Subgraph => {
    const subgraph = find();
    if (!subgraph) throw unavailable(name);
    return subgraph;
  };
  return {
    name,
    graphql: async (document, variables, actor) =>
      running().execute({ document, variables, token: await signInternalToken(actor, secret) }),
    get: async (path, actor, signal) =>
      running().app.request(path, {
        headers: { authorization: `Bearer ${await signInternalToken(actor, secret)}` },
        ...(signal && { signal }),
      }),
  };
}

/** A subgraph in a process of its own. */
export function remotePeer(name: SubgraphName, url: string, secret: InternalSecret): Peer {
  const call = async (path: string, actor: Actor, init: RequestInit): Promise<Response> => {
    const authorization = `Bearer ${await signInternalToken(actor, secret)}`;
    const answer = await fetch(new URL(path, url), {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), authorization },
    }).catch(() => {
      throw unavailable(name);
    });
    if (answer.status === 401)
      throw unavailable(name, 'refuses our internal token: is TIFFIN_INTERNAL_SECRET the same?');
    return answer;
  };
  return {
    name,
    graphql: async (document, variables, actor) => {
      const answer = await call('/graphql', actor, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: print(document), variables }),
      });
      if (!answer.ok) throw unavailable(name);
      return (await answer.json()) as SubgraphResult;
    },
    get: (path, actor, signal) => call(path, actor, { ...(signal && { signal }) }),
  };
}

/** A service's own identity for calls to its peers; it never holds a role and so never approves. */
export function serviceActor(
  name: SubgraphName,
  scopes: Actor['scopes'],
  project = 'default',
  onBehalfOf?: string,
): Actor {
  return {
    subject: `service:${name}`,
    kind: 'service',
    roles: [],
    scopes,
    project,
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
}
