import { describe, expect, it } from 'vitest';
import { machine, person, service } from '../../support/registry.ts';
import { trafficMutation } from '../../support/serving.ts';
import { TestTraffic } from '../../support/traffic.ts';

const developer = person('developer');
const own = new TestTraffic();
const { change, fresh, refused } = own;

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
      own.registry.refusals(developer, trafficMutation('promoteRelease'), {
        input: { deployment: place.deployment, release: place.releases[i % 2]!.id, reason: 'r', cause: `p${i}` },
      }),
    );
    const [killed] = await Promise.all([
      change('killDeployment', { deployment: place.deployment }, service('monitoring')),
      ...others,
    ]);
    expect(killed.applied).toBe(true);
    const { deployment } = await own.registry.ask(
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
