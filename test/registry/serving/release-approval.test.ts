import { beforeAll, describe, expect, it } from 'vitest';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import {
  approvedVersion,
  featureOutbox,
  machine,
  person,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import {
  APPROVE_RELEASE,
  changeTraffic,
  CREATE_RELEASE,
  deployed,
  fraudModel,
  fraudRecipe,
  layerInputs,
  REJECT_RELEASE,
  released,
  serviceEvent,
  trafficMutation,
  type Deployed,
} from '../../support/serving.ts';

const developer = person('developer');
const approver = person('approver');
let registry: TestRegistry;
let count = 0;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
});

const LOOK = `query ($id: ID!) { release(id: $id) {
  approvalState recipeDigest approval { decision release by at reason } deployment { requiresApproval } } }`;

const look = async (id: string): Promise<any> => (await registry.ask(developer, LOOK, { id })).release;

/** A recipe that decides otherwise than the first one. */
const bolder = (version: string, threshold = 0.9): object =>
  fraudRecipe(version, { output: { decision: { threshold, above: 'REVIEW', below: 'ACCEPT' } } });

const create = async (deployment: string, recipe: object, actor: Actor = developer): Promise<any> =>
  (await registry.ask(actor, CREATE_RELEASE, { input: { deployment, recipe } })).createRelease.release;

interface Waiting extends Deployed {
  /** A release whose recipe nobody has approved. */
  readonly waiting: Deployed['releases'][number];
}

/** A deployment in which release 1 serves and another one waits for its approval. */
async function withWaiting(maker: Actor = developer): Promise<Waiting> {
  const place = await deployed(registry, `w${++count}`, { releases: 1 });
  await changeTraffic(registry, developer, 'promoteRelease', {
    deployment: place.deployment,
    release: place.releases[0]!.id,
  });
  return { ...place, waiting: await create(place.deployment, bolder(place.versions[0]!), maker) };
}

const approve = (actor: Actor, release: string, reason?: string): Promise<any> =>
  registry.ask(actor, APPROVE_RELEASE, { input: { release, ...(reason !== undefined && { reason }) } });
const refusedApproval = (actor: Actor, release: string): Promise<any[]> =>
  registry.refusals(actor, APPROVE_RELEASE, { input: { release } });

describe('a recipe for production', () => {
  it('waits until another person approves it, and says who did, when and why', async () => {
    const { deployment, waiting } = await withWaiting();
    expect(await look(waiting.id)).toMatchObject({
      approvalState: 'WAITING',
      approval: null,
      deployment: { requiresApproval: true },
    });
    const promotion = { deployment, release: waiting.id, reason: 'now' };
    for (const dryRun of [true, false]) {
      expect(
        await registry.refusals(developer, trafficMutation('promoteRelease'), { input: promotion }),
        `dry run: ${dryRun}`,
      ).toMatchObject([
        {
          code: 'FAILED_PRECONDITION',
          rule: 'G16',
          field: 'release',
          release: waiting.id,
          state: 'WAITING',
          message: expect.stringContaining('approveRelease'),
        },
      ]);
    }
    const { approveRelease } = await approve(approver, waiting.id, 'the board agreed');
    expect(approveRelease.eventCursor).toMatch(/^registry:/);
    expect(approveRelease.release).toEqual({
      id: waiting.id,
      approvalState: 'APPROVED',
      approval: {
        decision: 'APPROVED',
        release: waiting.id,
        by: 'user:approver',
        at: expect.any(String),
        reason: 'the board agreed',
      },
    });
    expect((await changeTraffic(registry, developer, 'promoteRelease', promotion)).deployment.live.id).toBe(waiting.id);
  });

  it('is on record: who decided, and who was refused by which rule', async () => {
    const { deployment, waiting } = await withWaiting();
    await registry.refusals(developer, trafficMutation('promoteRelease'), {
      input: { deployment, release: waiting.id, reason: 'now' },
    });
    await refusedApproval(developer, waiting.id);
    await approve(approver, waiting.id, 'read it');
    const query = `query ($id: ID!) { auditRecords(subject: $id) { edges { node { action actor reason rule } } } }`;
    const actionsOf = async (id: string): Promise<any[]> =>
      (await registry.ask(developer, query, { id })).auditRecords.edges.map(({ node }: any) => node);
    const ofRelease = await actionsOf(waiting.id);
    expect(ofRelease).toContainEqual({
      action: 'release.approve',
      actor: 'user:approver',
      reason: 'read it',
      rule: null,
    });
    expect(ofRelease).toContainEqual(
      expect.objectContaining({ action: 'release.approve.refused', actor: 'user:developer', rule: 'G2' }),
    );
    expect(await actionsOf(deployment)).toContainEqual(
      expect.objectContaining({ action: 'traffic.promote.refused', actor: 'user:developer', rule: 'G16' }),
    );
  });

  it('is told in the feed, whole and with a higher revision', async () => {
    const { waiting } = await withWaiting();
    await approve(approver, waiting.id, 'yes');
    const db = await openDatabase(registrySchema, { url: registry.database.appUrl, poolSize: 1 });
    const rows = await db.query<{ revision: number; data: any }>(
      `select revision, event->'data' as data from outbox where urn = $1 order by seq`,
      [waiting.id],
    );
    await db.close();
    const approval = { decision: 'APPROVED', by: 'user:approver', at: expect.any(String), reason: 'yes' };
    expect(rows).toMatchObject([
      { revision: 1, data: { digest: waiting.digest, approval: null } },
      { revision: 2, data: { digest: waiting.digest, approval } },
    ]);
  });
});

describe('who may approve a recipe', () => {
  it('nobody without the role, no machine, no service, even one with every right', async () => {
    const { waiting } = await withWaiting();
    for (const actor of [
      person('viewer'),
      developer,
      person('admin'),
      machine(),
      service('experiment'),
      service('experiment', 'user:approver'),
    ]) {
      expect(await refusedApproval(actor, waiting.id), actor.subject).toMatchObject([
        { code: 'FORBIDDEN', rule: 'G2' },
      ]);
    }
    expect((await look(waiting.id)).approvalState).toBe('WAITING');
  });

  it('not who made it, neither in person nor through a key that they answer for', async () => {
    const maker = person('approver', 'ana');
    const keyOfAna: Actor = { ...machine(), onBehalfOf: maker.subject };
    for (const actor of [maker, keyOfAna]) {
      const { waiting } = await withWaiting(actor);
      expect(await refusedApproval(maker, waiting.id), actor.subject).toMatchObject([
        { code: 'FORBIDDEN', rule: 'G1' },
      ]);
      await approve(approver, waiting.id);
    }
  });

  it('nor who made the same recipe in another release', async () => {
    const maker = person('approver', 'ana');
    const { deployment, versions } = await withWaiting(maker);
    const again = await create(deployment, bolder(versions[0]!), person('approver', 'bo'));
    expect(await refusedApproval(maker, again.id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
    expect(await refusedApproval(person('approver', 'bo'), again.id)).toMatchObject([{ rule: 'G1' }]);
    await approve(approver, again.id);
  });

  it('each of many at once gets the one decision or a refusal', async () => {
    const { waiting } = await withWaiting();
    const people = ['a', 'b', 'c', 'd'].map((name) => person('approver', name));
    const answers = await Promise.all(people.map((one) => refusedApproval(one, waiting.id)));
    expect(answers.filter((errors) => errors.length === 0)).toHaveLength(1);
    for (const errors of answers.filter((one) => one.length > 0)) {
      expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', field: 'release', state: 'APPROVED' }]);
    }
  });
});

describe('one approval', () => {
  it('covers the same recipe with another version of the model, in its deployment alone', async () => {
    const { deployment, waiting, endpoint } = await withWaiting();
    await approve(approver, waiting.id, 'yes');
    const newer = await approvedVersion(registry, fraudModel(7), { model: `w${count}-model` });
    const covered = await create(deployment, bolder(newer));
    expect(covered.approvalState).toBe('APPROVED');
    expect((await look(covered.id)).approval).toMatchObject({ release: waiting.id, by: 'user:approver' });
    await changeTraffic(registry, developer, 'promoteRelease', { deployment, release: covered.id });
    const deploy =
      'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { deployment { id } } }';
    const { createDeployment } = await registry.ask(developer, deploy, {
      input: { endpoint, environment: 'canada', requiresApproval: true },
    });
    expect((await create(createDeployment.deployment.id, bolder(newer))).approvalState).toBe('WAITING');
  });

  it('covers neither another model, nor any change of the recipe', async () => {
    const { deployment, versions, waiting } = await withWaiting();
    await approve(approver, waiting.id);
    const [version] = versions as [string];
    const other = await approvedVersion(registry, fraudModel(8), { model: `w${count}-other` });
    const asked = fraudRecipe(version);
    const changes: Record<string, object> = {
      model: bolder(other),
      threshold: bolder(version, 0.91),
      derive: { ...bolder(version), derive: [{ ...asked.derive![0]!, expression: 'amount / 2.0' }] },
      fallback: { ...bolder(version), fallback: { default: { kind: 'CONSTANT', score: 0 } } },
      defaults: { ...bolder(version), features: { ...asked.features!, defaults: { user_txn__count_24h: 1 } } },
      input: { ...bolder(version), inputs: [...asked.inputs, { name: 'more', dtype: 'STRING', required: false }] },
    };
    for (const [what, recipe] of Object.entries(changes)) {
      expect((await create(deployment, recipe)).approvalState, what).toBe('WAITING');
    }
    expect((await create(deployment, { ...bolder(version), derive: asked.derive! })).approvalState).toBe('APPROVED');
  });

  it('is for what waits: nothing else takes one', async () => {
    const { releases } = await withWaiting();
    expect(await refusedApproval(approver, releases[0]!.id)).toMatchObject([
      { code: 'INVALID_TRANSITION', field: 'release', state: 'APPROVED', allowed: ['WAITING'] },
    ]);
    const staged = await deployed(registry, `w${++count}`, { releases: 1, environment: 'staging' });
    expect(await refusedApproval(approver, staged.releases[0]!.id)).toMatchObject([
      { code: 'INVALID_TRANSITION', state: 'NOT_REQUIRED' },
    ]);
    expect(await refusedApproval(approver, `w${count}@staging/9`)).toMatchObject([
      { code: 'NOT_FOUND', field: 'release' },
    ]);
    expect(await refusedApproval(approver, 'nowhere@production/1')).toMatchObject([
      { code: 'NOT_FOUND', field: 'release' },
    ]);
  });
});

describe('a rejected recipe', () => {
  it('never answers, and says by whom and why; another release may be approved', async () => {
    const { deployment, versions, waiting } = await withWaiting();
    const input = { release: waiting.id, reason: 'too bold' };
    for (const actor of [developer, machine()]) {
      expect(await registry.refusals(actor, REJECT_RELEASE, { input })).toMatchObject([{ rule: 'G2' }]);
    }
    const { rejectRelease } = await registry.ask(approver, REJECT_RELEASE, { input });
    expect(rejectRelease.release).toMatchObject({
      approvalState: 'REJECTED',
      approval: { decision: 'REJECTED', by: 'user:approver', reason: 'too bold' },
    });
    expect(
      await registry.refusals(developer, trafficMutation('promoteRelease'), {
        input: { deployment, release: waiting.id, reason: 'still' },
      }),
    ).toMatchObject([{ rule: 'G16', state: 'REJECTED', message: expect.stringContaining('too bold') }]);
    expect(await refusedApproval(person('approver', 'cy'), waiting.id)).toMatchObject([
      { code: 'INVALID_TRANSITION', state: 'REJECTED' },
    ]);
    const again = await released(registry, { deployment, recipe: bolder(versions[0]!) });
    expect((await look(again.id)).approvalState).toBe('APPROVED');
    expect((await look(waiting.id)).approvalState, 'its own decision stands').toBe('REJECTED');
  });
});

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
    expect(await registry.refusals(developer, trafficMutation(name), asked)).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G16', release: place.waiting.id },
    ]);
    await approve(approver, place.waiting.id);
    expect((await registry.ask(developer, trafficMutation(name), asked))[name]).toMatchObject({ applied: true });
  });

  it('is open to testers and to a shadow, by which nothing is decided', async () => {
    const { deployment, waiting } = await withWaiting();
    expect(
      await changeTraffic(registry, developer, 'setTesterReleases', { deployment, releases: [waiting.id] }),
    ).toMatchObject({ applied: true });
    const shadow = { cause: 'sh', holder: 'shadow:x', holderRevision: 1, seed: 's', unit: 'user', share: 1 };
    expect(
      await changeTraffic(registry, service('experiment'), 'acquireShadow', {
        deployment,
        ...shadow,
        release: waiting.id,
      }),
    ).toMatchObject({ applied: true });
  });

  it('is open for the way back, whatever came after', async () => {
    const { deployment, releases, waiting } = await withWaiting();
    await approve(approver, waiting.id);
    await changeTraffic(registry, developer, 'promoteRelease', { deployment, release: waiting.id });
    const back = await changeTraffic(registry, developer, 'rollback', { deployment });
    expect(back.deployment.live.id).toBe(releases[0]!.id);
  });
});

describe('a deployment', () => {
  const deploy = `mutation ($input: CreateDeploymentInput!) {
    createDeployment(input: $input) { deployment { id requiresApproval } } }`;

  it('asks for approvals in production and where it is told to, and cannot be told not to in production', async () => {
    const { createEndpoint } = await registry.ask(
      developer,
      'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id } } }',
      { input: { name: `w${++count}` } },
    );
    const endpoint = createEndpoint.endpoint.id;
    const made = async (input: object): Promise<boolean> =>
      (await registry.ask(developer, deploy, { input: { endpoint, ...input } })).createDeployment.deployment
        .requiresApproval;
    expect(await made({ environment: 'production' })).toBe(true);
    expect(await made({ environment: 'staging' })).toBe(false);
    expect(await made({ environment: 'canada', requiresApproval: true })).toBe(true);
    expect(await made({ environment: 'lab', requiresApproval: false })).toBe(false);
    expect(
      await registry.refusals(developer, deploy, {
        input: { endpoint, environment: 'production', requiresApproval: false },
      }),
    ).toMatchObject([{ code: 'INVALID_INPUT', field: 'requiresApproval', allowed: [true] }]);
  });
});
