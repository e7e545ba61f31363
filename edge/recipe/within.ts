import { DomainError } from '../../core/errors.ts';
import { withTimeLimit } from '../../core/time-limit.ts';

/** Cuts a wait off. What is waited for goes on by itself: others may be waiting for it as well. */
export const within = <T>(budgetMs: number, wait: Promise<T>, what: string): Promise<T> =>
  withTimeLimit(
    budgetMs,
    () => wait,
    () => new DomainError('TIMEOUT', `${what} took longer than its ${Math.round(budgetMs)} ms`),
  );
