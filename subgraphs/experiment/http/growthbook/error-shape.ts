import type { GrowthbookError } from '../../../../schema/growthbook.ts';
import type { ErrorShape } from '../../../shared/http/problem-response.ts';

/** `{ status, error }`, as GrowthBook's own server refuses. */
export const growthbookError: ErrorShape = ({ status, title }) => ({
  status,
  body: { status, error: title } satisfies GrowthbookError,
});
