import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { person, service } from '../../support/registry.ts';
import { released, fraudRecipe, SERVICE, serviceEvent } from '../../support/serving.ts';
import { experiment, HOLDER, split, TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const PATIENCE = { timeout: 30_000, interval: 50 };
const { change, fresh, refused } = own;

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
    own.clock = new Date('2036-03-01T10:00:00.000Z');
    const { deployment } = await change('rollback', { deployment: place.deployment });
    own.clock = new Date('2026-03-01T10:00:00.000Z');
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
    const { deployment: is } = await own.registry.ask(
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
    const other = await released(own.registry, { deployment, recipe: { ...recipe, inputs } });
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
    const place = await fresh(2, { sharedVersions: false });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
    await change('promoteRelease', { deployment: place.deployment, release: place.releases[1]!.id });
    const unfit = [{ code: 'FAILED_PRECONDITION', rule: 'G7' }];

    const { digest } = place.releases[0]!;
    const path = join(own.registry.folder, 'blobs', 'blobs', digest.slice(0, 2), digest);
    const intact = readFileSync(path);
    writeFileSync(path, 'tampered');
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    unlinkSync(path);
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    writeFileSync(path, intact);

    // The registry hears of features when their feed tells of them.
    const dryRun = { deployment: place.deployment, dryRun: true };
    await own.tell({ ...serviceEvent(), revision: 2, deleted: true });
    await vi.waitFor(async () => expect(await refused('rollback', dryRun)).toMatchObject(unfit), PATIENCE);
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject(unfit);
    await own.tell(serviceEvent(SERVICE, 3));
    await vi.waitFor(async () => expect(await refused('rollback', dryRun)).toEqual([]), PATIENCE);

    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await own.registry.ask(developer, suspend, { input: { id: place.versions[0], reason: 'odd' } });
    expect(await refused('rollback', { deployment: place.deployment })).toMatchObject([
      { ...unfit[0], state: 'SUSPENDED' },
    ]);
    const { deployment } = await change('fallbackDeployment', { deployment: place.deployment }, service('monitoring'));
    expect(deployment.traffic, 'a fallback never fails: it stops the deployment instead').toMatchObject({
      killed: true,
    });
  });
});
