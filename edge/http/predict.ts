import { TESTER_HEADER } from '../../schema/tester-token.ts';
import { serverTiming } from '../recipe/stopwatch.ts';
import type { Predictor } from '../serving/predictor.ts';
import { jsonAnswer } from './json-answer.ts';
import { fieldAt, readPredictRequest } from './predict-request.ts';
import { jsonObject } from './request-body.ts';
import type { RouteTable } from './route-table.ts';

export interface PredictParts {
  readonly predictor: Predictor;
  /** The environment that a name without one means. */
  readonly environment: string;
  readonly nowMs: () => number;
}

/** `POST /v1/predict/{endpoint}`: named fields in, a decision with its provenance out. */
export function addPredictRoute(table: RouteTable, { predictor, environment, nowMs }: PredictParts): void {
  table.add({ method: 'POST', path: '/v1/predict/:endpoint', scope: 'edge:predict' }, async (c) => {
    const wanted = { name: c.req.param('endpoint') ?? '', environment, caller: c.get('caller') };
    const answer = await predictor.predict(wanted, async () => ({
      ...readPredictRequest(await jsonObject(c, fieldAt), nowMs()),
      tester: c.req.header(TESTER_HEADER) ?? null,
    }));
    return jsonAnswer(c, answer, { 'server-timing': serverTiming(answer.timings) });
  });
}
