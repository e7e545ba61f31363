import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';

const APPLY = `mutation ($input: ApplyAlertDefinitionsInput!) { applyAlertDefinitions(input: $input) { eventCursor
  changes { kind subject action id beforeId fingerprint differences { path before after } } } }`;
const RULE = `query ($id: ID!) { alertRule(id: $id) { definition revision createdBy } }`;
const AUDIT = `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`;

/** Every setting of a rule with a signal, none of them the default. */
const drift = {
  name: 'drift',
  description: 'ask whoever owns the routes',
  deployment: 'eta@production',
  signal: 'FEATURE_PSI',
  feature: 'route__delay',
  featureView: 'route@1',
  comparison: 'AT_LEAST',
  threshold: 0.2,
  windowSeconds: 600,
  delaySeconds: 7,
  forSeconds: 8,
  keepFiringForSeconds: 9,
  evaluationIntervalSeconds: 10,
  minRows: 11,
  severity: 'CRITICAL',
  noDataState: 'KEEP',
  evaluation: 'ON_DEMAND',
  baseline: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
  labels: [{ name: 'team', value: 'routes' }],
  annotations: [{ name: 'runbook_url', value: 'https://example.org' }],
  suppresses: ['latency'],
  context: [{ name: 'rain', expression: 'rain_mm' }],
};
const latency = { name: 'latency', expression: 'avg(latency_ms) > 75', forSeconds: 300 };

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

const asked = (input: object) => monitoring.ask(APPLY, { input });
async function apply(input: object): Promise<{ eventCursor: string | null; changes: any[] }> {
  const { data, errors } = await asked(input);
  expect(errors).toBeUndefined();
  return data.applyAlertDefinitions;
}
const refusal = async (input: object): Promise<any> => (await asked(input)).errors?.[0];
const ruleOf = async (name: string): Promise<any> => (await monitoring.ask(RULE, { id: name })).data.alertRule;

describe('applying definitions of alerts', () => {
  it('plans rules, and leaves no trace of them', async () => {
    const { changes, eventCursor } = await apply({ rules: [drift, latency], dryRun: true });
    expect(eventCursor).toBeNull();
    expect(changes.map(({ kind, subject, action, id }) => [kind, subject, action, id])).toEqual([
      ['alert-rule', 'tiffin:default:alert-rule:drift', 'CREATE', 'tiffin:default:alert-rule:drift'],
      ['alert-rule', 'tiffin:default:alert-rule:latency', 'CREATE', 'tiffin:default:alert-rule:latency'],
    ]);
    expect(await ruleOf('drift')).toBeNull();
  });

  it('refuses the whole where one of it is refused, with the way to the field', async () => {
    const cases = [
      [{ ...latency, forSeconds: -1 }, 'INVALID_INPUT', 'rules.1.forSeconds'],
      [{ ...latency, expression: 'avg(' }, 'INVALID_INPUT', 'rules.1.expression'],
      [{ ...latency, deployment: 'other@production' }, 'NOT_FOUND', 'rules.1.deployment'],
      [{ ...latency, name: 'drift' }, 'INVALID_INPUT', 'rules.1.name'],
    ] as const;
    for (const [wrong, code, field] of cases) {
      const { extensions, message } = await refusal({ rules: [drift, wrong] });
      expect(extensions).toMatchObject({ code, field });
      expect(message.startsWith(`${field}: `)).toBe(true);
    }
    expect(await ruleOf('drift')).toBeNull();
  });

  it('makes rules that say all their settings in the words of the definition, and finds nothing to change again', async () => {
    const { eventCursor } = await apply({ rules: [drift, latency] });
    expect(eventCursor).toMatch(/^monitoring:/);
    const rules = [(await ruleOf('drift')).definition, (await ruleOf('latency')).definition];
    expect(rules).toEqual([drift, latency]);
    const { changes, ...again } = await apply({ rules });
    expect(again.eventCursor).toBeNull();
    expect(changes.map(({ action }) => action)).toEqual(['UNCHANGED', 'UNCHANGED']);
    // The whole id and a time in the text say the same.
    const same = { ...drift, deployment: DEPLOYMENT };
    const written = { name: 'latency', expression: 'avg(latency_ms) > 75 for 5m' };
    expect((await apply({ rules: [same, written] })).changes.map(({ action }) => action)).toEqual([
      'UNCHANGED',
      'UNCHANGED',
    ]);
  });

  it('changes a rule in place, what is left out being the default, unless something else stands than was planned', async () => {
    const { threshold: _, minRows, ...rest } = drift;
    const rules = [{ ...rest, threshold: 0.4 }];
    const [planned] = (await apply({ rules, dryRun: true })).changes;
    const differences = [
      { path: 'minRows', before: minRows, after: null },
      { path: 'threshold', before: 0.2, after: 0.4 },
    ];
    expect({
      ...planned,
      differences: planned.differences.toSorted((a: any, b: any) => (a.path < b.path ? -1 : 1)),
    }).toMatchObject({
      action: 'UPDATE',
      differences,
    });
    const { subject, fingerprint } = planned;
    const stale = { rules, expected: [{ subject, fingerprint: `${fingerprint}0` }] };
    expect((await refusal(stale)).extensions).toMatchObject({ code: 'CONFLICT' });
    await apply({ rules, expected: [{ subject, fingerprint }] });
    expect(await ruleOf('drift')).toMatchObject({ definition: rules[0], revision: 2, createdBy: 'user:tester' });
    const audit = await monitoring.db.query<{ action: string }>(AUDIT, [subject]);
    expect(audit.map(({ action }) => action)).toEqual(['alert-rule.define', 'alert-rule.define']);
  });

  it('leaves alone what a rule watches', async () => {
    const cases = [
      [{ ...drift, deployment: 'eta@staging' }, 'deployment', DEPLOYMENT],
      [{ ...drift, feature: 'amount' }, 'feature', 'route__delay'],
      [{ ...drift, featureView: null }, 'featureView', 'tiffin:default:feature-view:route@1'],
      [{ name: 'drift', expression: 'up' }, 'deployment', DEPLOYMENT],
    ] as const;
    for (const [wrong, field, allowed] of cases) {
      expect((await refusal({ rules: [wrong], dryRun: true })).extensions).toMatchObject({
        code: 'CONFLICT',
        field: `rules.0.${field}`,
        allowed,
      });
    }
  });

  it('goes on with the revisions of a rule that was ended', async () => {
    await monitoring.ask('mutation { deleteAlertRule(input: { rule: "latency" }) { eventCursor } }');
    expect((await apply({ rules: [latency] })).changes[0]).toMatchObject({ action: 'CREATE', fingerprint: null });
    expect(await ruleOf('latency')).toMatchObject({ revision: 3, definition: latency });
  });

  it('waits for the deployment that was made just now, by the cursor of its event', async () => {
    const { extensions } = await refusal({ rules: [latency], after: 'registry:99-1' });
    expect(extensions).toMatchObject({ code: 'UNAVAILABLE', field: 'after' });
  });
});
