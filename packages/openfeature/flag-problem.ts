import type { ErrorCode } from '@openfeature/core';
import type { EdgeProblem } from '../edge/client.ts';

/** Why a flag has no value, in OpenFeature's words. */
export class FlagProblem extends Error {
  override readonly name = 'FlagProblem';
  readonly code: `${ErrorCode}`;

  constructor(code: `${ErrorCode}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const CODES: Readonly<Record<string, `${ErrorCode}`>> = {
  NOT_FOUND: 'FLAG_NOT_FOUND',
  INVALID_INPUT: 'INVALID_CONTEXT',
  MALFORMED: 'PARSE_ERROR',
};

/** Whatever an edge, or a context, made go wrong. */
export function flagProblemOf(error: unknown): FlagProblem {
  if (error instanceof FlagProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = isEdgeProblem(error) ? CODES[error.code] : undefined;
  return new FlagProblem(code ?? 'GENERAL', message, { cause: error });
}

/** By its name: the client comes from another package, which may be there twice. */
const isEdgeProblem = (error: unknown): error is EdgeProblem => error instanceof Error && error.name === 'EdgeProblem';
