import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../support/test-database.ts';
import {
  featureOutbox,
  machine,
  person,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import {
  changeTraffic,
  released,
  deployed,
  fraudRecipe,
  layerInputs,
  SERVICE,
  serviceEvent,
  trafficMutation,
  type Deployed,
} from '../../support/serving.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';

const developer = person('developer');
const experiment = service('experiment', 'user:developer');
const HOLDER = 'tiffin:default:experiment:challenger';

let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
let outbox: Awaited<ReturnType<typeof featureOutbox>>;
beforeAll(async () => {
  const database = await createTestDatabase();
  outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => clock });
  await outbox.tell(serviceEvent());
});

let count = 0;
const fresh = (releases = 2): Promise<Deployed> => deployed(registry, `e${++count}`, { releases });
const change = (name: string, input: object, actor: Actor = developer): Promise<any> =>
  changeTraffic(registry, actor, name, input);
const refused = (name: string, input: object, actor: Actor = developer): Promise<any[]> =>
  registry.refusals(actor, trafficMutation(name), {
    input: { ...(name === 'acquireAllocation' ? {} : { reason: 'because' }), ...input },
  });

const split = ({ deployment, releases }: Deployed, more: object = {}) => ({
  deployment,
  cause: 'start',
  holder: HOLDER,
  holderRevision: 1,
  seed: 'seed',
  unit: 'user',
  arms: [
    { arm: 'candidate', release: releases[1]!.id, ranges: [[0, 0.5]] },
    { arm: 'control', release: releases[0]!.digest, ranges: [[0.5, 1]] },
  ],
  ...more,
});

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
    const { deployment: read } = await registry.ask(
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
    const { deployment, releases, versions } = await fresh();
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await registry.ask(developer, suspend, { input: { id: versions[1], reason: 'odd' } });
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

const layersOf = ({ releases }: Deployed, share = 0.1) => [
  { kind: 'HOLDOUT', seed: 'h', unit: 'user', share, release: releases[0]!.id },
  { kind: 'VARIANT', field: 'country', releases: { DE: releases[0]!.digest } },
  { kind: 'DEFAULT', release: releases[1]!.id },
];

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
        registry.refusals(developer, trafficMutation('setTraffic'), {
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
    const { deployment } = await registry.ask(
      developer,
      `{ deployment(id: "${place.deployment}") { traffic { revision } } }`,
    );
    expect(deployment.traffic.revision).toBe(1);
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
    const place = await fresh();
    const input = { deployment: place.deployment, cause: 'a', expectedRevision: 0, layers: layerInputs(layers(place)) };
    expect(await refused('setTraffic', input)).toMatchObject([{ code: 'INVALID_INPUT', field }]);
  });
});

describe('a split of traffic', () => {
  it('is held by one experiment; a second is refused with the name of the first', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const { deployment } = await change('acquireAllocation', split(place), experiment);
    expect(deployment.traffic.lease).toEqual({ holder: HOLDER, holderRevision: 1, subject: 'service:experiment' });
    const other = split(place, { holder: 'tiffin:default:experiment:other', cause: 'other' });
    expect(await refused('acquireAllocation', other, experiment)).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
    const { history } = (
      await registry.ask(
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

describe('a canary', () => {
  const shares = async (deployment: string): Promise<any> =>
    (
      await registry.ask(
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
    const { deployment: is } = await registry.ask(
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

describe('rollback', () => {
  it('goes back in one call, without approval, and back again', async () => {
    const place = await fresh(3);
    for (const { id } of place.releases) await change('promoteRelease', { deployment: place.deployment, release: id });
    const back = await change('rollback', { deployment: place.deployment });
    expect(back.deployment).toMatchObject({
      live: { digest: place.releases[1]!.digest },
      traffic: { revision: 4, previousRelease: place.releases[0]!.digest, freeze: null },
    });
    const further = await change('rollback', { deployment: place.deployment });
    expect(further.deployment.live.digest).toBe(place.releases[0]!.digest);
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G7' },
    ]);
  });

  it('works although the approval of its target has expired since', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    clock = new Date('2036-03-01T10:00:00.000Z');
    const { deployment } = await change('rollback', { deployment: place.deployment });
    clock = new Date('2026-03-01T10:00:00.000Z');
    expect(deployment.live.digest).toBe(place.releases[0]!.digest);
  });

  it('ends a split, and nobody splits again before a person allows it', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    await change('acquireAllocation', split(place), experiment);
    const { deployment } = await change('rollback', { deployment: place.deployment });
    expect(deployment.traffic).toMatchObject({ lease: null, freeze: { by: 'user:developer', reason: 'because' } });
    const again = split(place, { cause: 'again', holderRevision: 2 });
    expect(await refused('acquireAllocation', again, experiment)).toMatchObject([
      { code: 'CONFLICT', frozenBy: 'user:developer' },
    ]);
    expect(await refused('liftFreeze', { deployment: place.deployment }, experiment)).toMatchObject([
      { code: 'FORBIDDEN', rule: 'G8' },
    ]);
    await change('liftFreeze', { deployment: place.deployment });
    expect(await change('acquireAllocation', again, experiment)).toMatchObject({ applied: true });
  });

  it('takes one step: while a split runs it ends that and leaves the default, and the next one goes back', async () => {
    const place = await fresh(3);
    const { deployment, releases } = place;
    for (const { id } of [releases[0]!, releases[1]!]) await change('promoteRelease', { deployment, release: id });
    const arms = [
      { arm: 'candidate', release: releases[2]!.id, ranges: [[0, 0.05]] },
      { arm: 'control', release: releases[1]!.id, ranges: [[0.05, 1]] },
    ];
    await change('acquireAllocation', split(place, { arms }), experiment);
    const first = await change('rollback', { deployment });
    expect(first.deployment).toMatchObject({
      live: { digest: releases[1]!.digest },
      traffic: { lease: null, previousRelease: releases[0]!.digest },
    });
    expect(first.effects).toEqual([
      `the split of ${HOLDER} ends`,
      'release 2 stays the default',
      'nobody may split or shadow the traffic until a person calls liftFreeze',
    ]);
    const second = await change('rollback', { deployment });
    expect(second.deployment.live.digest).toBe(releases[0]!.digest);
    expect(second.effects).toEqual(['release 1 becomes the default in place of release 2']);
  });

  it('says what it would do, and changes nothing, in a dry run', async () => {
    const place = await fresh();
    const { deployment, releases } = place;
    for (const { id } of releases) await change('promoteRelease', { deployment, release: id });
    const dry = await change('rollback', { deployment, dryRun: true });
    expect(dry).toMatchObject({
      applied: false,
      eventCursor: null,
      effects: ['release 1 becomes the default in place of release 2'],
      deployment: { live: { digest: releases[0]!.digest } },
    });
    const { deployment: is } = await registry.ask(
      developer,
      `{ deployment(id: "${deployment}") { live { digest } traffic { revision } } }`,
    );
    expect(is).toEqual({ live: { digest: releases[1]!.digest }, traffic: { revision: 2 } });
    expect(await change('rollback', { deployment }), 'the same call in earnest').toMatchObject({ applied: true });
  });

  it('goes to a named release that was the default before, past a split, and to no other', async () => {
    const place = await fresh(4);
    const { deployment, releases } = place;
    for (const { id } of releases.slice(0, 3)) await change('promoteRelease', { deployment, release: id });
    expect(await refused('rollback', { deployment, to: releases[3]!.id })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G7', field: 'to', allowed: [releases[1]!.digest, releases[0]!.digest] },
    ]);
    const back = await change('rollback', { deployment, to: releases[0]!.id });
    expect(back.deployment).toMatchObject({
      live: { digest: releases[0]!.digest },
      traffic: { previousRelease: null },
    });
  });

  it('warns where requests for the release that is left do not fit the one that is gone to', async () => {
    const place = await fresh(1);
    const { deployment, releases, versions } = place;
    const recipe = fraudRecipe(versions[0]!);
    const inputs = [
      ...recipe.inputs.filter(({ name }) => name !== 'country'),
      { name: 'channel', dtype: 'STRING' as const },
    ];
    const other = await released(registry, { deployment, recipe: { ...recipe, inputs } });
    await change('promoteRelease', { deployment, release: releases[0]!.id });
    const forward = await change('promoteRelease', { deployment, release: other.id });
    expect(forward.warnings).toEqual([
      'release 2 has no input "country", which requests made for release 1 may send',
      'release 2 requires the input "channel", which release 1 does not know',
    ]);
    const back = await change('rollback', { deployment });
    expect(back.warnings).toEqual(['release 1 has no input "channel", which requests made for release 2 may send']);
  });

  it('refuses a target that was suspended, damaged, or whose features are gone (G7)', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    const unfit = [{ code: 'FAILED_PRECONDITION', rule: 'G7' }];

    const { digest } = place.releases[0]!;
    const path = join(registry.folder, 'blobs', 'blobs', digest.slice(0, 2), digest);
    const intact = readFileSync(path);
    writeFileSync(path, 'tampered');
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    unlinkSync(path);
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    writeFileSync(path, intact);

    const gone = await outbox.tell({ ...serviceEvent(), revision: 2, deleted: true });
    await settled(gone);
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    await settled(await outbox.tell(serviceEvent(SERVICE, 3)));

    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await registry.ask(developer, suspend, { input: { id: place.versions[0], reason: 'odd' } });
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject([
      { ...unfit[0], state: 'SUSPENDED' },
    ]);
    const { deployment } = await change('fallbackDeployment', { deployment: place.deployment }, service('monitoring'));
    expect(deployment.traffic, 'a fallback never fails: it stops the deployment instead').toMatchObject({
      killed: true,
    });
  });
});

/** Waits until the registry has heard what the feature subgraph told. */
async function settled(cursor: string): Promise<void> {
  const recipe = { deployment: 'tiffin:default:deployment:none@none', recipe: {}, after: cursor };
  const create = 'mutation ($input: CreateReleaseInput!) { createRelease(input: $input) { eventCursor } }';
  const [{ code }] = (await registry.refusals(developer, create, { input: recipe })) as any;
  expect(code).toBe('INVALID_INPUT');
  await new Promise((resolve) => setTimeout(resolve, 300));
}

describe('kill and fallback', () => {
  it('stops a deployment at once, whatever revision it is at, until a person lifts it', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const { deployment } = await change('killDeployment', { deployment: place.deployment }, service('monitoring'));
    expect(deployment.traffic).toMatchObject({
      killed: true,
      layers: [{ kind: 'KILL', reason: 'because' }, { kind: 'DEFAULT' }],
      freeze: { by: 'service:monitoring' },
    });
    expect(
      await refused('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id }, machine()),
    ).toMatchObject([{ code: 'CONFLICT', frozenBy: 'service:monitoring' }]);
    const promoted = await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    expect(promoted.deployment.traffic, 'a person may change what lies below; the kill stays').toMatchObject({
      killed: true,
    });
    const lifted = await change('liftFreeze', { deployment: place.deployment });
    expect(lifted.deployment.traffic).toMatchObject({ killed: false, freeze: null });
    expect(await refused('liftFreeze', { deployment: place.deployment })).toMatchObject([
      { code: 'FAILED_PRECONDITION' },
    ]);
  });

  it('never loses against other changes', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const others = Array.from({ length: 10 }, (_, i) =>
      registry.refusals(developer, trafficMutation('promoteRelease'), {
        input: { deployment: place.deployment, release: place.releases[i % 2]!.id, reason: 'r', cause: `p${i}` },
      }),
    );
    const [killed] = await Promise.all([
      change('killDeployment', { deployment: place.deployment }, service('monitoring')),
      ...others,
    ]);
    expect(killed.applied).toBe(true);
    const { deployment } = await registry.ask(
      developer,
      `{ deployment(id: "${place.deployment}") { traffic { killed revision } } }`,
    );
    expect(deployment.traffic).toEqual({ killed: true, revision: 12 });
  });

  it('falls back to the release before, and freezes', async () => {
    const place = await fresh();
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    const { deployment } = await change('fallbackDeployment', { deployment: place.deployment }, service('monitoring'));
    expect(deployment).toMatchObject({
      live: { digest: place.releases[0]!.digest },
      traffic: { killed: false, freeze: { by: 'service:monitoring' } },
    });
  });
});

describe('what serves, and when', () => {
  it('tells what was ordered at any moment', async () => {
    const place = await fresh();
    const at = (time: string) =>
      registry.ask(
        person('viewer'),
        'query ($deployment: ID!, $at: DateTime!) { servingAt(deployment: $deployment, at: $at) { release { number } modelVersions { id } change { revision } } }',
        { deployment: place.deployment, at: time },
      );
    clock = new Date('2026-03-01T12:00:00.000Z');
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    clock = new Date('2026-03-01T13:00:00.000Z');
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    clock = new Date('2026-03-01T14:00:00.000Z');
    await change('rollback', { deployment: place.deployment });
    expect(await at('2026-03-01T11:59:59.999Z')).toEqual({ servingAt: null });
    expect(await at('2026-03-01T12:00:00.000Z')).toMatchObject({
      servingAt: { release: { number: 1 }, modelVersions: [{ id: place.versions[0] }], change: { revision: 1 } },
    });
    expect(await at('2026-03-01T13:30:00.000Z')).toMatchObject({ servingAt: { release: { number: 2 } } });
    expect(await at('2030-01-01T00:00:00.000Z')).toMatchObject({
      servingAt: { release: { number: 1 }, change: { revision: 3 } },
    });
    clock = new Date('2026-03-01T10:00:00.000Z');
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
        await registry.ask(
          person('viewer'),
          'query ($id: ID!, $at: DateTime!) { servingAt(deployment: $id, at: $at) { killed served { layer value share release { number } } } }',
          { id: deployment, at: clock.toISOString() },
        )
      ).servingAt;
    expect(await served()).toEqual({
      killed: false,
      served: [
        { layer: 'HOLDOUT', value: null, share: 0.1, release: { number: 1 } },
        { layer: 'VARIANT', value: 'DE', share: null, release: { number: 3 } },
        { layer: 'DEFAULT', value: null, share: 0.9, release: { number: 2 } },
      ],
    });
    clock = new Date(clock.getTime() + 1);
    await change('killDeployment', { deployment });
    expect(await served()).toEqual({ killed: true, served: [] });
  });

  it('computes the roles of a version from traffic, per deployment', async () => {
    const place = await fresh(3);
    const roles = async (i: number): Promise<string[]> =>
      (
        await registry.ask(
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
    const place = await fresh(1);
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    const retire =
      'mutation ($input: ModelVersionStepInput!) { retireModelVersion(input: $input) { modelVersion { state } } }';
    expect(await registry.refusals(developer, retire, { input: { id: place.versions[0] } })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G10', deployments: [place.deployment] },
    ]);
  });
});
