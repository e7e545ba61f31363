import { describe, expect, it } from 'vitest';
import { person } from '../../support/registry.ts';
import { experiment, HOLDER, split, TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const { change, fresh, refused } = own;

describe('a canary', () => {
  const shares = async (deployment: string): Promise<any> =>
    (
      await own.registry.ask(
        person('viewer'),
        `query ($id: ID!) { servingAt(deployment: $id, at: "2026-03-01T10:00:00.000Z") {
          killed served { layer arm share value release { number modelVersions { id } } } } }`,
        { id: deployment },
      )
    ).servingAt;

  it('takes a release and a percentage, grows with the same units, and becomes the default at 100', async () => {
    const { deployment, releases, versions } = await fresh();
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const first = await change('setCanary', { deployment, release: releases[1]!.id, percent: 5 });
    const [layer] = first.deployment.traffic.layers;
    expect(layer).toMatchObject({ kind: 'ALLOCATION', unit: 'user', seed: releases[1]!.digest });
    expect(layer.arms).toEqual([
      { arm: 'canary', release: releases[1]!.digest, ranges: [[0, 0.05]] },
      { arm: 'control', release: releases[0]!.digest, ranges: [[0.05, 1]] },
    ]);
    expect(await shares(deployment)).toEqual({
      killed: false,
      served: [
        {
          layer: 'ALLOCATION',
          arm: 'canary',
          share: 0.05,
          value: null,
          release: { number: 2, modelVersions: [{ id: versions[1] }] },
        },
        {
          layer: 'ALLOCATION',
          arm: 'control',
          share: 0.95,
          value: null,
          release: { number: 1, modelVersions: [{ id: versions[0] }] },
        },
      ],
    });
    const more = await change('setCanary', { deployment, release: releases[1]!.digest, percent: 25 });
    expect(more.deployment.traffic.layers[0]).toMatchObject({
      seed: layer.seed,
      holder: layer.holder,
      holderRevision: 2,
    });
    const all = await change('setCanary', { deployment, release: releases[1]!.id, percent: 100 });
    expect(all.deployment).toMatchObject({ live: { digest: releases[1]!.digest }, traffic: { lease: null } });
    expect(all.deployment.traffic.layers).toHaveLength(1);
  });

  it('is set once for one cause, with its reason on record', async () => {
    const { deployment, releases } = await fresh();
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const input = { deployment, release: releases[1]!.id, percent: 5, cause: 'ticket-7', reason: 'try it' };
    expect(await change('setCanary', input)).toMatchObject({ applied: true });
    expect(await change('setCanary', input)).toMatchObject({ applied: false });
    const { deployment: is } = await own.registry.ask(
      developer,
      `{ deployment(id: "${deployment}") { history(first: 1) { edges { node { kind cause reason } } } } }`,
    );
    expect(is.history.edges).toEqual([{ node: { kind: 'ACQUIRE_ALLOCATION', cause: 'ticket-7', reason: 'try it' } }]);
  });

  it('ends at 0, and is split by the input that is named', async () => {
    const { deployment, releases } = await fresh();
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const input = { deployment, release: releases[1]!.id, unit: 'country', expectedRevision: 1 };
    const { deployment: canary } = await change('setCanary', { ...input, percent: 50 });
    expect(canary.traffic.layers[0].unit).toBe('country');
    expect(await refused('setCanary', { ...input, percent: 60 }), 'the revision has moved').toMatchObject([
      { code: 'CONFLICT', rule: 'G6' },
    ]);
    const ended = await change('setCanary', { ...input, percent: 0 });
    expect(ended.deployment.traffic.layers).toEqual([{ kind: 'DEFAULT', release: releases[0]!.digest }]);
  });

  it('refuses what is the default already, a percentage that is none, and a deployment that an experiment splits', async () => {
    const place = await fresh();
    const { deployment, releases } = place;
    const input = { deployment, release: releases[1]!.id, percent: 5 };
    expect(await refused('setCanary', input)).toMatchObject([{ code: 'FAILED_PRECONDITION' }]);
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    expect(await refused('setCanary', { ...input, release: releases[0]!.id })).toMatchObject([{ field: 'release' }]);
    for (const percent of [-1, 101]) {
      expect(await refused('setCanary', { ...input, percent })).toMatchObject([{ field: 'percent' }]);
    }
    await change('acquireAllocation', split(place), experiment);
    expect(await refused('setCanary', input)).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
  });
});
