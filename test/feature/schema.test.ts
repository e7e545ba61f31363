import { expect, it } from 'vitest';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { pendingDiff } from '../support/pending-diff.ts';
import { createTestDatabase } from '../support/test-database.ts';

it('needs no further SQL once its migrations have run', async () => {
  const { ownerUrl } = await createTestDatabase();
  expect(await pendingDiff(featureSchema, ownerUrl)).toBe('');
});
