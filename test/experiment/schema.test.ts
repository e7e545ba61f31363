import { expect, it } from 'vitest';
import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { pendingDiff } from '../support/pending-diff.ts';
import { createTestDatabase } from '../support/test-database.ts';

it('needs no further SQL once its migrations have run', async () => {
  const { ownerUrl } = await createTestDatabase();
  expect(await pendingDiff(experimentSchema, ownerUrl)).toBe('');
});
