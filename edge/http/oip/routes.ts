import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { TESTER_HEADER } from '../../../schema/tester-token.ts';
import { serverTiming } from '../../recipe/stopwatch.ts';
import { jsonObject } from '../request-body.ts';
import type { EdgeEnv, RouteTable } from '../route-table.ts';
import type { ServingDeployment, ServingTable } from '../../serving/deployment.ts';
import { findDeployment } from '../../serving/find.ts';
import { versionsOf, type Inference, type InferAnswer } from '../../serving/inference.ts';
import type { Readiness } from '../health.ts';
import { renderOipError } from './error.ts';
import { readInfer, readParameters } from './request.ts';
import { datatypeOf, noBinary, writeOutput } from './tensor.ts';

export interface OipParts {
  readonly table: ServingTable;
  readonly inference: Inference;
  readonly readiness: Readiness;
  readonly environment: string;
  readonly version: string;
}

/** The Open Inference Protocol's REST form, version 2. A model's name is that of an endpoint or a deployment. */
export function addOipRoutes(routes: RouteTable, parts: OipParts): void {
  routes.addGroup({ prefix: '/v2', renderError: renderOipError });
  routes.add({ method: 'GET', path: '/v2/health/live', scope: 'none' }, (c) => c.json({ live: true }));
  routes.add({ method: 'GET', path: '/v2/health/ready', scope: 'none' }, (c) => {
    const ready = parts.readiness() === null;
    return c.json({ ready }, ready ? 200 : 503);
  });
  for (const path of ['/v2', '/v2/']) {
    routes.add({ method: 'GET', path, scope: 'edge:predict' }, (c) =>
      c.json({ name: 'tiffin', version: parts.version, extensions: [] }),
    );
  }
  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    routes.add({ method: 'GET', path, scope: 'edge:predict' }, (c) => c.json(metadataOf(parts, c)));
    routes.add({ method: 'GET', path: `${path}/ready`, scope: 'edge:predict' }, (c) => {
      const { name } = modelOf(parts, c);
      return c.json({ name, ready: true });
    });
    routes.add({ method: 'POST', path: `${path}/infer`, scope: 'edge:predict' }, (c) => infer(parts, c));
  }
}

interface Named {
  readonly name: string;
  readonly version: string | undefined;
  readonly deployment: ServingDeployment;
}

function modelOf({ table, environment, inference }: OipParts, c: Context<EdgeEnv>): Named {
  const name = c.req.param('model') ?? '';
  const version = c.req.param('version');
  const deployment = findDeployment(table, { name, environment, project: c.get('key').project });
  if (version !== undefined) inference.choose(deployment, {}, version);
  return { name, version, deployment };
}

function metadataOf(parts: OipParts, c: Context<EdgeEnv>): Record<string, unknown> {
  const { name, version, deployment } = modelOf(parts, c);
  const { contract } = parts.inference.choose(deployment, {}, version).model.file;
  const tensors = (specs: typeof contract.inputs): unknown[] =>
    specs.map((spec) => ({ name: spec.name, datatype: datatypeOf(spec.dtype), shape: spec.shape }));
  return {
    name,
    versions: versionsOf(deployment.plans.values()),
    platform: 'onnx_onnxv1',
    inputs: tensors(contract.inputs),
    outputs: tensors(contract.outputs),
  };
}

async function infer(parts: OipParts, c: Context<EdgeEnv>): Promise<Response> {
  if (isBinary(c)) throw noBinary();
  if (c.req.header(TESTER_HEADER) !== undefined) {
    const allowed = ['POST /v1/predict/{endpoint}'];
    throw new DomainError('INVALID_INPUT', `${TESTER_HEADER} is for /v1/predict`, { field: TESTER_HEADER, allowed });
  }
  const body = await jsonObject(c);
  const { name, version, deployment } = modelOf(parts, c);
  const { id, parameters } = readParameters(body);
  const chosen = parts.inference.choose(deployment, parameters, version);
  const answer = await parts.inference.infer(deployment, chosen, readInfer(chosen.model, body));
  return c.json(
    {
      model_name: name,
      model_version: answer.model.number,
      ...(id !== null && { id }),
      parameters: parametersOf(parts, answer),
      outputs: Object.entries(answer.outputs).map(([output, tensor]) => writeOutput(output, tensor)),
    },
    200,
    { 'server-timing': serverTiming(answer.timings) },
  );
}

const isBinary = (c: Context<EdgeEnv>): boolean =>
  c.req.header('inference-header-content-length') !== undefined ||
  /^application\/octet-stream/i.test(c.req.header('content-type') ?? '');

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
