import { it } from 'vitest';

it('fails', () => {
  throw new Error('as it should');
});
