import { DomainError } from '../../core/errors.ts';
import { serverTiming } from '../recipe/stopwatch.ts';
import { isObject, jsonObject } from './request-body.ts';
import type { RouteTable } from './route-table.ts';
import type { PredictRequest, Predictor } from '../serving/predictor.ts';
import { Instant } from '../../schema/common.ts';
import { TESTER_HEADER } from '../../schema/tester-token.ts';

const FIELDS = ['inputs', 'features', 'at', 'id'];
const MOST_ID_CHARACTERS = 200;

/** `POST /v1/predict/{endpoint}`: named fields in, a decision with its provenance out. */
export function addPredictRoute(table: RouteTable, predictor: Predictor, environment: string): void {
  table.add({ method: 'POST', path: '/v1/predict/:endpoint', scope: 'edge:predict' }, async (c) => {
    const wanted = { name: c.req.param('endpoint') ?? '', environment, project: c.get('key').project };
    const answer = await predictor.predict(wanted, async () => ({
      ...readRequest(await jsonObject(c)),
      tester: c.req.header(TESTER_HEADER) ?? null,
    }));
    return c.json(answer, 200, { 'server-timing': serverTiming(answer.timings) });
  });
}

/** Throws INVALID_INPUT that names the field. */
function readRequest(body: Readonly<Record<string, unknown>>): Omit<PredictRequest, 'tester'> {
  const stranger = Object.keys(body).find((field) => !FIELDS.includes(field));
  if (stranger !== undefined) {
    throw new DomainError('INVALID_INPUT', `"${stranger}" is not a field of a request: ${FIELDS.join(', ')}`, {
      field: stranger,
      allowed: FIELDS,
    });
  }
  const { inputs, features = {}, at = null, id = null } = body;
  if (!isObject(inputs)) throw wrong('inputs', 'an object: the names of the recipe and their values');
  if (!isObject(features)) throw wrong('features', 'an object: view__feature and its value');
  if (at !== null && (typeof at !== 'string' || !Instant.safeParse(at).success)) {
    throw wrong('at', 'a time such as 2026-01-31T12:00:00Z, or nothing for now');
  }
  if (id !== null && (typeof id !== 'string' || id.length > MOST_ID_CHARACTERS)) {
    throw wrong('id', `text of at most ${MOST_ID_CHARACTERS} characters; it comes back as requestId`);
  }
  return { inputs, features, at, requestId: id };
}

const wrong = (field: string, allowed: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field} is missing or not ${allowed}`, { field, allowed: [allowed] });
