import { ERROR_STATUS } from '../core/errors.ts';

/** What the process ends with; scripts go by it. `docs/cli.md` explains each. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  forbidden: 3,
  notFound: 4,
  conflict: 5,
  unavailable: 6,
  conditionNotMet: 7,
  interrupted: 130,
} as const;

const BY_STATUS: Readonly<Record<number, number>> = {
  401: EXIT.forbidden,
  403: EXIT.forbidden,
  404: EXIT.notFound,
  409: EXIT.conflict,
  412: EXIT.conflict,
  429: EXIT.unavailable,
  503: EXIT.unavailable,
  504: EXIT.unavailable,
  507: EXIT.unavailable,
};

/** The exit code of an error code of `docs/errors.md`; 1 for any other. */
export function exitCodeOf(code: string): number {
  const status = (ERROR_STATUS as Readonly<Record<string, number>>)[code];
  return (status === undefined ? undefined : BY_STATUS[status]) ?? EXIT.failed;
}
