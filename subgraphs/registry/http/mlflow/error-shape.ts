import type { Problem } from '../../../../core/problem.ts';
import type { ErrorShape } from '../../../shared/http/problem-response.ts';

interface MlflowCode {
  readonly code: string;
  readonly status: number;
}

/** Our codes as clients of MLflow know them. They repeat what answers 408, 429, 500, 502, 503 or 504, and nothing else. */
const CODES: Readonly<Record<string, MlflowCode>> = {
  INVALID_INPUT: { code: 'INVALID_PARAMETER_VALUE', status: 400 },
  MALFORMED: { code: 'BAD_REQUEST', status: 400 },
  UNAUTHENTICATED: { code: 'UNAUTHENTICATED', status: 401 },
  FORBIDDEN: { code: 'PERMISSION_DENIED', status: 403 },
  NOT_FOUND: { code: 'RESOURCE_DOES_NOT_EXIST', status: 404 },
  METHOD_NOT_ALLOWED: { code: 'ENDPOINT_NOT_FOUND', status: 404 },
  CONFLICT: { code: 'RESOURCE_CONFLICT', status: 409 },
  INVALID_TRANSITION: { code: 'INVALID_STATE_TRANSITION', status: 409 },
  FAILED_PRECONDITION: { code: 'INVALID_STATE', status: 409 },
  TOO_LARGE: { code: 'MAX_BLOCK_SIZE_EXCEEDED', status: 413 },
  UNSUPPORTED_MEDIA_TYPE: { code: 'BAD_REQUEST', status: 415 },
  DIGEST_MISMATCH: { code: 'DATA_LOSS', status: 409 },
  LIMIT_EXCEEDED: { code: 'RESOURCE_LIMIT_EXCEEDED', status: 400 },
  RATE_LIMITED: { code: 'REQUEST_LIMIT_EXCEEDED', status: 429 },
  STORAGE_FULL: { code: 'RESOURCE_EXHAUSTED', status: 507 },
  UNAVAILABLE: { code: 'TEMPORARILY_UNAVAILABLE', status: 503 },
  SUBGRAPH_UNAVAILABLE: { code: 'TEMPORARILY_UNAVAILABLE', status: 503 },
  TIMEOUT: { code: 'DEADLINE_EXCEEDED', status: 504 },
};

const OURS: MlflowCode = { code: 'INTERNAL_ERROR', status: 500 };

/** `{ error_code, message }`, with everything that helps to mend it under `details`. */
export const mlflowError: ErrorShape = ({ type: _type, title, status: _status, code, ...details }) => {
  const known = codeOf(code, details);
  return { status: known.status, body: { error_code: known.code, message: title, details } };
};

function codeOf(code: Problem['code'], details: Readonly<Record<string, unknown>>): MlflowCode {
  // What a rule of governance refuses is no fault that another try would mend.
  if (typeof details['rule'] === 'string') return { code: 'PERMISSION_DENIED', status: 403 };
  if (details['exists'] === true) return { code: 'RESOURCE_ALREADY_EXISTS', status: 400 };
  return CODES[code] ?? OURS;
}
