import { DomainError } from '../../core/errors.ts';
import { atEndOfTurn } from '../time/end-of-turn.ts';

/**
 * Cuts a wait off. What is waited for goes on by itself: others may be waiting for it as well. What has come in by then
 * counts, also where a busy event loop has not heard of it yet: its timers run before what came in is read.
 */
export function within<T>(budgetMs: number, wait: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new DomainError('TIMEOUT', `${what} took longer than its ${Math.round(budgetMs)} ms`));
    const timer = setTimeout(() => atEndOfTurn(late), Math.max(0, budgetMs));
    wait.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
