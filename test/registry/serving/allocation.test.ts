import { describe, expect, it } from 'vitest';
import { machine, person, service } from '../../support/registry.ts';
import { experiment, HOLDER, split, TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const { change, fresh, refused } = own;

describe('a split of traffic', () => {
  it('is held by one experiment; a second is refused with the name of the first', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const { deployment } = await change('acquireAllocation', split(place), experiment);
    expect(deployment.traffic.lease).toEqual({ holder: HOLDER, holderRevision: 1, subject: 'service:experiment' });
    const other = split(place, { holder: 'tiffin:default:experiment:other', cause: 'other' });
    expect(await refused('acquireAllocation', other, experiment)).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
    const { history } = (
      await own.registry.ask(
        developer,
        `{ deployment(id: "${place.deployment}") { history(first: 1) { edges { node { actor onBehalfOf } } } } }`,
      )
    ).deployment;
    expect(history.edges[0].node).toEqual({ actor: 'service:experiment', onBehalfOf: 'user:developer' });
  });

  it('changes only by a new revision of its holder, and ends by the holder or a person', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('acquireAllocation', split(place), experiment);
    const arms = [
      { arm: 'candidate', release: place.releases[1]!.id, ranges: [[0, 0.7]] },
      { arm: 'control', release: place.releases[0]!.id, ranges: [[0.7, 1]] },
    ];
    expect(await refused('acquireAllocation', split(place, { cause: 'ramp', arms }), experiment)).toMatchObject([
      { code: 'CONFLICT', holder: HOLDER },
    ]);
    await change('acquireAllocation', split(place, { cause: 'ramp', arms, holderRevision: 2 }), experiment);
    const end = { deployment: place.deployment, cause: 'end', holder: HOLDER };
    expect(await refused('endAllocation', end, service('monitoring'))).toMatchObject([{ code: 'CONFLICT' }]);
    const ended = await change('endAllocation', { ...end, promote: place.releases[1]!.id }, experiment);
    expect(ended.deployment).toMatchObject({
      live: { digest: place.releases[1]!.digest },
      traffic: { lease: null, layers: [{ kind: 'DEFAULT' }] },
    });
    expect(await refused('endAllocation', { ...end, cause: 'again' }, experiment)).toMatchObject([
      { code: 'CONFLICT', holder: null },
    ]);
  });

  it('survives a promotion beside it', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('acquireAllocation', split(place), experiment);
    const { deployment } = await change('promoteRelease', {
      deployment: place.deployment,
      release: place.releases[1]!.id,
    });
    expect(deployment.traffic.layers.map(({ kind }: any) => kind)).toEqual(['ALLOCATION', 'DEFAULT']);
    const layers = [{ default: { release: place.releases[0]!.id } }];
    const set = { deployment: place.deployment, cause: 's', expectedRevision: 3, layers };
    expect(await refused('setTraffic', set, machine())).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
  });

  it.each([
    ['overlap', [[0, 0.6]], [[0.5, 1]]],
    ['are empty', [[0.5, 0.5]], [[0.5, 1]]],
  ])('refuses arms whose ranges %s', async (_, candidate, control) => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const arms = [
      { arm: 'candidate', release: place.releases[1]!.id, ranges: candidate },
      { arm: 'control', release: place.releases[0]!.id, ranges: control },
    ];
    expect(await refused('acquireAllocation', split(place, { arms }), experiment)).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
  });

  it('takes something that serves', async () => {
    expect(await refused('acquireAllocation', split(await fresh()), experiment)).toMatchObject([
      { code: 'FAILED_PRECONDITION' },
    ]);
  });
});
