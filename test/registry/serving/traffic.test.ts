import { beforeAll, describe, expect, it } from 'vitest';
import { machine, person } from '../../support/registry.ts';
import { fraudRecipe, layerInputs, released, trafficMutation, type Deployed } from '../../support/serving.ts';
import { experiment, split, TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const { change, fresh, refused } = own;

const layersOf = ({ releases }: Deployed, share = 0.1) => [
  { kind: 'HOLDOUT', seed: 'h', unit: 'user', share, release: releases[0]!.id },
  { kind: 'VARIANT', field: 'country', releases: { DE: releases[0]!.digest } },
  { kind: 'DEFAULT', release: releases[1]!.id },
];

describe('promoting a release', () => {
  it('makes it live, by id or by digest, with every change on record', async () => {
    const { deployment, releases, versions } = await fresh();
    const first = await change('promoteRelease', { deployment, release: releases[0]!.id });
    expect(first).toMatchObject({
      applied: true,
      deployment: {
        live: { digest: releases[0]!.digest, modelVersions: [{ id: versions[0] }] },
        traffic: { revision: 1, previousRelease: null, killed: false },
      },
    });
    const second = await change('promoteRelease', { deployment, release: releases[1]!.digest, cause: 'ship' });
    expect(second.deployment.traffic).toMatchObject({ revision: 2, previousRelease: releases[0]!.digest });
    const { deployment: read } = await own.registry.ask(
      person('viewer'),
      `{ deployment(id: "${deployment}") { history { edges { node { revision kind cause actor reason } } } releases { edges { node { number } } } } }`,
    );
    expect(read.history.edges.map(({ node }: any) => node)).toMatchObject([
      { revision: 2, kind: 'PROMOTE', cause: 'ship', actor: 'user:developer', reason: 'because' },
      { revision: 1, kind: 'PROMOTE' },
    ]);
    expect(read.releases.edges.map(({ node }: any) => node.number)).toEqual([2, 1]);
  });

  it('does nothing a second time for the same cause, and refuses the cause for another change', async () => {
    const { deployment, releases } = await fresh();
    const input = { deployment, release: releases[0]!.id, cause: 'verdict-1' };
    expect(await change('promoteRelease', input)).toMatchObject({ applied: true });
    expect(await change('promoteRelease', input)).toMatchObject({
      applied: false,
      deployment: { traffic: { revision: 1 } },
    });
    expect(await refused('promoteRelease', { ...input, release: releases[1]!.id })).toMatchObject([
      { code: 'CONFLICT', field: 'cause', revision: 1 },
    ]);
  });

  it('refuses a release of another deployment', async () => {
    const [one, other] = [await fresh(1), await fresh(1)];
    for (const name of [other.releases[0]!.id, other.releases[0]!.digest]) {
      expect(await refused('promoteRelease', { deployment: one.deployment, release: name })).toMatchObject([
        { code: 'NOT_FOUND', field: 'release' },
      ]);
    }
  });

  it('refuses a version that was suspended meanwhile, whatever door the traffic comes through', async () => {
    const { deployment, releases, versions } = await fresh(2, { sharedVersions: false });
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await own.registry.ask(developer, suspend, { input: { id: versions[1], reason: 'odd' } });
    const suspended = { code: 'FAILED_PRECONDITION', state: 'SUSPENDED' };
    expect(await refused('promoteRelease', { deployment, release: releases[1]!.id })).toMatchObject([suspended]);
    const layers = [{ default: { release: releases[1]!.id } }];
    expect(await refused('setTraffic', { deployment, cause: 'x', expectedRevision: 1, layers })).toMatchObject([
      suspended,
    ]);
    expect(
      await refused('acquireAllocation', split({ deployment, releases, versions, endpoint: '' }), experiment),
    ).toMatchObject([suspended]);
  });

  it('is not for viewers, nor for keys without the scope', async () => {
    const { deployment, releases } = await fresh(1);
    const input = { deployment, release: releases[0]!.id };
    for (const actor of [person('viewer'), machine(['registry:write', 'registry:read'])]) {
      expect(await refused('promoteRelease', input, actor)).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect(await change('promoteRelease', input, machine(['registry:traffic', 'registry:read']))).toMatchObject({
      applied: true,
    });
  });
});

describe('setting all layers', () => {
  it('takes them in their order, with digests in place of names', async () => {
    const place = await fresh();
    const { deployment } = await change('setTraffic', {
      deployment: place.deployment,
      cause: 'a',
      expectedRevision: 0,
      layers: layerInputs(layersOf(place)),
    });
    expect(deployment.traffic.layers).toEqual([
      { kind: 'HOLDOUT', seed: 'h', unit: 'user', share: 0.1, release: place.releases[0]!.digest },
      { kind: 'VARIANT', field: 'country', releases: { DE: place.releases[0]!.digest } },
      { kind: 'DEFAULT', release: place.releases[1]!.digest },
    ]);
  });

  it('refuses a revision that has moved, and tells the one that is', async () => {
    const place = await fresh();
    const input = { deployment: place.deployment, expectedRevision: 0, layers: layerInputs(layersOf(place)) };
    await change('setTraffic', { ...input, cause: 'a' });
    expect(await refused('setTraffic', { ...input, cause: 'b' })).toMatchObject([
      { code: 'CONFLICT', rule: 'G6', revision: 1, field: 'expectedRevision' },
    ]);
  });

  it('lets one of 50 parallel changes win, and tells the other 49 clearly', async () => {
    const place = await fresh();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        own.registry.refusals(developer, trafficMutation('setTraffic'), {
          input: {
            deployment: place.deployment,
            cause: `c${i}`,
            expectedRevision: 0,
            layers: layerInputs(layersOf(place, 0.01 + i / 100)),
          },
        }),
      ),
    );
    const refusals = answers.filter((errors) => errors.length > 0);
    expect(refusals).toHaveLength(49);
    for (const [error] of refusals) expect(error).toMatchObject({ code: 'CONFLICT', rule: 'G6', revision: 1 });
    const { deployment } = await own.registry.ask(
      developer,
      `{ deployment(id: "${place.deployment}") { traffic { revision } } }`,
    );
    expect(deployment.traffic.revision).toBe(1);
  });

  let untouched: Deployed;
  beforeAll(async () => {
    untouched = await fresh();
  });
  it.each([
    ['no default', (place: Deployed) => layersOf(place).slice(0, 2), 'layers'],
    ['the wrong order', (place: Deployed) => [layersOf(place)[1], layersOf(place)[0], layersOf(place)[2]], 'layers.1'],
    ['two defaults', (place: Deployed) => [layersOf(place)[2], layersOf(place)[2]], 'layers.1'],
    ['a holdout of everything', (place: Deployed) => layersOf(place, 1), 'layers.0.share'],
    [
      'a field that is no input',
      (place: Deployed) => [
        { kind: 'VARIANT', field: 'planet', releases: { x: place.releases[0]!.id } },
        layersOf(place)[2],
      ],
      'layers.0.field',
    ],
    [
      'a unit that is no input',
      (place: Deployed) => [{ ...layersOf(place)[0], unit: 'planet' }, layersOf(place)[2]],
      'layers.0.unit',
    ],
  ])('refuses %s', async (_, layers, field) => {
    const place = untouched;
    const input = { deployment: place.deployment, cause: 'a', expectedRevision: 0, layers: layerInputs(layers(place)) };
    expect(await refused('setTraffic', input)).toMatchObject([{ code: 'INVALID_INPUT', field }]);
  });
});

describe('a variant by a segment that recipes declare', () => {
  const season = { name: 'season', expression: 'at.getMonth() > 5 ? "monsoon" : "dry"', values: ['monsoon', 'dry'] };

  it('is taken where every release that may answer declares it, with its values', async () => {
    const { deployment, releases, versions } = await fresh(1);
    const declaring = await released(own.registry, {
      deployment,
      recipe: fraudRecipe(versions[0]!, { segments: [season] }),
    });
    expect(declaring).toMatchObject({ requires: expect.arrayContaining(['segments:1']) });
    const layers = (value: string, byDefault: string) => ({
      deployment,
      cause: `${value} ${byDefault}`,
      expectedRevision: 0,
      layers: layerInputs([
        { kind: 'VARIANT', field: 'season', releases: { [value]: declaring.id } },
        { kind: 'DEFAULT', release: byDefault },
      ]),
    });
    expect(await refused('setTraffic', layers('monsoon', releases[0]!.id))).toMatchObject([
      {
        code: 'INVALID_INPUT',
        field: 'layers.0.field',
        message: expect.stringContaining('no input or segment "season"'),
      },
    ]);
    expect(await refused('setTraffic', layers('winter', declaring.id))).toMatchObject([
      { code: 'INVALID_INPUT', field: 'layers.0.field', allowed: ['monsoon', 'dry', 'other'] },
    ]);
    const set = await change('setTraffic', layers('monsoon', declaring.id));
    expect(set.deployment.traffic.layers).toMatchObject([{ kind: 'VARIANT', field: 'season' }, { kind: 'DEFAULT' }]);
    // Nobody is split by a segment: it is no unit.
    const held = { kind: 'HOLDOUT', seed: 'h', unit: 'season', share: 0.1, release: declaring.id };
    const holdout = {
      deployment,
      cause: 'holdout',
      expectedRevision: 1,
      layers: layerInputs([held, { kind: 'DEFAULT', release: declaring.id }]),
    };
    expect(await refused('setTraffic', holdout)).toMatchObject([{ field: 'layers.0.unit' }]);
  });
});

describe('setting layers of every kind', () => {
  it('takes all that each of them says', async () => {
    const { deployment, releases } = await fresh(3);
    const [first, second, third] = releases.map(({ digest }) => digest);
    const held = { holderRevision: 3, hashVersion: 1, unit: 'user', endsAt: '2030-01-01T00:00:00.000Z' };
    const arms = [
      { arm: 'candidate', release: second!, ranges: [[0, 0.2]] },
      { arm: 'control', release: first!, ranges: [[0.2, 1]] },
    ];
    const layers = [
      { kind: 'FORCED', releases: [third] },
      { kind: 'HOLDOUT', seed: 'h', unit: 'user', share: 0.1, release: first },
      { kind: 'VARIANT', field: 'country', releases: { DE: second, FR: third } },
      { kind: 'ALLOCATION', holder: 'tiffin:default:experiment:a', seed: 'a', arms, ...held },
      { kind: 'SHADOW', holder: 'tiffin:default:shadow:s', seed: 's', share: 0.5, release: third, ...held },
      { kind: 'DEFAULT', release: first },
    ];
    const input = { deployment, cause: 'all', expectedRevision: 0, layers: layerInputs(layers) };
    expect((await change('setTraffic', input)).deployment.traffic.layers).toEqual(layers);
  });
});

describe('setting layers that are no layers', () => {
  it.each([
    ['two kinds in one', (place: Deployed) => [{ ...layerInputs(layersOf(place))[0], default: { release: 'x' } }]],
    ['no kind', () => [{}]],
  ])('refuses %s, and says which kinds there are', async (_, layers) => {
    const place = await fresh(2);
    const input = { deployment: place.deployment, cause: 'a', expectedRevision: 0, layers: layers(place) };
    expect(await refused('setTraffic', input)).toMatchObject([
      {
        code: 'INVALID_INPUT',
        field: 'layers.0',
        allowed: ['forced', 'holdout', 'variant', 'allocation', 'shadow', 'default'],
      },
    ]);
  });
});
