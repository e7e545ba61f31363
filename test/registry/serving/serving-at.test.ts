import { describe, expect, it } from 'vitest';
import { person } from '../../support/registry.ts';
import { experiment, split, TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const { change, fresh } = own;

describe('what serves, and when', () => {
  it('tells what was ordered at any moment', async () => {
    const place = await fresh();
    const at = (time: string) =>
      own.registry.ask(
        person('viewer'),
        'query ($deployment: ID!, $at: DateTime!) { servingAt(deployment: $deployment, at: $at) { release { number } modelVersions { id } change { revision } } }',
        { deployment: place.deployment, at: time },
      );
    own.clock = new Date('2026-03-01T12:00:00.000Z');
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    own.clock = new Date('2026-03-01T13:00:00.000Z');
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    own.clock = new Date('2026-03-01T14:00:00.000Z');
    await change('rollback', { deployment: place.deployment });
    expect(await at('2026-03-01T11:59:59.999Z')).toEqual({ servingAt: null });
    expect(await at('2026-03-01T12:00:00.000Z')).toMatchObject({
      servingAt: { release: { number: 1 }, modelVersions: [{ id: place.versions[0] }], change: { revision: 1 } },
    });
    expect(await at('2026-03-01T13:30:00.000Z')).toMatchObject({ servingAt: { release: { number: 2 } } });
    expect(await at('2030-01-01T00:00:00.000Z')).toMatchObject({
      servingAt: { release: { number: 1 }, change: { revision: 3 } },
    });
    own.clock = new Date('2026-03-01T10:00:00.000Z');
  });

  it('names every release that answered, with its share, and none while the model was stopped', async () => {
    const { deployment, releases } = await fresh(3);
    const layers = [
      { holdout: { seed: 'h', unit: 'user', share: 0.1, release: releases[0]!.id } },
      { variant: { field: 'country', releases: [{ value: 'DE', release: releases[2]!.id }] } },
      { default: { release: releases[1]!.id } },
    ];
    await change('setTraffic', { deployment, cause: 'a', expectedRevision: 0, layers });
    const served = async (): Promise<any> =>
      (
        await own.registry.ask(
          person('viewer'),
          'query ($id: ID!, $at: DateTime!) { servingAt(deployment: $id, at: $at) { killed served { layer value share release { number } } } }',
          { id: deployment, at: own.clock.toISOString() },
        )
      ).servingAt;
    const shares = [
      { layer: 'HOLDOUT', value: null, share: 0.1, release: { number: 1 } },
      { layer: 'VARIANT', value: 'DE', share: null, release: { number: 3 } },
      { layer: 'DEFAULT', value: null, share: 0.9, release: { number: 2 } },
    ];
    expect(await served()).toEqual({ killed: false, served: shares });
    const now = async (): Promise<any> =>
      (
        await own.registry.ask(
          person('viewer'),
          'query ($id: ID!) { deployment(id: $id) { serving { layer value share release { number } } } }',
          { id: deployment },
        )
      ).deployment.serving;
    expect(await now()).toEqual(shares);
    own.clock = new Date(own.clock.getTime() + 1);
    await change('killDeployment', { deployment });
    expect(await now()).toEqual([]);
    expect(await served()).toEqual({ killed: true, served: [] });
  });

  it('computes the roles of a version from traffic, per deployment', async () => {
    const place = await fresh(3, { sharedVersions: false });
    const roles = async (i: number): Promise<string[]> =>
      (
        await own.registry.ask(
          person('viewer'),
          `{ modelVersion(id: "${place.versions[i]}") { roles { role deployment { id } } } }`,
        )
      ).modelVersion.roles.map(({ role }: any) => role);
    expect(await roles(0)).toEqual(['STAGED']);
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    expect(await roles(0)).toEqual(['LIVE']);
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    expect([await roles(0), await roles(1)]).toEqual([['SUPERSEDED'], ['LIVE']]);
    const arms = [
      { arm: 'candidate', release: place.releases[2]!.id, ranges: [[0, 0.5]] },
      { arm: 'control', release: place.releases[1]!.id, ranges: [[0.5, 1]] },
    ];
    await change('acquireAllocation', split(place, { arms }), experiment);
    expect([await roles(1), await roles(2)]).toEqual([['LIVE'], ['CANARY']]);
    await change('killDeployment', { deployment: place.deployment });
    expect([await roles(0), await roles(1), await roles(2)]).toEqual([['SUPERSEDED'], ['KILLED'], ['KILLED']]);
  });

  it('does not retire a version that takes traffic', async () => {
    const place = await fresh(1, { sharedVersions: false });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const retire =
      'mutation ($input: ModelVersionStepInput!) { retireModelVersion(input: $input) { modelVersion { state } } }';
    expect(await own.registry.refusals(developer, retire, { input: { id: place.versions[0] } })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G10', deployments: [place.deployment] },
    ]);
  });
});
