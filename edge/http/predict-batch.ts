import { DomainError } from '../../core/errors.ts';
import { readJson } from '../../core/json-body.ts';
import { problemOf } from '../../core/problem.ts';
import { mayBeUnstorable } from '../../core/storable-text.ts';
import { TESTER_HEADER } from '../../schema/tester-token.ts';
import { serverTiming, Stopwatch, type StageClock } from '../recipe/stopwatch.ts';
import type { PredictAnswer } from '../serving/predict-answer.ts';
import type { BatchRow } from '../serving/predictor.ts';
import { jsonAnswer } from './json-answer.ts';
import { fieldAt, readPredictRequest } from './predict-request.ts';
import type { PredictParts } from './predict.ts';
import { checkedObject, isObject, MOST_BYTES } from './request-body.ts';
import type { RouteTable } from './route-table.ts';

/** As many as one read of features takes. */
export const MOST_ROWS = 500;

export interface BatchParts extends PredictParts, StageClock {
  /** Hears of mistakes of ours, of which the caller is told nothing. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** `POST /v1/predict/{endpoint}/batch`: many rows at once, each with its answer or its problem, in their order. */
export function addBatchRoute(table: RouteTable, parts: BatchParts): void {
  const { predictor, environment, nowMs, onFault } = parts;
  table.add({ method: 'POST', path: '/v1/predict/:endpoint/batch', scope: 'edge:predict' }, async (c) => {
    const watch = new Stopwatch(parts);
    const wanted = { name: c.req.param('endpoint') ?? '', environment, caller: c.get('caller') };
    const tester = c.req.header(TESTER_HEADER) ?? null;
    const answers = await predictor.predictAll(wanted, async () => {
      const { value, text } = await readJson(c.req.raw, MOST_BYTES);
      const given = rowsIn(value);
      // Each row counts as a request of its own.
      c.get('takeMore')(given.length - 1);
      const rows = given.map((row) => readRow(row, mayBeUnstorable(text), tester, nowMs()));
      watch.end('parse');
      return rows;
    });
    watch.end('rows');
    const requestId = c.get('requestId');
    const rows = answers.map((answer): PredictAnswer | { readonly error: object } => {
      if (!('failure' in answer)) return answer;
      if (!(answer.failure instanceof DomainError)) onFault(answer.failure, requestId);
      return { error: problemOf(answer.failure) };
    });
    const failed = rows.filter((row) => 'error' in row).length;
    const timings = watch.timings();
    return jsonAnswer(
      c,
      { answered: rows.length - failed, failed, rows, timings },
      { 'server-timing': serverTiming(timings) },
    );
  });
}

/** The rows of a body, of which nothing is made before they are counted. */
function rowsIn(body: unknown): readonly unknown[] {
  const rows = isObject(body) ? body['rows'] : undefined;
  const allowed = [`1 to ${MOST_ROWS} rows, each as the body of one prediction`];
  if (!Array.isArray(rows)) {
    throw new DomainError('INVALID_INPUT', 'rows is missing or no list', { field: 'rows', allowed });
  }
  const stranger = Object.keys(body as object).find((field) => field !== 'rows');
  if (stranger !== undefined) {
    throw new DomainError('INVALID_INPUT', `"${stranger}" is not a field of a batch: rows`, {
      field: stranger,
      allowed: ['rows'],
    });
  }
  if (rows.length >= 1 && rows.length <= MOST_ROWS) return rows;
  throw new DomainError('INVALID_INPUT', `rows: there are ${rows.length}; allowed: 1 to ${MOST_ROWS}`, {
    field: 'rows',
    allowed,
  });
}

/** One row, or why it cannot be read. */
function readRow(given: unknown, isSuspicious: boolean, tester: string | null, nowMs: number): BatchRow {
  try {
    if (!isObject(given)) {
      throw new DomainError('INVALID_INPUT', 'the row is no JSON object', { field: 'rows', allowed: ['an object'] });
    }
    const text = isSuspicious ? JSON.stringify(given) : '';
    return { ...readPredictRequest(checkedObject({ value: given, text }, fieldAt), nowMs), tester };
  } catch (failure) {
    return { failure };
  }
}
