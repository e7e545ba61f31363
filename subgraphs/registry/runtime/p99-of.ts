import { warmP99 } from '../../../core/tensor/warm-p99.ts';

/** What one of these rows takes, once the model is warm; null where none runs. */
export async function p99Of(rows: readonly (() => Promise<unknown>)[]): Promise<number | null> {
  if (rows.length === 0) return null;
  return warmP99(
    async (turn) => rows[turn % rows.length]?.(),
    () => performance.now(),
  );
}
