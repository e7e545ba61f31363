import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { TESTER_HEADER } from '../../../schema/tester-token.ts';
import type { ServingDeployment } from '../../serving/deployment.ts';
import { findDeployment, visibleTo, type Wanted } from '../../serving/find.ts';
import { Inference } from '../../serving/inference.ts';
import type { PredictAnswer } from '../../serving/predict-answer.ts';
import type { Predictor, PredictorDeps, PredictRequest } from '../../serving/predictor.ts';
import type { Readiness } from '../health.ts';
import { jsonAnswer } from '../json-answer.ts';
import { MOST_ROWS } from '../predict-batch.ts';
import type { JsonObject } from '../request-body.ts';
import type { EdgeEnv, RouteTable } from '../route-table.ts';
import { refuseTester } from '../refuse-tester.ts';
import { readInvocation } from './body.ts';
import { renderMlflowError } from './error.ts';
import { fieldsOf, requestOf, valueOfCell, type Fields } from './fields.ts';
import { rowsOfColumns } from './payload.ts';
import { inferRequestOf, namedTensor, predictionsOf } from './tensors.ts';

export interface MlflowDeps extends PredictorDeps {
  readonly predictor: Predictor;
  readonly readiness: Readiness;
  readonly environment: string;
  readonly version: string;
}

interface MlflowParts extends MlflowDeps {
  readonly inference: Inference;
}

type Ctx = Context<EdgeEnv>;

/**
 * MLflow's scoring protocol: rows of named values go through the recipe as predictions of their own, lists without names
 * go straight to the model. All rows are answered, or none.
 */
export function addMlflowRoutes(routes: RouteTable, deps: MlflowDeps): void {
  const parts: MlflowParts = { ...deps, inference: new Inference(deps) };
  const scope = 'edge:predict';
  for (const prefix of ['/invocations', '/endpoints', '/ping', '/health', '/version']) {
    routes.addGroup({ prefix, renderError: renderMlflowError });
  }
  for (const path of ['/ping', '/health']) {
    routes.add({ method: 'GET', path, scope: 'none' }, (c) => c.body('\n', parts.readiness() === null ? 200 : 503));
  }
  routes.add({ method: 'GET', path: '/version', scope }, (c) => c.text(parts.version));
  for (const path of ['/invocations', '/endpoints/:endpoint/invocations']) {
    routes.add({ method: 'POST', path, scope }, async (c) => jsonAnswer(c, { predictions: await invoke(parts, c) }));
  }
}

async function invoke(parts: MlflowParts, c: Ctx): Promise<unknown> {
  const wanted = wantedBy(parts, c);
  const deployment = findDeployment(parts.table, wanted);
  const given = await readInvocation(c, MOST_ROWS);
  const fields = fieldsOf(deployment);
  const named = (rows: readonly JsonObject[]) => predictRows(parts.predictor, c, { wanted, fields, rows });
  if (given.kind === 'ROWS') return named(given.rows);
  if (given.kind === 'CSV') return named(given.rows.map((cells) => rowOfCells(given.columns, cells, fields)));
  const { field, kind, values } = given;
  const columns = values as JsonObject;
  if (kind === 'COLUMNS' && !areTensors(deployment, fields, columns)) {
    return named(rowsOfColumns(columns, field, MOST_ROWS));
  }
  refuseTester(c);
  const chosen = parts.inference.choose(deployment, {}, undefined);
  const tensors = kind === 'TENSOR' ? namedTensor(chosen.model, values, field) : columns;
  const request = inferRequestOf(chosen.model, tensors);
  c.get('takeMore')(request.rows - 1);
  return predictionsOf((await parts.inference.infer(deployment, chosen, request, wanted.caller)).outputs);
}

/** The endpoint in the path; else the only one that the key can ask. */
function wantedBy({ table, environment }: MlflowParts, c: Ctx): Wanted {
  const caller = c.get('caller');
  const name = c.req.param('endpoint');
  if (name !== undefined) return { name, environment, caller };
  const own = visibleTo(table, caller).filter(({ entry }) => entry.environment === environment);
  const [only, second] = own.map(({ entry }) => entry.endpoint);
  if (only !== undefined && second === undefined) return { name: only, environment, caller };
  const allowed = own.map(({ entry }) => `POST /endpoints/${entry.endpoint}/invocations`);
  if (only === undefined) throw new DomainError('NOT_FOUND', `nothing is deployed in ${environment} for this key`);
  throw new DomainError('INVALID_INPUT', `endpoint: several are served here: ${allowed.join(', ')}`, {
    field: 'endpoint',
    allowed,
  });
}

/** Whether names are those of the model's tensors and not of fields. */
function areTensors({ plans }: ServingDeployment, { inputs, features }: Fields, columns: JsonObject): boolean {
  const names = Object.keys(columns);
  if (names.some((name) => inputs.has(name) || features.has(name))) return false;
  const tensors = [...plans.values()].flatMap(({ models }) => models.flatMap(({ file }) => file.contract.inputs));
  return names.length > 0 && names.every((name) => tensors.some((tensor) => tensor.name === name));
}

function rowOfCells(columns: readonly string[], cells: readonly (string | null)[], fields: Fields): JsonObject {
  const typeOf = (name: string) => fields.inputs.get(name) ?? fields.features.get(name);
  return Object.fromEntries(columns.map((name, i) => [name, valueOfCell(cells[i] ?? null, typeOf(name))]));
}

async function predictRows(
  predictor: Predictor,
  c: Ctx,
  { wanted, fields, rows }: { readonly wanted: Wanted; readonly fields: Fields; readonly rows: readonly JsonObject[] },
): Promise<readonly unknown[]> {
  c.get('takeMore')(rows.length - 1);
  const tester = c.req.header(TESTER_HEADER) ?? null;
  const requests = rows.map((row): PredictRequest => ({
    ...requestOf(row, fields),
    at: null,
    requestId: null,
    reasons: null,
    tester,
  }));
  return (await predictor.predictWhole(wanted, requests)).map(shown);
}

/** One row of the answer: what a table of predictions can hold. */
const shown = ({ id, score, decision, confidence, reason, release, arm, fallback }: PredictAnswer) => ({
  prediction_id: id,
  score,
  decision,
  confidence,
  reason,
  release,
  arm,
  fallback: fallback?.cause ?? null,
});
