import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { within } from '../../../edge/recipe/within.ts';

const BUDGET_MS = 2;

/** What comes in from outside, as an answer on a socket does. */
function arriving<T>(value: T): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  return new Promise<T>((resolve) => {
    port2.once('message', (message: T) => {
      port1.close();
      resolve(message);
    });
    port1.postMessage(value);
  });
}

describe('a wait that is cut off', () => {
  it('takes what has come in by then, though a busy event loop hears its timer first', async () => {
    const value = await new Promise((resolve, reject) => {
      // After it come timers, and only then what has come in.
      setImmediate(() => {
        within(BUDGET_MS, arriving('here'), 'the answer').then(resolve, reject);
        for (const since = performance.now(); performance.now() - since <= 2 * BUDGET_MS;);
      });
    });
    expect(value).toBe('here');
  });

  it('ends with what was not done in time', async () => {
    await expect(within(BUDGET_MS, new Promise(() => undefined), 'reading features')).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'reading features took longer than its 2 ms',
    });
  });

  it('ends with what the work itself says', async () => {
    await expect(within(1_000, Promise.reject(new Error('away')), 'reading features')).rejects.toThrow('away');
  });
});
