import { it, vi } from 'vitest';
import { repeat } from '../../../edge/time/repeat.ts';

it('goes on after a run that throws, as after one that failed', async () => {
  let runs = 0;
  const repeating = repeat({ everyMs: 1, longestMs: 2 }, async () => {
    runs++;
    if (runs === 1) throw new Error('the disk is full');
    return true;
  });
  await vi.waitUntil(() => runs >= 3, { timeout: 20_000 });
  await repeating.stop();
});
