import { beforeAll, describe, expect, it } from 'vitest';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

let registry: TestRegistry;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
}, 120_000);

it('opens releases to testers once for one cause, and again for another', async () => {
  const { deployment, releases } = await deployed(registry, 'caused-testers', { sharedVersions: true });
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

describe('a change of traffic keeps why it was made, and is made once for its cause', () => {
  const EXPERIMENT = 'tiffin:default:experiment:challenger';
  const SHADOW = 'tiffin:default:shadow:challenger';
  const held = { cause: 'begin', holderRevision: 1, seed: 's', unit: 'user' };
  const arms = ({ releases }: Deployed) => [
    { arm: 'candidate', release: releases[1]!.id, ranges: [[0, 0.5]] },
    { arm: 'control', release: releases[0]!.id, ranges: [[0.5, 1]] },
  ];
  type Step = readonly [name: string, input: (place: Deployed) => object];
  const promote: Step = ['promoteRelease', ({ releases }) => ({ release: releases[1]!.id })];
  const split: Step = ['acquireAllocation', (place) => ({ ...held, holder: EXPERIMENT, arms: arms(place) })];
  const shadow: Step = [
    'acquireShadow',
    ({ releases }) => ({ ...held, holder: SHADOW, share: 0.5, release: releases[1]!.id }),
  ];
  const nothing = (): object => ({});

  it.each<[string, kind: string, made: Step, before?: Step]>([
    [
      'setTraffic',
      'SET',
      ['setTraffic', ({ releases }) => ({ expectedRevision: 1, layers: [{ default: { release: releases[1]!.id } }] })],
    ],
    ['promoteRelease', 'PROMOTE', promote],
    ['setCanary', 'ACQUIRE_ALLOCATION', ['setCanary', ({ releases }) => ({ release: releases[1]!.id, percent: 5 })]],
    ['setTesterReleases', 'TESTERS', ['setTesterReleases', ({ releases }) => ({ releases: [releases[1]!.id] })]],
    ['endAllocation', 'END_ALLOCATION', ['endAllocation', () => ({ holder: EXPERIMENT })], split],
    ['endShadow', 'END_SHADOW', ['endShadow', () => ({ holder: SHADOW })], shadow],
    ['rollback', 'ROLLBACK', ['rollback', nothing], promote],
    ['fallbackDeployment', 'FALLBACK', ['fallbackDeployment', nothing], promote],
    ['killDeployment', 'KILL', ['killDeployment', nothing]],
    ['liftFreeze', 'LIFT_FREEZE', ['liftFreeze', nothing], ['killDeployment', nothing]],
  ])('%s', async (_, kind, made, before) => {
    const endpoint = `why-${kind.toLowerCase().replaceAll('_', '-')}-${made[0].toLowerCase()}`;
    const place = await deployed(registry, endpoint, { sharedVersions: true });
    const { deployment, releases } = place;
    const step = ([name, input]: Step, why: object): Promise<any> =>
      changeTraffic(registry, person('developer'), name, { deployment, ...why, ...input(place) });
    await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: releases[0]!.id });
    if (before) await step(before, {});
    const why = { cause: 'decision-1', reason: 'as agreed' };
    expect(await step(made, why)).toMatchObject({ applied: true });
    expect(await step(made, why)).toMatchObject({ applied: false });
    const { history } = (
      await registry.ask(
        person('viewer'),
        'query ($id: ID!) { deployment(id: $id) { history(first: 1) { edges { node { kind cause reason } } } } }',
        { id: deployment },
      )
    ).deployment;
    expect(history.edges).toEqual([{ node: { kind, ...why } }]);
  });
});
