import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { MUTATIONS } from '../../../schema/mutations.ts';
import { machine, person } from '../../support/registry.ts';
import { TestApprovals } from '../../support/release-approval.ts';

const developer = person('developer');
const approver = person('approver');
const own = new TestApprovals();

const ME = `query ($actions: [String!]!, $subject: ID) {
  me { name roles scopes project may(actions: $actions, subject: $subject) { action allowed reason rule needs } } }`;

const me = async (actor: Actor, actions: readonly string[], subject?: string): Promise<any> =>
  (await own.registry.ask(actor, ME, { actions, subject })).me;

/** Action → whether, and by which rule not. */
const may = async (actor: Actor, actions: readonly string[], subject?: string): Promise<object> =>
  Object.fromEntries(
    (await me(actor, actions, subject)).may.map(({ action, allowed, rule }: any) => [action, allowed ? true : rule]),
  );

describe('what one may do', () => {
  it('is told with who asks, by roles and scopes, for mutations of every subgraph', async () => {
    expect(await me(person('viewer'), ['promoteRelease', 'createAlertRule'])).toEqual({
      name: 'user:viewer',
      roles: ['viewer'],
      scopes: [],
      project: 'default',
      may: ['promoteRelease', 'createAlertRule'].map((action) => ({
        action,
        allowed: false,
        reason: expect.stringContaining(`${action} takes role developer or scope `),
        rule: null,
        needs: ['role developer', expect.stringMatching(/^scope /)],
      })),
    });
    expect(await may(developer, ['promoteRelease', 'createAlertRule', 'createWebhook'])).toEqual({
      promoteRelease: true,
      createAlertRule: true,
      createWebhook: null,
    });
    expect(await may(machine(['registry:read', 'registry:traffic']), ['rollback', 'createEndpoint'])).toEqual({
      rollback: true,
      createEndpoint: null,
    });
  });

  it('is of the run of a response policy for approvers alone, whoever may try', async () => {
    for (const [actor, is] of [
      [person('viewer'), 'G2'],
      [developer, 'G2'],
      [machine(['registry:read', 'monitoring:write']), 'G2'],
      [approver, true],
    ] as const) {
      expect(await may(actor, ['approveResponseRun'])).toEqual({ approveResponseRun: is });
    }
    expect(await may(developer, ['rejectResponseRun', 'pauseResponsePolicy'])).toEqual({
      rejectResponseRun: true,
      pauseResponsePolicy: true,
    });
  });

  it('depends of a model version on who made it and where it stands', async () => {
    const { versions } = await own.withWaiting();
    const actions = ['approveModelVersion', 'suspendModelVersion', 'retireModelVersion', 'rollback'];
    expect(await may(developer, actions, versions[0])).toEqual({
      approveModelVersion: 'G2',
      suspendModelVersion: true,
      retireModelVersion: true,
      rollback: true,
    });
    const [approval] = (await me(approver, ['approveModelVersion'], versions[0])).may;
    expect(approval).toMatchObject({
      allowed: false,
      reason:
        'APPROVE takes a version that is VALIDATED, or was validated again since its approval; this one is APPROVED',
      needs: ['VALIDATE', 'SUSPEND', 'RETIRE', 'WAIVE', 'WITHDRAW_APPROVAL'],
    });
  });

  it('depends of a release on who made its recipe and whether it waits', async () => {
    const { waiting } = await own.withWaiting();
    expect(await may(developer, ['approveRelease', 'rejectRelease'], waiting.id)).toEqual({
      approveRelease: 'G2',
      rejectRelease: 'G2',
    });
    expect(await may(person('approver', 'developer'), ['approveRelease'], waiting.id)).toEqual({
      approveRelease: 'G1',
    });
    expect(await may(approver, ['approveRelease'], waiting.id)).toEqual({ approveRelease: true });
    await own.approve(approver, waiting.id, 'fine');
    expect((await me(approver, ['approveRelease'], waiting.id)).may).toMatchObject([
      { allowed: false, reason: expect.stringContaining('waits for no approval') },
    ]);
  });

  it('is asked for mutations that there are, of things that there are', async () => {
    expect(await own.registry.refusals(developer, ME, { actions: ['deleteEverything'] })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'actions', allowed: Object.keys(MUTATIONS) },
    ]);
    const many = Array.from({ length: 51 }, () => 'rollback');
    expect(await own.registry.refusals(developer, ME, { actions: many })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'actions', message: 'actions: at most 50, not 51' },
    ]);
    for (const subject of ['tiffin:default:model-version:nothing@1', 'tiffin:default:release:nothing@production/1']) {
      expect(await own.registry.refusals(approver, ME, { actions: ['approveRelease'], subject })).toMatchObject([
        { code: 'NOT_FOUND', field: 'subject' },
      ]);
    }
  });
});
