import { expect, it } from 'vitest';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { NOW, STAGING, startTestMonitoring } from '../support/monitoring.ts';
import { expectPages } from '../support/paging.ts';

it('runs that ask wait in the inbox of approvers who did not make their policy', async () => {
  const monitoring = await startTestMonitoring();
  const done = async (query: string, input: object): Promise<any> => {
    const { data, errors } = await monitoring.ask(query, { input }, 'developer');
    expect(errors).toBeUndefined();
    return data;
  };
  const rule = { name: 'inaccurate', expression: 'model_auc < 0.7', severity: 'CRITICAL', noDataState: 'OK' };
  await done('mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }', {
    ...rule,
    evaluation: 'ON_DEMAND',
  });
  for (const name of ['one', 'two']) {
    const definition = {
      deployment: STAGING,
      level: 'APPROVE',
      evaluation: 'ON_DEMAND',
      trigger: { causes: ['PERFORMANCE_LOSS'] },
      action: { kind: 'RETRAIN', model: name, strategy: 'FULL', days: 7 },
    };
    await done(
      'mutation ($input: CreateResponsePolicyInput!) { createResponsePolicy(input: $input) { responsePolicy { id } } }',
      { name, definition },
    );
  }
  const at = NOW.toISOString();
  const labels = { endpoint: 'eta', environment: 'staging' };
  await monitoring.send('/v1/samples', { samples: [{ name: 'model_auc', labels, value: 0.6, at }] });
  for (const [name, type] of [
    ['evaluateAlerts', 'EvaluateAlertsInput'],
    ['evaluateResponses', 'EvaluateResponsesInput'],
  ] as const) {
    await done(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, { at });
  }
  const asking = async (by: string, page: string, role: 'approver' | 'developer'): Promise<any> =>
    inboxIn((await monitoring.as(by)(inboxQuery('responseRuns', page), {}, role)).data);
  await expectPages((page) => asking('user:second', page, 'approver'));
  // Their maker does not approve them, whatever their roles; and nobody without the role.
  expect((await asking('user:tester', 'first: 100', 'approver')).edges).toEqual([]);
  expect((await asking('user:second', 'first: 100', 'developer')).edges).toEqual([]);
});
