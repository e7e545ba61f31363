import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { DomainError } from '../core/errors.ts';
import type { MachineKeys } from '../core/machine-keys.ts';
import { PROBLEM_TYPE, problemOf } from '../core/problem.ts';
import type { TrustedKeys } from './delivery/trusted-keys.ts';
import { addHealthDoor, type Readiness } from './doors/health.ts';
import { addMetricsDoor } from './doors/metrics.ts';
import { addOipDoors, oipError } from './doors/oip.ts';
import { addOutcomesDoor } from './doors/outcomes.ts';
import { addPredictDoor } from './doors/predict.ts';
import type { Engine } from './engines/engine.ts';
import type { FeatureReader } from './features/feature-reader.ts';
import { RouteTable, type EdgeEnv, type EdgeRoute } from './route-table.ts';
import type { ServingTable } from './serving/deployment.ts';
import { Inference } from './serving/inference.ts';
import { Predictor } from './serving/predictor.ts';
import type { Shadows } from './shadow/shadows.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { PredictionLog } from './telemetry/prediction-log.ts';
import type { RecordLog } from './telemetry/record-log.ts';
import type { Tokenizer } from './telemetry/token.ts';
import { uuidV7 } from './telemetry/uuid-v7.ts';

export interface EdgeDeps {
  readonly table: ServingTable;
  readonly engine: Engine;
  readonly reader: FeatureReader;
  readonly log: RecordLog;
  readonly tokenizer: Tokenizer | null;
  readonly shadows: Shadows;
  readonly trusted: TrustedKeys;
  readonly metrics: Metrics;
  readonly keys: MachineKeys;
  readonly readiness: Readiness;
  /** The environment that `/v1/predict/{endpoint}` means. */
  readonly environment: string;
  readonly version: string;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Told what we did wrong; what the caller did wrong is in the answer. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

export interface EdgeApp {
  readonly app: Hono<EdgeEnv>;
  readonly routes: readonly EdgeRoute[];
}

const SAFE_ID = /^[\w.-]{1,64}$/;

/** The edge over Web standards: what serves it, and what it stands on, comes from an adapter. */
export function createApp(deps: EdgeDeps): EdgeApp {
  const { table, keys, metrics, readiness, environment } = deps;
  const app = new Hono<EdgeEnv>();
  app.use(async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SAFE_ID.test(given) ? given : uuidV7(deps.nowMs());
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    await next();
  });
  app.onError((error, c) => {
    const requestId = c.get('requestId');
    const cause =
      error instanceof HTTPException
        ? new DomainError(error.status === 413 ? 'TOO_LARGE' : 'MALFORMED', error.message)
        : error;
    if (!(cause instanceof DomainError)) deps.onFault(cause, requestId);
    if (c.req.path.startsWith('/v2')) return oipError(c, cause instanceof DomainError ? cause : null);
    const problem = problemOf(cause, requestId);
    return c.json(problem, problem.status as 500, { 'content-type': PROBLEM_TYPE });
  });
  app.notFound((c) => {
    const error = new DomainError('NOT_FOUND', `there is no ${c.req.method} ${c.req.path} here`);
    if (c.req.path.startsWith('/v2')) return oipError(c, error);
    return c.json(problemOf(error, c.get('requestId')), 404, { 'content-type': PROBLEM_TYPE });
  });

  const tools = { ...deps, predictions: new PredictionLog(deps.log, deps.tokenizer, deps.nowMs) };
  const routes = new RouteTable(app, keys);
  addHealthDoor(routes, readiness);
  addPredictDoor(routes, new Predictor(tools), environment);
  addOipDoors(routes, {
    table,
    inference: new Inference(tools),
    readiness,
    environment,
    version: deps.version,
    engine: deps.engine.name,
  });
  addOutcomesDoor(routes, deps.log);
  addMetricsDoor(routes, metrics);
  return { app, routes: routes.routes };
}
