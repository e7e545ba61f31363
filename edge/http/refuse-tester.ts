import type { Context } from 'hono';
import { DomainError } from '../../core/errors.ts';
import { TESTER_HEADER } from '../../schema/tester-token.ts';

/** Tensors go to a model by traffic or by its version: a tester's token chooses a release. Throws INVALID_INPUT. */
export function refuseTester(c: Context): void {
  if (c.req.header(TESTER_HEADER) === undefined) return;
  const allowed = ['POST /v1/predict/{endpoint}'];
  throw new DomainError('INVALID_INPUT', `${TESTER_HEADER} is for /v1/predict`, { field: TESTER_HEADER, allowed });
}
