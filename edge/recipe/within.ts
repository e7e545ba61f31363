import { DomainError } from '../../core/errors.ts';

/** Cuts a wait off. What is waited for goes on by itself: others may be waiting for it as well. */
export async function within<T>(budgetMs: number, wait: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cut = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DomainError('TIMEOUT', `${what} took longer than its ${Math.round(budgetMs)} ms`)),
      Math.max(0, budgetMs),
    );
  });
  try {
    return await Promise.race([wait, cut]);
  } finally {
    clearTimeout(timer);
  }
}
