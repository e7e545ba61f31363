import { isDeepStrictEqual } from 'node:util';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import { DomainError } from '../core/errors.ts';
import type { Actor } from '../subgraphs/shared/auth/actor.ts';
import { authenticator } from '../subgraphs/shared/auth/authenticator.ts';
import { signInternalToken, type InternalSecret } from '../subgraphs/shared/auth/internal-token.ts';
import type { KeyRing } from '../subgraphs/shared/auth/key-ring.ts';
import { limitBody } from '../subgraphs/shared/http/body-limit.ts';
import { DataPlane, type DataPlaneEnv, type RouteDefinition } from '../subgraphs/shared/http/data-plane.ts';
import { wantsEvents } from '../subgraphs/shared/http/event-stream.ts';
import { executeOverHttp } from '../subgraphs/shared/http/graphql-endpoint.ts';
import { addHealth, makeMetrics, type ReadinessChecks } from '../subgraphs/shared/http/health.ts';
import { notFoundHandler, problemHandler } from '../subgraphs/shared/http/problem-response.ts';
import { requestLog } from '../subgraphs/shared/http/request-log.ts';
import { authenticateRequests } from './auth/authenticate.ts';
import { callSubgraphs } from './answer/call-subgraph.ts';
import type { GatewayConfig } from './config.ts';
import { addConsole, type ConsoleParts } from './console/console-routes.ts';
import { addJsonSchemas, type JsonSchemas } from './http/json-schemas.ts';
import { cors } from './http/cors.ts';
import { graphiql, wantsPage } from './http/graphiql.ts';
import { answerByEvents } from './http/graphql-events.ts';
import { graphRefusal } from './http/graph-refusal.ts';
import { welcome } from './http/welcome.ts';
import { limitsPlugin, tokenLimitExceeded } from './limits/limits.ts';
import { RateLimit } from './limits/rate-limit.ts';
import { loopbackHostOnly } from './auth/loopback.ts';
import { SignIn } from './auth/sign-in-routes.ts';
import { plannerFor } from './answer/planner.ts';
import { makeFallbackPlanner } from './answer/planner-fallback.ts';
import { makeNativePlanner } from './answer/planner-native.ts';
import { publicError } from './answer/public-error.ts';
import { requestMetrics } from './answer/request-metrics.ts';
import type { GatewayContext, SubgraphExecutors, OnSubscription } from './answer/subgraph-call.ts';
import { SupergraphGateway } from './answer/supergraph-gateway.ts';
import type { Subscriber } from './subscription/answered-events.ts';
import { Subscriptions } from './subscription/subscriptions.ts';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly supergraphSdl: string;
  readonly executors: SubgraphExecutors;
  readonly secret: InternalSecret;
  readonly keys: KeyRing;
  readonly log: Logger;
  /** Of the other services in this process: `/metrics` shows them too. */
  readonly mountedMetrics?: readonly Registry[];
  /** The web console, where there is one. */
  readonly console?: ConsoleParts;
  /** For editors of definition files. */
  readonly jsonSchemas?: JsonSchemas;
}

export interface Gateway {
  readonly app: Hono<DataPlaneEnv>;
  /** Every route but `/graphql`, with its scope. */
  readonly routes: readonly RouteDefinition[];
  /** Exchanges the supergraph while serving; throws, and keeps the old one, when the new one cannot be read. */
  update(supergraphSdl: string): Promise<void>;
  /** Ends subscriptions and takes no new ones; what is asked otherwise is still answered. */
  refuse(): void;
  stop(): Promise<void>;
}

type Ctx = Context<DataPlaneEnv>;

/** As much as the 10,000 rows of a spine need that a call may hold, with some labels. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const CHECK_MS = 2_000;

/** The supergraph behind HTTP. Throws when the supergraph cannot be read. */
export async function makeGateway(parts: GatewayParts): Promise<Gateway> {
  const { config, executors, secret, keys, log } = parts;
  const { limits } = config;
  const metrics = makeMetrics('gateway');
  const duration = new Histogram({
    name: 'tiffin_gateway_fetch_seconds',
    help: 'Time of one fetch from a subgraph, by outcome: ok, errors, TIMEOUT or SUBGRAPH_UNAVAILABLE.',
    labelNames: ['subgraph', 'outcome'] as const,
    registers: [metrics],
  });
  const gateway = new SupergraphGateway({
    supergraphSdl: parts.supergraphSdl,
    makePlanner: plannerFor(config.planner, { native: makeNativePlanner, js: makeFallbackPlanner }, log),
    isSubgraph: (name) => executors.has(name),
    callSubgraph: callSubgraphs(executors, { timeoutMs: config.subgraphTimeoutMs, log, duration }),
    log,
  });
  const server = new ApolloServer<GatewayContext>({
    gateway,
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens: limits.maxTokens },
    formatError: (formatted) => tokenLimitExceeded(formatted.message) ?? publicError(formatted, log),
    plugins: [
      requestMetrics(metrics),
      limitsPlugin(limits),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    logger: log,
  });
  await server.start();
  const subscriptions = new Subscriptions({ executors, limits, timeoutMs: config.subgraphTimeoutMs, metrics, log });
  let stopping = false;

  const app = new Hono<DataPlaneEnv>();
  app.use(requestLog(log));
  app.use(cors(config.corsOrigins));
  app.onError(problemHandler(log));
  app.notFound(notFoundHandler);
  if (config.auth.mode === 'dev') app.use(loopbackHostOnly);
  const plane = new DataPlane(app, authenticator(keys, secret));
  addHealth(app, plane, {
    metrics,
    mounted: parts.mountedMetrics ?? [],
    checks: {
      supergraph: () => {
        if (!gateway.isLoaded) throw new Error('not loaded');
      },
    },
    degrading: checksOf(executors),
    stopping: () => stopping,
  });

  const authenticate = authenticateRequests(config.auth, keys);
  const rate = new RateLimit(config.rateLimit);
  const authenticated = async (c: Ctx, header = (name: string) => c.req.header(name)): Promise<Actor> => {
    try {
      const actor = await authenticate(header);
      rate.take(actor.subject);
      return actor;
    } catch (error) {
      // Guesses count against the address that they come from.
      if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') rate.take(`address ${addressOf(c)}`);
      throw error;
    }
  };
  const contextOf = async (c: Ctx, actor: Actor, deadline: AbortSignal): Promise<GatewayContext> => {
    const { requestId, traceparent } = c.var;
    return { actor, token: await signInternalToken(actor, secret), requestId, traceparent, deadline };
  };
  const ask = async (c: Ctx, actor: Actor, onSubscription?: OnSubscription): Promise<Response> => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), limits.maxTimeMs);
    const isReadOnly = c.req.method === 'GET';
    const context = { ...(await contextOf(c, actor, deadline.signal)), isReadOnly, onSubscription };
    try {
      return await executeOverHttp(server, c, async () => context, onSubscription !== undefined);
    } finally {
      clearTimeout(timer);
    }
  };
  const subscriberOf = (c: Ctx, actor: Actor): Subscriber => ({
    actor,
    lastEventId: c.req.header('last-event-id'),
    requestId: c.var.requestId,
    context: async (deadline) => {
      const now = await authenticate((name) => c.req.header(name));
      if (isDeepStrictEqual(now, actor)) return contextOf(c, now, deadline);
      throw new DomainError('FORBIDDEN', 'what you may do has changed since: subscribe again');
    },
  });
  const page = graphiql();
  addJsonSchemas(plane, parts.jsonSchemas ?? new Map());
  plane.route(
    { method: 'GET', path: '/', scope: 'none' },
    welcome({ dev: config.auth.mode === 'dev', hasConsole: parts.console !== undefined }),
  );
  if (config.auth.mode === 'dev') plane.route({ method: 'GET', path: '/graphiql', scope: 'none' }, page);
  app.use('/graphql', limitBody(MAX_BODY_BYTES));
  const answerGraph = async (c: Ctx): Promise<Response> => {
    try {
      const actor = await authenticated(c);
      if (!wantsEvents(c.req.header('accept'))) return await ask(c, actor);
      return await answerByEvents(c, {
        origins: config.corsOrigins,
        ask: (take) => ask(c, actor, take),
        open: (planned) => subscriptions.open(planned, subscriberOf(c, actor), () => cut(c)),
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return graphRefusal(error);
    }
  };
  app.on(['GET', 'POST'], '/graphql', async (c) =>
    config.auth.mode === 'dev' && wantsPage(c) ? page(c) : answerGraph(c),
  );
  if (parts.console) {
    const { mode } = config.auth;
    const verify = (token: string, c: Ctx): Promise<Actor> =>
      authenticated(c, (name) => (name === 'authorization' ? `Bearer ${token}` : undefined));
    const signIn = mode === 'dev' ? undefined : new SignIn({ secret, settings: config.signIn, verify });
    const hasIssuer = config.signIn !== undefined;
    addConsole(app, plane, { ...parts.console, mode, maxBytes: MAX_BODY_BYTES, signIn, hasIssuer, answerGraph });
  }

  const refuse = (): void => {
    stopping = true;
    subscriptions.close();
  };
  return {
    app,
    routes: plane.routes,
    update: async (sdl) => {
      await gateway.update(sdl);
      subscriptions.endAll(new DomainError('UNAVAILABLE', 'the graph has changed: subscribe again from the last id'));
    },
    refuse,
    stop: async () => {
      refuse();
      await server.stop();
    },
  };
}

/** Ends the connection of a caller that reads no more. */
function cut(c: Ctx): void {
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
  outgoing?.destroy();
}

/** Where a request comes from; in tests without a network from nowhere. */
function addressOf(c: Ctx): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.socket.remoteAddress ?? 'unknown';
}

const checksOf = (executors: SubgraphExecutors): ReadinessChecks =>
  Object.fromEntries(
    [...executors].map(([name, executor]) => [name, () => executor.check(AbortSignal.timeout(CHECK_MS))]),
  );
