import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, STAGING, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';

const APPLY = `mutation ($input: ApplyAlertDefinitionsInput!) { applyAlertDefinitions(input: $input) { eventCursor
  changes { kind subject action id beforeId fingerprint differences { path before after } } } }`;
const POLICY = `query ($id: ID!) { responsePolicy(id: $id) { name description definition revision createdBy changedBy paused { reason } } }`;
const AUDIT = `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`;
const ID = 'tiffin:default:response-policy:page-us';

const stale = { name: 'stale', expression: 'feature_freshness < 0.99' };
const pageUs = {
  name: 'page-us',
  description: 'old features',
  definition: {
    deployment: 'eta@production',
    level: 'AUTOMATIC',
    trigger: { rules: ['stale'] },
    action: { kind: 'PAGE', receivers: ['on-call'] },
  },
};
const back = {
  name: 'back',
  definition: {
    deployment: DEPLOYMENT,
    level: 'SUGGEST',
    trigger: { causes: ['PERFORMANCE_LOSS'] },
    action: { kind: 'ROLL_BACK' },
  },
};
const byItself = { ...back, definition: { ...back.definition, level: 'AUTOMATIC' } };

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

const asked = (input: object, ...roles: any[]) => monitoring.ask(APPLY, { input }, ...roles);
async function apply(input: object, ...roles: any[]): Promise<{ eventCursor: string | null; changes: any[] }> {
  const { data, errors } = await asked(input, ...roles);
  expect(errors).toBeUndefined();
  return data.applyAlertDefinitions;
}
const policyOf = async (id: string): Promise<any> => (await monitoring.ask(POLICY, { id })).data.responsePolicy;
const actionsOf = ({ changes }: { changes: any[] }): string[] => changes.map(({ action }) => action);

describe('applying definitions of response policies', () => {
  it('plans them with the rules that they look at, and leaves no trace of them', async () => {
    const { changes, eventCursor } = await apply({ responsePolicies: [pageUs], rules: [stale], dryRun: true });
    expect(eventCursor).toBeNull();
    expect(changes.map(({ kind, action, id }) => [kind, action, id])).toEqual([
      ['alert-rule', 'CREATE', 'tiffin:default:alert-rule:stale'],
      ['response-policy', 'CREATE', ID],
    ]);
    expect(await policyOf('page-us')).toBeNull();
  });

  it('refuses the whole where one of it is refused, with the way to the field', async () => {
    const defined = (changes: object): object => ({ ...back, definition: { ...back.definition, ...changes } });
    const cases = [
      [defined({ level: 'ALONE' }), 'INVALID_INPUT', 'definition.level'],
      [defined({ trigger: { alerts: 0 } }), 'INVALID_INPUT', 'definition.trigger.alerts'],
      [defined({ trigger: { expression: 'model_auc <' } }), 'INVALID_INPUT', 'definition.trigger.expression'],
      [defined({ deployment: 'other@production' }), 'NOT_FOUND', 'definition.deployment'],
      [{ ...back, name: '1' }, 'INVALID_INPUT', 'name'],
      [{ ...back, name: 'page-us' }, 'INVALID_INPUT', 'name'],
      [byItself, 'FORBIDDEN', 'definition'],
    ] as const;
    for (const [wrong, code, field] of cases) {
      const { errors } = await asked({ responsePolicies: [pageUs, wrong] });
      expect(errors?.[0]?.extensions).toMatchObject({ code, field: `responsePolicies.1.${field}` });
      expect(errors?.[0]?.message).toMatch(new RegExp(`^responsePolicies\\.1\\.${field.replaceAll('.', '\\.')}: `));
    }
    expect(await policyOf('page-us')).toBeNull();
  });

  it('has triggers on indicators, which are the same in full and in short', async () => {
    const short = { expression: 'model_auc < 0.7 for 5m' };
    const full = { expression: 'model_auc < 0.7', forSeconds: 300 };
    const actions = [];
    for (const trigger of [short, full, { ...full, forSeconds: 60 }]) {
      const policy = { ...back, name: 'by-auc', definition: { ...back.definition, trigger } };
      actions.push(...actionsOf(await apply({ responsePolicies: [policy] })));
    }
    expect(actions).toEqual(['CREATE', 'UNCHANGED', 'UPDATE']);
  });

  it('makes policies, and finds nothing to change where the same is given again, in full or in short', async () => {
    expect(actionsOf(await apply({ rules: [stale], responsePolicies: [pageUs, back] }))).toEqual([
      'CREATE',
      'CREATE',
      'CREATE',
    ]);
    const policies = [await policyOf('page-us'), await policyOf('back')];
    expect(policies[0]).toMatchObject({ revision: 1, createdBy: 'user:tester', description: 'old features' });
    expect(policies[1].definition).toMatchObject({ deployment: DEPLOYMENT, cooldownMinutes: 60 });
    const written = policies.map(({ name, description, definition }) => ({ name, description, definition }));
    for (const responsePolicies of [written, [pageUs, back]]) {
      const again = await apply({ responsePolicies });
      expect(actionsOf(again)).toEqual(['UNCHANGED', 'UNCHANGED']);
      expect(again.eventCursor).toBeNull();
    }
    expect(await policyOf('page-us')).toEqual(policies[0]);
  });

  it('revises one that is there, a paused one stays paused, unless something else stands than was planned', async () => {
    const PAUSE =
      'mutation ($input: PauseResponsePolicyInput!) { pauseResponsePolicy(input: $input) { responsePolicy { id } } }';
    expect((await monitoring.ask(PAUSE, { input: { policy: 'page-us', reason: 'moving' } })).errors).toBeUndefined();
    const definition = { ...pageUs.definition, deployment: STAGING, cooldownMinutes: 5 };
    const responsePolicies = [{ name: 'page-us', definition }];
    const [planned] = (await apply({ responsePolicies, dryRun: true })).changes;
    expect(planned).toMatchObject({ action: 'UPDATE', id: ID, beforeId: ID });
    expect(planned.differences.toSorted((a: any, b: any) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'definition.cooldownMinutes', before: 60, after: 5 },
      { path: 'definition.deployment', before: DEPLOYMENT, after: STAGING },
      { path: 'description', before: 'old features', after: null },
    ]);
    const { subject, fingerprint } = planned;
    const late = await asked({ responsePolicies, expected: [{ subject, fingerprint: `${fingerprint}0` }] });
    expect(late.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'expected.0' });
    await apply({ responsePolicies, expected: [{ subject, fingerprint }] });
    expect(await policyOf('page-us')).toMatchObject({
      revision: 2,
      description: '',
      definition: { deployment: STAGING, cooldownMinutes: 5 },
      paused: { reason: 'moving' },
    });
    const audit = await monitoring.db.query<{ action: string }>(AUDIT, [ID]);
    expect(audit.map(({ action }) => action)).toEqual([
      'response-policy.define',
      'response-policy.pause',
      'response-policy.define',
    ]);
  });

  it('lets an approver alone make one that acts by itself, and anybody leave it as it is', async () => {
    const responsePolicies = [byItself];
    expect((await asked({ responsePolicies, dryRun: true })).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'G2',
    });
    expect(actionsOf(await apply({ responsePolicies }, 'approver'))).toEqual(['UPDATE']);
    expect(actionsOf(await apply({ responsePolicies }))).toEqual(['UNCHANGED']);
    const changed = { ...byItself, description: 'mine' };
    expect((await asked({ responsePolicies: [changed] })).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(actionsOf(await apply({ responsePolicies: [back] }))).toEqual(['UPDATE']);
  });
});
