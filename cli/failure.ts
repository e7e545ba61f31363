import { ClientError } from '../client/client-error.ts';
import { DomainError } from '../core/errors.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

/** Something that ends the command with an exit code of its own. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    readonly exitCode: number,
    readonly facts: { readonly code?: string; readonly hint?: string } = {},
  ) {
    super(message);
  }
}

/** An error as it is shown and as JSON carries it. */
export interface ShownError {
  readonly exitCode: number;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly field?: string;
    readonly allowed?: unknown;
    readonly requestId?: unknown;
    readonly details?: unknown;
  };
}

const HINTS: Readonly<Record<string, string>> = {
  UNAVAILABLE: 'is the control plane running? `tiffin doctor` says what can be reached',
  SUBGRAPH_UNAVAILABLE: 'a part of the control plane is away; `tiffin doctor` says which',
  TIMEOUT: 'it may have been done all the same: look before you try again',
  UNAUTHENTICATED:
    'say who you are: `tiffin login`, --token, TIFFIN_TOKEN, or `tiffin profile set`; uploads and predictions take --key or TIFFIN_KEY, which is tiffin-dev in dev mode',
  FEATURES_MISSING:
    'values are not there or too old: --at asks as of a moment, --feature brings one, and a recipe may have defaults',
  NOT_FOUND: '`tiffin search` finds ids by words',
  CONFLICT: 'somebody else was faster: read it again, then decide',
  RATE_LIMITED: 'wait a moment, then try again',
};

/** Throws on what is our own bug, so that its stack is seen. */
export function shownError(error: unknown): ShownError {
  if (error instanceof Failure) {
    const { code = 'FAILED', hint } = error.facts;
    return { exitCode: error.exitCode, error: { code, message: error.message, ...(hint !== undefined && { hint }) } };
  }
  if (error instanceof ClientError) return shownClientError(error);
  if (error instanceof DomainError) {
    const { field, allowed } = error.details;
    return {
      exitCode: EXIT.usage,
      error: {
        code: error.code,
        message: error.message,
        ...(typeof field === 'string' && { field }),
        ...(allowed !== undefined && { allowed }),
      },
    };
  }
  throw error;
}

function shownClientError(error: ClientError): ShownError {
  const { code, field, allowed, details } = error;
  const { cause } = details;
  const hint =
    (typeof cause === 'string' ? HINTS[cause] : undefined) ??
    HINTS[code] ??
    (allowed === undefined || allowedText(allowed) === '' ? undefined : `allowed: ${allowedText(allowed)}`);
  return {
    exitCode: exitCodeOf(code),
    error: {
      code,
      message: error.message,
      ...(hint !== undefined && { hint }),
      ...(field !== undefined && { field }),
      ...(allowed !== undefined && { allowed }),
      ...(details['requestId'] !== undefined && { requestId: details['requestId'] }),
      ...(Object.keys(details).length > 0 && { details }),
    },
  };
}

const allowedText = (allowed: unknown): string =>
  Array.isArray(allowed) ? allowed.join(', ') : typeof allowed === 'string' ? allowed : JSON.stringify(allowed);
