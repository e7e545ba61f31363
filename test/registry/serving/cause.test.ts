import { beforeAll, expect, it } from 'vitest';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

let registry: TestRegistry;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
}, 120_000);

it('opens releases to testers once for one cause, and again for another', async () => {
  const { deployment, releases } = await deployed(registry, 'caused-testers');
  const as = (name: string, input: object) => changeTraffic(registry, person('developer'), name, input);
  await as('promoteRelease', { deployment, release: releases[0]!.id });
  const open = { deployment, releases: [releases[1]!.id], cause: 'review-1' };
  expect(await as('setTesterReleases', open)).toMatchObject({ applied: true });
  expect(await as('setTesterReleases', { deployment, releases: [], cause: 'review-2' })).toMatchObject({
    applied: true,
  });
  expect(await as('setTesterReleases', open)).toMatchObject({ applied: false });
  expect(await as('setTesterReleases', { ...open, cause: 'review-3' })).toMatchObject({ applied: true });
});
