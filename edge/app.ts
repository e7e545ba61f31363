import type { Context } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { HTTPException } from 'hono/http-exception';
import { DomainError } from '../core/errors.ts';
import type { KeyLookup } from '../core/machine-keys.ts';
import type { TrustedKeys } from './control-plane/trusted-keys.ts';
import { addHealthRoutes, type Degraded, type Readiness } from './http/health.ts';
import { allowOrigins } from './http/cors.ts';
import { addMetricsRoute } from './http/metrics.ts';
import { PathRouter } from './http/path-router.ts';
import { addMlflowRoutes } from './http/mlflow/routes.ts';
import { addOipRoutes } from './http/oip/routes.ts';
import { addOpenApiRoute } from './http/openapi.ts';
import type { ApiDescription } from './http/api-page/api-description.ts';
import { addFactRoutes } from './http/facts.ts';
import { addBatchRoute } from './http/predict-batch.ts';
import { addPredictRoute } from './http/predict.ts';
import type { FeatureReader } from './features/feature-reader.ts';
import { KeyLimits } from '../core/key-limits.ts';
import { errorHeaders } from './http/render-error.ts';
import { RouteTable, type EdgeEnv, type EdgeRoute } from './http/route-table.ts';
import type { StageClock } from './recipe/stopwatch.ts';
import type { ServingTable } from './serving/deployment.ts';
import { Predictor } from './serving/predictor.ts';
import type { Shadows } from './shadow/shadows.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { PredictionLog } from './telemetry/prediction-log.ts';
import type { Profiles } from './telemetry/profiles.ts';
import type { RecordLog } from './telemetry/record-log.ts';
import type { Tokenizer } from './telemetry/token.ts';
import type { Detectors } from './detectors/detectors.ts';
import type { LastMinute } from './telemetry/last-minute.ts';
import type { FeatureReads } from './telemetry/feature-reads.ts';
import type { ReadAhead } from './serving/read-ahead.ts';
import { uuidV7 } from './telemetry/uuid-v7.ts';

export interface EdgeDeps extends StageClock {
  readonly table: ServingTable;
  readonly reader: FeatureReader;
  readonly log: RecordLog;
  readonly profiles: Profiles;
  readonly tokenizer: Tokenizer | null;
  readonly shadows: Shadows;
  readonly trusted: TrustedKeys;
  readonly metrics: Metrics;
  readonly detectors: Detectors;
  readonly unanswered: LastMinute;
  readonly featureReads: FeatureReads;
  readonly readAhead: ReadAhead;
  readonly keys: KeyLookup;
  readonly readiness: Readiness;
  /** The description of these routes; null: it is not answered. */
  readonly openapi: ApiDescription | null;
  readonly degraded: Degraded;
  /** The environment that `/v1/predict/{endpoint}` means. */
  readonly environment: string;
  readonly version: string;
  /** The time of records, corrected where the node's own clock is known to be wrong. */
  readonly nowMs: () => number;
  /** What the node's own clock says where that is known to be wrong. */
  readonly wrongTime: () => string | null;
  /** Origins of pages whose scripts may ask here; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Requests a second that each key may make; 0: as many as it likes. */
  readonly rateLimit: number;
  /** The same for public keys in apps. */
  readonly deviceRateLimit: number;
  /** Told what we did wrong; what the caller did wrong is in the answer. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

export interface EdgeApp {
  readonly app: HonoBase<EdgeEnv>;
  readonly routes: readonly EdgeRoute[];
}

const SAFE_ID = /^[\w.-]{1,64}$/;

/** The edge over Web standards: what serves it, and what it stands on, comes from an adapter. */
export function createApp(deps: EdgeDeps): EdgeApp {
  const { keys, metrics, readiness } = deps;
  const app = new HonoBase<EdgeEnv>({ router: new PathRouter() });
  app.use(async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SAFE_ID.test(given) ? given : uuidV7(deps.nowMs());
    c.set('requestId', requestId);
    await next();
    if (!c.get('bearsId')) c.res.headers.set('x-request-id', requestId);
  });
  if (deps.corsOrigins.length > 0) app.use(allowOrigins(deps.corsOrigins));
  const { monotonicMs } = deps;
  const limit = new KeyLimits({ server: deps.rateLimit, device: deps.deviceRateLimit, monotonicMs });
  const routes = new RouteTable(app, keys, { limit, monotonicMs });
  const render = (c: Context<EdgeEnv>, error: DomainError | null): Response => {
    for (const [name, value] of Object.entries(error ? errorHeaders(error) : {})) c.header(name, value);
    return routes.renderErrorAt(c.req.path)(c, error, c.get('requestId'));
  };
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    const cause =
      error instanceof HTTPException
        ? new DomainError(error.status === 413 ? 'TOO_LARGE' : 'MALFORMED', error.message)
        : error;
    if (!(cause instanceof DomainError)) deps.onFault(cause, requestId);
    return render(c, cause instanceof DomainError ? cause : null);
  });
  app.notFound((c) => render(c, routes.absence(c.req.method, c.req.path)));

  const tools = { ...deps, predictions: new PredictionLog(deps.log, deps.profiles, deps.tokenizer, deps) };
  addHealthRoutes(routes, readiness, deps.degraded);
  const predict = { ...deps, predictor: new Predictor(tools) };
  addPredictRoute(routes, predict);
  addBatchRoute(routes, predict);
  addMlflowRoutes(routes, { ...predict, ...tools });
  addOipRoutes(routes, tools);
  addFactRoutes(routes, deps);
  addMetricsRoute(routes, metrics);
  addOpenApiRoute(routes, deps.openapi);
  return { app, routes: routes.routes };
}
