/**
 * Waits for `work` no longer than `limitMs`, then aborts the signal that `work` got and rejects with `late()`. Work that
 * does not listen to its signal goes on by itself, and its end is not waited for.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const giveUp = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cut = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(late());
        giveUp.abort();
      },
      Math.max(0, limitMs),
    );
  });
  try {
    return await Promise.race([work(giveUp.signal), cut]);
  } finally {
    clearTimeout(timer);
  }
}
