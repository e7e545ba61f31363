import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';

/** What --limit says. */
export function limitIn(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new Failure(`--limit: is ${text}, and must be a whole number from 1`, EXIT.usage, { code: 'INVALID_INPUT' });
}
