import { describe, expect, it } from 'vitest';
import { person, service } from '../../support/registry.ts';
import { TestApprovals, type Waiting } from '../../support/release-approval.ts';
import { layerInputs, trafficMutation } from '../../support/serving.ts';

const developer = person('developer');
const approver = person('approver');
const own = new TestApprovals();
const { approve, change, withWaiting } = own;

describe('every way to answer', () => {
  const ways: Record<string, (place: Waiting) => { readonly name: string; readonly input: object }> = {
    default: ({ waiting }) => ({
      name: 'setTraffic',
      input: { expectedRevision: 1, cause: 'set', layers: layerInputs([{ kind: 'DEFAULT', release: waiting.id }]) },
    }),
    holdout: ({ waiting, releases }) => ({
      name: 'setTraffic',
      input: {
        expectedRevision: 1,
        cause: 'set',
        layers: layerInputs([
          { kind: 'HOLDOUT', seed: 's', unit: 'user', share: 0.1, release: waiting.id },
          { kind: 'DEFAULT', release: releases[0]!.id },
        ]),
      },
    }),
    variant: ({ waiting, releases }) => ({
      name: 'setTraffic',
      input: {
        expectedRevision: 1,
        cause: 'set',
        layers: layerInputs([
          { kind: 'VARIANT', field: 'country', releases: { DE: waiting.id } },
          { kind: 'DEFAULT', release: releases[0]!.id },
        ]),
      },
    }),
    arm: ({ waiting, releases }) => ({
      name: 'acquireAllocation',
      input: {
        cause: 'split',
        holder: 'experiment:x',
        holderRevision: 1,
        seed: 's',
        hashVersion: 2,
        unit: 'user',
        arms: [
          { arm: 'b', release: waiting.id, ranges: [[0, 0.5]] },
          { arm: 'a', release: releases[0]!.id, ranges: [[0.5, 1]] },
        ],
      },
    }),
    canary: ({ waiting }) => ({ name: 'setCanary', input: { release: waiting.id, percent: 5, reason: 'try' } }),
    promotion: ({ waiting }) => ({ name: 'promoteRelease', input: { release: waiting.id, reason: 'ship' } }),
  };

  it.each(Object.keys(ways))('is closed to what waits: %s', async (way) => {
    const place = await withWaiting();
    const { name, input } = ways[way]!(place);
    const asked = { input: { deployment: place.deployment, ...input } };
    expect(await own.registry.refusals(developer, trafficMutation(name), asked)).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G16', release: place.waiting.id },
    ]);
    await approve(approver, place.waiting.id);
    expect((await own.registry.ask(developer, trafficMutation(name), asked))[name]).toMatchObject({ applied: true });
  });

  it('is open to testers and to a shadow, by which nothing is decided', async () => {
    const { deployment, waiting } = await withWaiting();
    expect(await change('setTesterReleases', { deployment, releases: [waiting.id] })).toMatchObject({ applied: true });
    const shadow = { cause: 'sh', holder: 'shadow:x', holderRevision: 1, seed: 's', unit: 'user', share: 1 };
    expect(
      await change(
        'acquireShadow',
        {
          deployment,
          ...shadow,
          release: waiting.id,
        },
        service('experiment'),
      ),
    ).toMatchObject({ applied: true });
  });

  it('is open for the way back, whatever came after', async () => {
    const { deployment, releases, waiting } = await withWaiting();
    await approve(approver, waiting.id);
    await change('promoteRelease', { deployment, release: waiting.id });
    const back = await change('rollback', { deployment });
    expect(back.deployment.live.id).toBe(releases[0]!.id);
  });
});

describe('a deployment', () => {
  const deploy = `mutation ($input: CreateDeploymentInput!) {
    createDeployment(input: $input) { deployment { id requiresApproval } } }`;

  it('asks for approvals in production and where it is told to, and cannot be told not to in production', async () => {
    const { createEndpoint } = await own.registry.ask(
      developer,
      'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id } } }',
      { input: { name: 'asked' } },
    );
    const endpoint = createEndpoint.endpoint.id;
    const made = async (input: object): Promise<boolean> =>
      (await own.registry.ask(developer, deploy, { input: { endpoint, ...input } })).createDeployment.deployment
        .requiresApproval;
    expect(await made({ environment: 'production' })).toBe(true);
    expect(await made({ environment: 'staging' })).toBe(false);
    expect(await made({ environment: 'canada', requiresApproval: true })).toBe(true);
    expect(await made({ environment: 'lab', requiresApproval: false })).toBe(false);
    expect(
      await own.registry.refusals(developer, deploy, {
        input: { endpoint, environment: 'production', requiresApproval: false },
      }),
    ).toMatchObject([{ code: 'INVALID_INPUT', field: 'requiresApproval', allowed: [true] }]);
  });
});
