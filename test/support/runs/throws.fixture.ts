import { it } from 'vitest';

it('passes, and something else throws meanwhile', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(() => {
    setTimeout(() => resolve(), 100);
    throw new Error('as it should');
  }, 1);
  await promise;
});
