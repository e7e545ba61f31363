import { DomainError } from '../../../core/errors.ts';

/** SQLSTATEs and the system's own codes that a wrong URL or a server that is not there yet brings, in words. */
const REASONS: Readonly<Record<string, (place: string) => string>> = {
  ECONNREFUSED: (place) => `nothing listens at ${place}`,
  ENOTFOUND: (place) => `no machine is called as in ${place}`,
  EAI_AGAIN: (place) => `no machine is called as in ${place}`,
  ETIMEDOUT: (place) => `${place} does not answer`,
  EHOSTUNREACH: (place) => `${place} can't be reached`,
  ENETUNREACH: (place) => `${place} can't be reached`,
  ECONNRESET: (place) => `${place} ended the connection`,
  '28P01': (place) => `the server at ${place} refuses the account or its password`,
  '28000': (place) => `the server at ${place} refuses the account`,
  '3D000': (place) => `the server at ${place} has no such database`,
  '42501': (place) => `at ${place} the account lacks a right`,
  '57P03': (place) => `the server at ${place} is starting or stopping`,
  '53300': (place) => `the server at ${place} has no connection left`,
};

/** Runs what first speaks to a database; a failure that the operator can mend names the variable and never the password. */
export async function firstContact<T>(variable: string, url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw error;
    throw new DomainError('UNAVAILABLE', `${variable}: ${reason.words(placeOf(url))} (${reason.said})`, {
      field: variable,
    });
  }
}

function reasonOf(error: unknown): { words: (place: string) => string; said: string } | undefined {
  for (let depth = 0, cause = error; cause instanceof Error && depth < 5; depth++, cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const words = typeof code === 'string' ? REASONS[code] : undefined;
    if (words && code !== undefined) return { words, said: cause.message || code };
  }
  return undefined;
}

function placeOf(url: string): string {
  const { username, host, pathname } = new URL(url);
  return `${decodeURIComponent(username)}@${host}${pathname}`;
}
