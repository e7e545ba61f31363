import { DomainError } from '../../core/errors.ts';
import { Instant } from '../../schema/common.ts';
import { outOfTime } from '../../schema/telemetry.ts';
import type { PredictRequest } from '../serving/predictor.ts';
import { readAskedReasons } from './asked-reasons.ts';
import { isObject, type JsonObject } from './request-body.ts';

const FIELDS = ['inputs', 'features', 'at', 'id', 'reasons'];
const MOST_ID_CHARACTERS = 200;

/** Inputs and features go by their own names. */
export const fieldAt = ([field = '', name]: readonly string[]): string =>
  name !== undefined && (field === 'inputs' || field === 'features') ? name : field;

/** Throws INVALID_INPUT that names the field. */
export function readPredictRequest(body: JsonObject, nowMs: number): Omit<PredictRequest, 'tester'> {
  const stranger = Object.keys(body).find((field) => !FIELDS.includes(field));
  if (stranger !== undefined) {
    throw new DomainError('INVALID_INPUT', `"${stranger}" is not a field of a request: ${FIELDS.join(', ')}`, {
      field: stranger,
      allowed: FIELDS,
    });
  }
  const { inputs, features = {}, at = null, id = null, reasons = null } = body;
  if (!isObject(inputs)) throw wrong('inputs', 'an object: the names of the recipe and their values');
  if (!isObject(features)) throw wrong('features', 'an object: view__feature and its value');
  if (at !== null && (typeof at !== 'string' || !Instant.safeParse(at).success)) {
    throw wrong('at', 'a time such as 2026-01-31T12:00:00Z, or nothing for now');
  }
  const allowed = at === null ? null : outOfTime(at, nowMs);
  if (allowed !== null) {
    throw new DomainError('INVALID_INPUT', `at: ${at} could not be recorded; allowed: ${allowed}`, {
      field: 'at',
      allowed: [allowed],
    });
  }
  if (id !== null && (typeof id !== 'string' || id.length > MOST_ID_CHARACTERS)) {
    throw wrong('id', `text of at most ${MOST_ID_CHARACTERS} characters; it comes back as requestId`);
  }
  return { inputs, features, at, requestId: id, reasons: readAskedReasons(reasons) };
}

const wrong = (field: string, allowed: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field} is missing or not ${allowed}`, { field, allowed: [allowed] });
