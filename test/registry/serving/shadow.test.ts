import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import {
  featureOutbox,
  machine,
  person,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, trafficMutation, type Deployed } from '../../support/serving.ts';

const developer = person('developer');
const experiment = service('experiment', 'user:developer');
const HOLDER = 'tiffin:default:shadow:challenger';

let database: TestDatabase;
let registry: TestRegistry;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
}, 120_000);

let count = 0;
/** A deployment whose first release serves. */
async function serving(releases = 2, sharedVersions = true): Promise<Deployed> {
  const place = await deployed(registry, `s${++count}`, { releases, sharedVersions });
  await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
  return place;
}
const change = (name: string, input: object, actor: Actor = developer): Promise<any> =>
  changeTraffic(registry, actor, name, input);
const refused = (name: string, input: object, actor: Actor = experiment): Promise<any[]> =>
  registry.refusals(actor, trafficMutation(name), {
    input: { ...(name.startsWith('acquire') ? {} : { reason: 'because' }), ...input },
  });

const asked = ({ deployment, releases }: Deployed, more: object = {}) => ({
  deployment,
  cause: 'start',
  holder: HOLDER,
  holderRevision: 1,
  seed: 'seed',
  unit: 'user',
  share: 0.25,
  release: releases[1]!.id,
  ...more,
});
const split = ({ deployment, releases }: Deployed) => ({
  deployment,
  cause: 'split',
  holder: 'tiffin:default:experiment:x',
  holderRevision: 1,
  seed: 'seed',
  unit: 'user',
  arms: [
    { arm: 'candidate', release: releases[1]!.id, ranges: [[0, 0.5]] },
    { arm: 'control', release: releases[0]!.id, ranges: [[0.5, 1]] },
  ],
});
const kinds = ({ deployment }: any): string[] => deployment.traffic.layers.map(({ kind }: any) => kind);

describe('a shadow', () => {
  it('stands before the default, held by the shadow’s service for a person, and is told of', async () => {
    const place = await serving(2, false);
    const { deployment } = await change('acquireShadow', asked(place), experiment);
    expect(deployment.traffic.layers).toEqual([
      {
        kind: 'SHADOW',
        holder: HOLDER,
        holderRevision: 1,
        seed: 'seed',
        hashVersion: 2,
        unit: 'user',
        share: 0.25,
        release: place.releases[1]!.digest,
        endsAt: null,
      },
      { kind: 'DEFAULT', release: place.releases[0]!.digest },
    ]);
    expect(deployment.traffic).toMatchObject({
      lease: null,
      shadow: { holder: HOLDER, holderRevision: 1, subject: 'service:experiment' },
    });
    const roles = await registry.ask(
      person('viewer'),
      `query ($id: ID!) { modelVersion(id: $id) { roles { role } } }`,
      { id: place.versions[1] },
    );
    expect(roles.modelVersion.roles).toEqual([{ role: 'SHADOW' }]);
    const db = await openDatabase(registrySchema, { url: database.appUrl, poolSize: 1 });
    const [told] = await db.query<any>(
      `select event->'data'->'shadow' as shadow, event->'asset'->'upstream' as upstream from outbox
       where urn = $1 order by seq desc limit 1`,
      [place.deployment],
    );
    await db.close();
    expect(told.shadow).toEqual({
      holder: HOLDER,
      release: place.releases[1]!.digest,
      modelVersions: [place.versions[1]],
    });
    expect(JSON.stringify(told.upstream), 'what only shadows does not serve').not.toContain(place.versions[1]);
  });

  it('does nothing a second time for the same cause, and refuses a second holder with the name of the first', async () => {
    const place = await serving();
    await change('acquireShadow', asked(place), experiment);
    expect(await change('acquireShadow', asked(place), experiment)).toMatchObject({ applied: false });
    const other = asked(place, { holder: 'tiffin:default:shadow:other', cause: 'other' });
    expect(await refused('acquireShadow', other)).toMatchObject([
      { code: 'CONFLICT', holder: HOLDER, message: expect.stringContaining(HOLDER) },
    ]);
    expect(await refused('acquireShadow', asked(place, { cause: 'wider', share: 0.5 }))).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('holderRevision above 1') },
    ]);
    const stale = asked(place, { cause: 'stale', holderRevision: 2, expectedRevision: 1 });
    expect(await refused('acquireShadow', stale)).toMatchObject([{ code: 'CONFLICT', rule: 'G6', revision: 2 }]);
    const wider = asked(place, { cause: 'wider-2', share: 0.5, holderRevision: 2 });
    expect((await change('acquireShadow', wider, experiment)).deployment.traffic.shadow.holderRevision).toBe(2);
  });

  it('ends by its holder or a person, and by nobody else', async () => {
    const place = await serving(2, false);
    await change('acquireShadow', asked(place), experiment);
    const end = { deployment: place.deployment, cause: 'end', holder: HOLDER };
    expect(await refused('endShadow', end, machine())).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
    expect(await refused('endShadow', { ...end, holder: 'x' })).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
    const ended = await change('endShadow', end, experiment);
    expect(kinds(ended)).toEqual(['DEFAULT']);
    expect(ended.deployment.traffic.shadow).toBeNull();
    const { modelVersion } = await registry.ask(
      person('viewer'),
      `query ($id: ID!) { modelVersion(id: $id) { roles { role } } }`,
      { id: place.versions[1] },
    );
    expect(modelVersion.roles, 'a shadow was never served').toEqual([{ role: 'STAGED' }]);
  });

  it('lives beside a split of traffic, and outlives it', async () => {
    const place = await serving(3);
    await change('acquireShadow', asked(place, { release: place.releases[2]!.id }), experiment);
    const both = await change('acquireAllocation', split(place), experiment);
    expect(kinds(both)).toEqual(['ALLOCATION', 'SHADOW', 'DEFAULT']);
    const after = await change(
      'endAllocation',
      { deployment: place.deployment, cause: 'end', holder: split(place).holder },
      experiment,
    );
    expect(kinds(after)).toEqual(['SHADOW', 'DEFAULT']);
  });

  it('stays through a promotion of another release, and ends when its own is promoted', async () => {
    const place = await serving(3);
    await change('acquireShadow', asked(place), experiment);
    const { deployment } = place;
    expect(kinds(await change('promoteRelease', { deployment, release: place.releases[2]!.id }))).toEqual([
      'SHADOW',
      'DEFAULT',
    ]);
    const own = await change('promoteRelease', { deployment, release: place.releases[1]!.id });
    expect(kinds(own)).toEqual(['DEFAULT']);
    expect(own.deployment.traffic.shadow).toBeNull();
  });

  it('is kept by a rollback to another release, and ended by one to its own', async () => {
    const place = await serving(3);
    const { deployment, releases } = place;
    await change('promoteRelease', { deployment, release: releases[1]!.id });
    await change('promoteRelease', { deployment, release: releases[2]!.id });
    await change('acquireShadow', asked(place, { release: releases[0]!.id }), experiment);
    expect(kinds(await change('rollback', { deployment }))).toEqual(['SHADOW', 'DEFAULT']);
    expect(kinds(await change('rollback', { deployment }))).toEqual(['DEFAULT']);
  });

  it('ends when all layers are set without it, by its holder or a person', async () => {
    const place = await serving();
    await change('acquireShadow', asked(place), experiment);
    const layers = [{ default: { release: place.releases[0]!.id } }];
    const set = { deployment: place.deployment, cause: 'set', expectedRevision: 2, layers };
    expect(await refused('setTraffic', set, machine())).toMatchObject([{ code: 'CONFLICT', holder: HOLDER }]);
    expect((await change('setTraffic', set)).deployment.traffic.shadow).toBeNull();
  });

  it('is frozen by a kill and by a fallback: it stays, and no other begins before a person allows it', async () => {
    const place = await serving(3);
    const { deployment, releases } = place;
    await change('promoteRelease', { deployment, release: releases[2]!.id });
    await change('acquireShadow', asked(place), experiment);
    const fallen = await change('fallbackDeployment', { deployment }, service('monitoring'));
    expect(kinds(fallen)).toEqual(['SHADOW', 'DEFAULT']);
    const wider = asked(place, { cause: 'wider', share: 1, holderRevision: 2 });
    expect(await refused('acquireShadow', wider)).toMatchObject([
      { code: 'CONFLICT', frozenBy: 'service:monitoring', message: expect.stringContaining('shadows are frozen') },
    ]);
    expect(kinds(await change('killDeployment', { deployment }))).toEqual(['KILL', 'SHADOW', 'DEFAULT']);
    await change('liftFreeze', { deployment });
    expect(await change('acquireShadow', wider, experiment)).toMatchObject({ applied: true });
  });

  it('takes a release that is approved, as whatever sees the same data', async () => {
    const place = await serving(2, false);
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await registry.ask(developer, suspend, { input: { id: place.versions[1], reason: 'odd' } });
    expect(await refused('acquireShadow', asked(place))).toMatchObject([
      { code: 'FAILED_PRECONDITION', state: 'SUSPENDED' },
    ]);
  });

  it('keeps its version from being retired', async () => {
    const place = await serving(2, false);
    await change('acquireShadow', asked(place), experiment);
    const retire =
      'mutation ($input: ReasonedStepInput!) { retireModelVersion(input: $input) { modelVersion { state } } }';
    expect(
      await registry.refusals(developer, retire, { input: { id: place.versions[1], reason: 'old' } }),
    ).toMatchObject([{ code: 'FAILED_PRECONDITION', rule: 'G10' }]);
  });

  let untouched: Deployed;
  beforeAll(async () => {
    untouched = await serving();
  });
  it.each([
    ['the release that answers by default', (place: Deployed) => ({ release: place.releases[0]!.id }), /nothing to/],
    ['a share of nothing', () => ({ share: 0 }), /above 0 and at most 1/],
    ['a share above all', () => ({ share: 1.1 }), /above 0 and at most 1/],
    ['a unit that is no input', () => ({ unit: 'planet' }), /no input "planet"/],
    ['a hash that does not exist', () => ({ hashVersion: 3 }), /hashVersion|Invalid/],
    ['a holder without a name', () => ({ holder: '' }), /holder|Too small/],
  ])('refuses %s', async (_, more, message) => {
    const place = untouched;
    expect(await refused('acquireShadow', asked(place, more(place)))).toMatchObject([
      { code: 'INVALID_INPUT', message: expect.stringMatching(message) },
    ]);
  });

  it('takes something that serves, and a release of the same deployment', async () => {
    const idle = await deployed(registry, `s${++count}`, { sharedVersions: true });
    expect(await refused('acquireShadow', asked(idle))).toMatchObject([{ code: 'FAILED_PRECONDITION' }]);
    const [one, other] = [await serving(), await serving()];
    expect(await refused('acquireShadow', asked(one, { release: other.releases[1]!.id }))).toMatchObject([
      { code: 'NOT_FOUND', field: 'release' },
    ]);
  });
});

it('is asked of nodes as a capability, with the release among the blobs', async () => {
  const place = await serving();
  await change('acquireShadow', asked(place), experiment);
  const db = await openDatabase(registrySchema, { url: database.appUrl, poolSize: 1 });
  const [manifest] = await db.query<any>(
    `select envelope, blobs from manifest where project = 'default' and audience = 'server'`,
  );
  await db.close();
  const { deployments } = JSON.parse(Buffer.from(manifest.envelope.payload, 'base64').toString());
  const entry = deployments.find(({ deployment }: any) => deployment === place.deployment);
  expect(entry.requires).toContain('shadow:1');
  expect(manifest.blobs).toContain(place.releases[1]!.digest);
});
