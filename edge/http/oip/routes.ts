import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { serverTiming, Stopwatch } from '../../recipe/stopwatch.ts';
import type { PredictorDeps } from '../../serving/predictor.ts';
import { Inference, type InferAnswer } from '../../serving/inference.ts';
import type { Readiness } from '../health.ts';
import { jsonAnswer } from '../json-answer.ts';
import { jsonObject, optionalJsonObject, type JsonObject } from '../request-body.ts';
import type { EdgeEnv, RouteTable } from '../route-table.ts';
import { refuseTester } from '../refuse-tester.ts';
import { renderOipError } from './error.ts';
import { binaryAnswer, binaryBody, bytesOf, HEADER_LENGTH, type BinaryTail } from './binary.ts';
import { allStatistics, metadataOf, modelOf, repositoryIndex, statisticsOf } from './models.ts';
import { binaryOutputs, checkTrafficInputs, fieldAt, readInfer, readParameters } from './request.ts';
import { InferenceStatistics } from './statistics.ts';
import { announceOutput, writeOutput } from './tensor.ts';

export interface OipDeps extends PredictorDeps {
  readonly readiness: Readiness;
  readonly environment: string;
  readonly version: string;
}

export interface OipParts extends OipDeps {
  readonly inference: Inference;
  readonly statistics: InferenceStatistics;
}

type Ctx = Context<EdgeEnv>;

const EXTENSIONS = ['binary_tensor_data', 'model_repository', 'statistics'];

/** The Open Inference Protocol's REST form, version 2. A model's name is that of an endpoint or a deployment. */
export function addOipRoutes(routes: RouteTable, deps: OipDeps): void {
  const parts: OipParts = { ...deps, inference: new Inference(deps), statistics: new InferenceStatistics() };
  const scope = 'edge:predict';
  routes.addGroup({ prefix: '/v2', renderError: renderOipError });
  routes.add({ method: 'GET', path: '/v2/health/live', scope: 'none' }, (c) => c.json({ live: true }));
  routes.add({ method: 'GET', path: '/v2/health/ready', scope: 'none' }, (c) => {
    const ready = parts.readiness() === null;
    return c.json({ ready }, ready ? 200 : 503);
  });
  for (const path of ['/v2', '/v2/']) {
    routes.add({ method: 'GET', path, scope }, (c) =>
      c.json({ name: 'tiffin', version: parts.version, extensions: EXTENSIONS }),
    );
  }
  routes.add({ method: 'POST', path: '/v2/repository/index', scope }, async (c) =>
    jsonAnswer(c, repositoryIndex(parts, c.get('caller'), await optionalJsonObject(c))),
  );
  routes.add({ method: 'GET', path: '/v2/models/stats', scope }, (c) =>
    jsonAnswer(c, { model_stats: allStatistics(parts, c.get('caller')) }),
  );
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    routes.add({ method: 'GET', path, scope }, (c) => c.json(metadataOf(parts, wantedBy(c))));
    routes.add({ method: 'GET', path: `${path}/ready`, scope }, (c) => {
      const { name } = modelOf(parts, wantedBy(c));
      return c.json({ name, ready: true });
    });
    routes.add({ method: 'GET', path: `${path}/stats`, scope }, (c) =>
      c.json({ model_stats: statisticsOf(parts, wantedBy(c)) }),
    );
    routes.add({ method: 'POST', path: `${path}/infer`, scope }, (c) => counted(parts, c));
  }
}

const wantedBy = (c: Ctx) => ({
  name: c.req.param('model') ?? '',
  version: c.req.param('version'),
  caller: c.get('caller'),
});

/** Failures are counted and answers timed as on /v1/predict. */
async function counted(parts: OipParts, c: Ctx): Promise<Response> {
  const { metrics } = parts;
  const watch = new Stopwatch(parts);
  try {
    const response = await infer(parts, c, watch);
    const totalMs = watch.computedMs();
    if (totalMs !== null) metrics.observe('prediction_duration_seconds', totalMs / 1_000);
    return response;
  } catch (error) {
    const code = error instanceof DomainError ? error.code : 'INTERNAL';
    metrics.count('model_infer_request_failure_total', { model: c.req.param('model') ?? '', code });
    throw error;
  }
}

async function infer(parts: OipParts, c: Ctx, watch: Stopwatch): Promise<Response> {
  refuseTester(c);
  const { body, tail } = await bodyOf(c);
  const { name, version, deployment } = modelOf(parts, wantedBy(c));
  const { id, parameters } = readParameters(body);
  checkTrafficInputs(deployment, parameters);
  const chosen = parts.inference.choose(deployment, parameters, version);
  const tally = { deployment: deployment.entry.deployment, version: chosen.model.number };
  let answer: InferAnswer;
  try {
    answer = await parts.inference.infer(deployment, chosen, readInfer(chosen.model, body, tail), c.get('caller'));
  } catch (error) {
    parts.statistics.failed(tally.deployment, tally.version, watch.elapsedMs());
    throw error;
  }
  parts.statistics.succeeded(tally.deployment, tally.version, {
    nowMs: parts.nowMs(),
    rows: answer.ids.length,
    totalMs: watch.elapsedMs(),
    modelMs: answer.timings['model'] ?? 0,
  });
  const head = {
    model_name: name,
    model_version: answer.model.number,
    ...(id !== null && { id }),
    parameters: parametersOf(parts, answer),
  };
  return inferAnswer(c, head, answer, binaryOutputs(body));
}

async function bodyOf(c: Ctx): Promise<{ body: JsonObject; tail: BinaryTail | null }> {
  const headerLength = c.req.header(HEADER_LENGTH);
  if (headerLength !== undefined) return binaryBody(c.req.raw, headerLength, fieldAt);
  return { body: await jsonObject(c, fieldAt), tail: null };
}

/** In JSON, or as JSON with the tensors after it where one of them is wanted so. */
function inferAnswer(
  c: Ctx,
  head: Readonly<Record<string, unknown>>,
  { outputs, timings }: InferAnswer,
  isBinary: (output: string) => boolean,
): Response {
  const headers = { 'server-timing': serverTiming(timings) };
  const tensors: Uint8Array[] = [];
  const written = Object.entries(outputs).map(([output, tensor]) => {
    if (!isBinary(output)) return writeOutput(output, tensor);
    const bytes = bytesOf(tensor);
    tensors.push(bytes);
    return announceOutput(output, tensor, bytes.length);
  });
  if (tensors.length === 0) return jsonAnswer(c, { ...head, outputs: written }, headers);
  const { bytes, headerLength } = binaryAnswer({ ...head, outputs: written }, tensors);
  return c.body(bytes, 200, {
    ...headers,
    'content-type': 'application/octet-stream',
    [HEADER_LENGTH]: String(headerLength),
  });
}

/** Provenance, as the protocol allows it: scalars only. */
function parametersOf(
  { table }: OipParts,
  { plan, model, choice, ids }: InferAnswer,
): Record<string, string | boolean> {
  return {
    release: plan.digest,
    model_version_id: model.version,
    ...(choice.arm !== null && { arm: choice.arm }),
    engine: model.engine.name,
    stale: table.freshness().stale,
    prediction_ids: ids.join(','),
  };
}
