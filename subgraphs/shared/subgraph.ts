import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { execute, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { DomainError } from '../../core/errors.ts';
import { authenticator, bearerOf } from './auth/authenticator.ts';
import { verifyInternalToken, type InternalSecret } from './auth/internal-token.ts';
import { actorOf, type KeyRing } from './auth/key-ring.ts';
import type { VerifyPerson } from './auth/people.ts';
import type { FederatedSchema } from './graphql/federated-schema.ts';
import { observeOperations } from './graphql/operation-metrics.ts';
import { formatErrorWith } from './graphql/format-error.ts';
import { publicResult, refusalResult } from './graphql/public-result.ts';
import type { RequestContext } from './graphql/request-context.ts';
import { runSubscription } from './graphql/run-subscription.ts';
import { DataPlane, type DataPlaneEnv, type RouteDefinition } from './http/data-plane.ts';
import { wantsEvents } from './http/event-stream.ts';
import { executeOverHttp } from './http/graphql-endpoint.ts';
import { addHealth, makeMetrics, type ReadinessChecks } from './http/health.ts';
import { notFoundHandler, problemHandler } from './http/problem-response.ts';
import { requestLog } from './http/request-log.ts';
import { RunningRequests } from './http/running-requests.ts';
import { subscribeOverHttp } from './http/subscription-endpoint.ts';
import type { SubscriptionEvent } from './subgraph-executor.ts';
import type { SubgraphName } from '../../schema/nouns.ts';

/** One GraphQL call, by the gateway in the same process or by another subgraph's command. */
export interface SubgraphRequest {
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  readonly token: string | undefined;
  readonly requestId?: string | undefined;
}

/** A subscription, by the gateway in the same process. */
export interface SubgraphSubscription extends SubgraphRequest {
  readonly lastEventId?: string | undefined;
}

export interface SubgraphResult {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

export interface SubgraphParts<C extends RequestContext> {
  readonly name: SubgraphName;
  readonly federated: FederatedSchema;
  /** The subgraph's own context for one request: operations and loaders. */
  readonly contextFor: (request: RequestContext) => C;
  readonly secret: InternalSecret;
  readonly keys: KeyRing;
  /**
   * Given by a subgraph whose own `/graphql` and data plane let people and keys in, as the gateway does: what must work
   * with the gateway down. Without it only internal tokens come to `/graphql`.
   */
  readonly verifyPerson?: VerifyPerson | undefined;
  /** Whether a header says which person calls a route that people may call. */
  readonly devUsers?: boolean | undefined;
  readonly log: Logger;
  readonly checks: ReadinessChecks;
  /** Adds the subgraph's own metrics to those that every subgraph has. */
  readonly metrics?: (registry: Registry) => void;
  /** Adds the subgraph's data-plane routes (`/v1/…`, wires of peers). */
  readonly routes?: (plane: DataPlane) => void;
  /** Adds routes for other parts of the install (`/internal/…`); not mounted on the public port. */
  readonly internalRoutes?: (plane: DataPlane) => void;
  /** Ends jobs, consumers and pools, in this order; called when no request runs any more. */
  readonly stop: () => Promise<void>;
}

/** A subgraph that runs: called in process by `execute`, or served over HTTP by `app`. */
export interface Subgraph {
  readonly name: SubgraphName;
  readonly federated: FederatedSchema;
  /** Everything: `/graphql`, `/internal`, health and the data plane. For a process of its own. */
  readonly app: Hono<DataPlaneEnv>;
  /** The data plane alone, to be mounted on a port that others share. */
  readonly dataApp: Hono<DataPlaneEnv>;
  readonly routes: readonly RouteDefinition[];
  readonly metrics: Registry;
  readonly checks: ReadinessChecks;
  execute(request: SubgraphRequest): Promise<SubgraphResult>;
  /** Goes on until `signal` aborts; throws SUBGRAPH_UNAVAILABLE when the subgraph stops. */
  subscribe(request: SubgraphSubscription, signal: AbortSignal): AsyncGenerator<SubscriptionEvent, void, undefined>;
  /** Answers nothing new any more, and has what waits for something new end. */
  refuse(): void;
  /** Refuses, lets running requests end, then closes what they worked with. */
  stop(): Promise<void>;
}

/** The gateway's calls carry what clients sent, and lists of representations. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export async function makeSubgraph<C extends RequestContext>(parts: SubgraphParts<C>): Promise<Subgraph> {
  const { name, federated, contextFor, secret, log, checks } = parts;
  const authenticate = authenticator(parts.keys, secret, parts.verifyPerson);
  const formatError = formatErrorWith(log);
  const metrics = makeMetrics(name);
  observeOperations(federated.schema, metrics);
  parts.metrics?.(metrics);
  const running = new RunningRequests(name);

  const dataApp = new Hono<DataPlaneEnv>();
  dataApp.use(requestLog(log));
  dataApp.onError(problemHandler(log));
  dataApp.use(running.middleware());
  const publicPlane = new DataPlane(dataApp, authenticate, { devUsers: parts.devUsers });
  parts.routes?.(publicPlane);

  const app = new Hono<DataPlaneEnv>();
  app.use(requestLog(log));
  app.onError(problemHandler(log));
  app.notFound(notFoundHandler);
  const innerPlane = new DataPlane(app, authenticate);
  addHealth(app, innerPlane, { metrics, checks, stopping: () => running.isStopping });
  app.use(running.middleware());
  parts.internalRoutes?.(innerPlane);

  const server = new ApolloServer<C>({
    schema: federated.schema,
    formatError: (formatted, error) => formatError(formatted, error),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    introspection: true, // an internal token is needed to get here at all
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    logger: log,
  });
  await server.start();
  const subscribe: Subgraph['subscribe'] = (request, signal) =>
    running.stream(signal, async function* listen(ended) {
      const { document, variables, operationName, token, lastEventId, requestId = randomUUID() } = request;
      let actor;
      try {
        actor = await verifyInternalToken(token, secret);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        yield { result: refusalResult(error, formatError) };
        return;
      }
      const subscription = { lastEventId, signal: ended };
      const context = (): C => contextFor({ actor, requestId, subscription });
      yield* runSubscription({ schema: federated.schema, document, variables, operationName, context, formatError });
    });
  app.use('/graphql', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseBody }));
  app.on(['GET', 'POST'], '/graphql', async (c) => {
    const authorization = c.req.header('authorization');
    if (wantsEvents(c.req.header('accept'))) {
      const token = bearerOf(authorization);
      await verifyInternalToken(token, secret);
      return subscribeOverHttp(c, federated.schema, (call, signal) =>
        subscribe({ ...call, token, requestId: c.get('requestId') }, signal),
      );
    }
    const actor = parts.verifyPerson
      ? actorOf(await authenticate(authorization))
      : await verifyInternalToken(bearerOf(authorization), secret);
    return executeOverHttp(server, c, async () => contextFor({ actor, requestId: c.get('requestId') }));
  });
  app.route('/', dataApp);

  return {
    name,
    federated,
    app,
    dataApp,
    routes: [...innerPlane.routes, ...publicPlane.routes],
    metrics,
    checks,
    execute: async ({ document, variables, operationName, token, requestId = randomUUID() }) => {
      try {
        return await running.run(async () => {
          const actor = await verifyInternalToken(token, secret);
          const result = await execute({
            schema: federated.schema,
            document,
            variableValues: variables,
            operationName,
            contextValue: contextFor({ actor, requestId }),
          });
          return publicResult(result, formatError);
        });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return refusalResult(error, formatError);
      }
    },
    subscribe,
    refuse: () => running.refuse(),
    stop: async () => {
      await running.end();
      await server.stop();
      await parts.stop();
    },
  };
}

function refuseBody(): never {
  throw new DomainError('TOO_LARGE', `the body is larger than the ${MAX_BODY_BYTES} bytes that this route takes`, {
    maxBytes: MAX_BODY_BYTES,
  });
}
