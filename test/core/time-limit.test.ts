import { describe, expect, it } from 'vitest';
import { withTimeLimit } from '../../core/time-limit.ts';

const late = (): Error => new Error('too late');

describe('a time limit', () => {
  it('answers what the work answers in time', async () => {
    await expect(withTimeLimit(1_000, async () => 7, late)).resolves.toBe(7);
  });

  it('rejects with the failure of the work', async () => {
    await expect(withTimeLimit(1_000, () => Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
  });

  it('rejects when the time is up, and tells the work to give up', async () => {
    const signals: AbortSignal[] = [];
    const never = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    await expect(withTimeLimit(5, never, late)).rejects.toThrow('too late');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
