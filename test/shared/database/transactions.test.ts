import { expect, it } from 'vitest';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { migrate } from '../../../subgraphs/shared/database/migrate.ts';
import { sampleSchema, NoteRow } from '../../support/sample-schema.ts';
import { createTestDatabase } from '../../support/test-database.ts';

it('does not lend a transaction to another database that is called inside it', async () => {
  const database = await createTestDatabase({ empty: true });
  await migrate(sampleSchema, database.ownerUrl);
  const [caller, called] = await Promise.all([1, 2].map(() => openDatabase(sampleSchema, { url: database.appUrl })));
  try {
    const refused = caller!.transaction(async (em) => {
      await em.insert(NoteRow, { id: 'outer', text: 'rolled back' });
      await called!.transaction(async (inner) => {
        expect(await inner.findOne(NoteRow, { id: 'outer' })).toBeNull();
        await inner.insert(NoteRow, { id: 'inner', text: 'committed' });
      });
      expect(await called!.em().count(NoteRow)).toBe(1);
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(await caller!.query('select id from note')).toEqual([{ id: 'inner' }]);
  } finally {
    await caller!.close();
    await called!.close();
  }
});
