import { Client } from 'pg';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '../../support/test-database.ts';
import { featureOutbox, person, startTestRegistry } from '../../support/registry.ts';

it('searches by words and parts of names in a database that has no trigrams', async () => {
  const database = await createTestDatabase();
  const admin = new Client({
    connectionString: inject('postgres').adminUrl.replace(/\/postgres$/, `/${database.name}`),
  });
  await admin.connect();
  await admin.query('drop extension pg_trgm cascade');
  await admin.end();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  const afterEvent = await outbox.tell({
    urn: 'tiffin:default:source:transactions',
    kind: 'source',
    project: 'default',
    revision: 1,
    at: '2026-01-01T00:00:00.000Z',
    asset: { name: 'transactions', description: 'Card payments' },
  });
  const names = async (text: string): Promise<string[]> =>
    (
      await registry.ask(
        person('viewer'),
        `query ($text: String!, $afterEvent: String) { search(text: $text, afterEvent: $afterEvent) { edges { node { name } } } }`,
        {
          text,
          afterEvent,
        },
      )
    ).search.edges.map(({ node }: any) => node.name);
  // Transactions of other test files hold back what is told, for longer than one search waits.
  await expect.poll(() => names('payments').catch(() => []), { timeout: 20_000 }).toEqual(['transactions']);
  expect(await names('action')).toEqual(['transactions']);
  expect(await names('payments')).toEqual(['transactions']);
  expect(await names('transcations')).toEqual([]);
});
