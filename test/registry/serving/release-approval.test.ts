import { describe, expect, it } from 'vitest';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { approvedVersion, machine, person, service } from '../../support/registry.ts';
import { bolder, TestApprovals } from '../../support/release-approval.ts';
import { fraudModel, fraudRecipe, REJECT_RELEASE, released, trafficMutation } from '../../support/serving.ts';

const developer = person('developer');
const approver = person('approver');
const own = new TestApprovals();
const { approve, change, create, refusedApproval, withWaiting } = own;

const LOOK = `query ($id: ID!) { release(id: $id) {
  approvalState recipeDigest approval { decision release by at reason } deployment { requiresApproval } } }`;

const look = async (id: string): Promise<any> => (await own.registry.ask(developer, LOOK, { id })).release;

/** The name of the model of a version. */
const modelOf = (version: string): string => version.split(/[:@]/)[3]!;

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
        await own.registry.refusals(developer, trafficMutation('promoteRelease'), { input: promotion }),
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
    expect((await change('promoteRelease', promotion)).deployment.live.id).toBe(waiting.id);
  });

  it('is on record: who decided, and who was refused by which rule', async () => {
    const { deployment, waiting } = await withWaiting();
    await own.registry.refusals(developer, trafficMutation('promoteRelease'), {
      input: { deployment, release: waiting.id, reason: 'now' },
    });
    await refusedApproval(developer, waiting.id);
    await approve(approver, waiting.id, 'read it');
    const query = `query ($id: ID!) { auditRecords(subject: $id) { edges { node { action actor reason rule } } } }`;
    const actionsOf = async (id: string): Promise<any[]> =>
      (await own.registry.ask(developer, query, { id })).auditRecords.edges.map(({ node }: any) => node);
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
    const db = await openDatabase(registrySchema, { url: own.registry.database.appUrl, poolSize: 1 });
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
    const { deployment, waiting, endpoint, versions } = await withWaiting();
    await approve(approver, waiting.id, 'yes');
    const newer = await approvedVersion(own.registry, fraudModel(7), { model: modelOf(versions[0]!) });
    const covered = await create(deployment, bolder(newer));
    expect(covered.approvalState).toBe('APPROVED');
    expect((await look(covered.id)).approval).toMatchObject({ release: waiting.id, by: 'user:approver' });
    await change('promoteRelease', { deployment, release: covered.id });
    const deploy =
      'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { deployment { id } } }';
    const { createDeployment } = await own.registry.ask(developer, deploy, {
      input: { endpoint, environment: 'canada', requiresApproval: true },
    });
    expect((await create(createDeployment.deployment.id, bolder(newer))).approvalState).toBe('WAITING');
  });

  it('covers neither another model, nor any change of the recipe', async () => {
    const { deployment, versions, waiting } = await withWaiting();
    await approve(approver, waiting.id);
    const [version] = versions as [string];
    const other = await approvedVersion(own.registry, fraudModel(8), { model: 'another' });
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
    const staged = await own.fresh(1, { environment: 'staging' });
    expect(await refusedApproval(approver, staged.releases[0]!.id)).toMatchObject([
      { code: 'INVALID_TRANSITION', state: 'NOT_REQUIRED' },
    ]);
    expect(await refusedApproval(approver, staged.releases[0]!.id.replace('/1', '/9'))).toMatchObject([
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
      expect(await own.registry.refusals(actor, REJECT_RELEASE, { input })).toMatchObject([{ rule: 'G2' }]);
    }
    const { rejectRelease } = await own.registry.ask(approver, REJECT_RELEASE, { input });
    expect(rejectRelease.release).toMatchObject({
      approvalState: 'REJECTED',
      approval: { decision: 'REJECTED', by: 'user:approver', reason: 'too bold' },
    });
    expect(
      await own.registry.refusals(developer, trafficMutation('promoteRelease'), {
        input: { deployment, release: waiting.id, reason: 'still' },
      }),
    ).toMatchObject([{ rule: 'G16', state: 'REJECTED', message: expect.stringContaining('too bold') }]);
    expect(await refusedApproval(person('approver', 'cy'), waiting.id)).toMatchObject([
      { code: 'INVALID_TRANSITION', state: 'REJECTED' },
    ]);
    const again = await released(own.registry, { deployment, recipe: bolder(versions[0]!) });
    expect((await look(again.id)).approvalState).toBe('APPROVED');
    expect((await look(waiting.id)).approvalState, 'its own decision stands').toBe('REJECTED');
  });
});
