import { pause } from './call.ts';
import { ClientError } from './client-error.ts';

export interface WaitOptions {
  readonly everyMs?: number;
  readonly atMostMs?: number;
}

/** Asks until the answer is there. Throws TIMEOUT with `complaint` when it takes too long. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  complaint: string,
  { everyMs = 200, atMostMs = 120_000 }: WaitOptions = {},
): Promise<T> {
  for (const since = performance.now(); performance.now() - since < atMostMs;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(everyMs);
  }
  throw new ClientError(complaint, { code: 'TIMEOUT' });
}
