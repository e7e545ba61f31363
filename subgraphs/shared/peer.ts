import type { DocumentNode } from 'graphql';
import { DomainError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';
import type { Actor } from './auth/actor.ts';
import { signInternalToken, type InternalSecret } from './auth/internal-token.ts';
import { localExecutor } from './local-executor.ts';
import { remoteExecutor } from './remote-executor.ts';
import type { SubgraphExecutor } from './subgraph-executor.ts';
import type { SubgraphName } from '../../schema/nouns.ts';
import type { Subgraph, SubgraphResult } from './subgraph.ts';

/** Another subgraph, reached in this process or over HTTP: the caller can't tell which. */
export interface Peer {
  readonly name: SubgraphName;
  /**
   * A command or query under the given identity. Errors come back in the result, as a client sees them. Throws
   * SUBGRAPH_UNAVAILABLE, or TIMEOUT when no answer comes in time: then nobody knows whether it was done.
   */
  graphql(document: DocumentNode, variables: Readonly<Record<string, unknown>>, actor: Actor): Promise<SubgraphResult>;
  /** A data-plane or internal route, `path` beginning with `/`. Without a `signal` it has the time of a command. */
  get(path: string, actor: Actor, signal?: AbortSignal): Promise<Response>;
}

/** How long a peer may take for one command. A caller may hold a row all this time. */
export const PEER_TIMEOUT_MS = 10_000;

const unavailable = (name: SubgraphName): DomainError =>
  new DomainError('SUBGRAPH_UNAVAILABLE', `the ${name} subgraph can't be reached`, { subgraph: name });

/** It does not pass by itself: whoever follows the peer says so at once. */
const tokenRefused = (name: SubgraphName): DomainError =>
  new DomainError(
    'SUBGRAPH_UNAVAILABLE',
    `the ${name} subgraph refuses our internal token: is TIFFIN_INTERNAL_SECRET the same?`,
    { subgraph: name, lasting: true },
  );

interface Calls {
  readonly name: SubgraphName;
  /** Looked up at each call, since peers start one after another. */
  readonly find: () => SubgraphExecutor | undefined;
  readonly secret: InternalSecret;
  readonly timeoutMs: number;
}

function peer({ name, find, secret, timeoutMs }: Calls): Peer {
  const found = (): SubgraphExecutor => {
    const executor = find();
    if (!executor) throw unavailable(name);
    return executor;
  };
  const contextOf = async (actor: Actor) => ({ token: await signInternalToken(actor, secret) });
  return {
    name,
    graphql: async (document, variables, actor) => {
      const result = await withinTime(name, timeoutMs, async (signal) =>
        found().execute({ document, variables }, await contextOf(actor), signal),
      );
      const refused = result.data === undefined && result.errors?.[0]?.extensions?.['code'] === 'UNAUTHENTICATED';
      if (refused) throw tokenRefused(name);
      return result;
    },
    get: async (path, actor, signal) => {
      const call = async (given: AbortSignal): Promise<Response> => found().get(path, await contextOf(actor), given);
      const answer = signal ? await call(signal).catch(refusal(name)) : await withinTime(name, timeoutMs, call);
      if (answer.status === 401) throw tokenRefused(name);
      return answer;
    },
  };
}

const refusal =
  (name: SubgraphName) =>
  (error: unknown): never => {
    throw error instanceof DomainError ? error : unavailable(name);
  };

/** A subgraph in this process does not hear a signal, so the time is kept on this side. */
const withinTime = <T>(name: SubgraphName, timeoutMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  withTimeLimit(
    timeoutMs,
    (signal) => call(signal).catch(refusal(name)),
    () =>
      new DomainError('TIMEOUT', `the ${name} subgraph did not answer within ${timeoutMs} ms`, {
        subgraph: name,
        timeoutMs,
      }),
  );

/** A subgraph of this process. */
export function localPeer(
  name: SubgraphName,
  find: () => Subgraph | undefined,
  secret: InternalSecret,
  timeoutMs = PEER_TIMEOUT_MS,
): Peer {
  const executor = (): SubgraphExecutor | undefined => {
    const subgraph = find();
    return subgraph && localExecutor(subgraph);
  };
  return peer({ name, find: executor, secret, timeoutMs });
}

/** A subgraph in a process of its own. */
export function remotePeer(name: SubgraphName, url: string, secret: InternalSecret, timeoutMs = PEER_TIMEOUT_MS): Peer {
  const executor = remoteExecutor(url);
  return peer({ name, find: () => executor, secret, timeoutMs });
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
