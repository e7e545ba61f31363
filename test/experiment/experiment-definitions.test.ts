import { beforeAll, describe, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import { NOW } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

const APPLY = `mutation ($input: ApplyMeasurementDefinitionsInput!) { applyMeasurementDefinitions(input: $input) { eventCursor
  changes { kind subject action id beforeId fingerprint differences { path before after } } } }`;
const EXPERIMENT = `query ($id: ID!) { experiment(id: $id) { definition status revision createdBy seed clientEvaluation secondary { metric revision } } }`;
const AUDIT = `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`;
const ID = 'tiffin:default:experiment:routes';

const brier = {
  name: 'brier',
  definition: { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.01 },
};
const slow = {
  name: 'slow',
  definition: { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.99, ceiling: 50, higherIsBetter: false },
};

/** A real registry with a deployment that serves. */
let own: TestExperiment;
let place: Deployed;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  place = await deployed(registry, 'routes', { sharedVersions: true });
  const promoted = { deployment: place.deployment, release: place.releases[0]!.id };
  await changeTraffic(registry, person('developer'), 'promoteRelease', promoted);
  own = await startTestExperiment({ database, registry: registry.subgraph });
}, 120_000);

/** Every setting but segments, which no metric decides by, and none of them the default. */
const routes = {
  name: 'routes',
  description: 'ask whoever owns the routes',
  hypothesis: 'the newer release is right more often',
  deployment: 'routes@production',
  arms: [
    { name: 'old', release: 'routes@production/1', share: 0.6 },
    { name: 'new', release: 'routes@production/2', share: 0.3 },
  ],
  control: 'old',
  primary: { metric: 'brier', revision: 1 },
  deviation: 0.4,
  positiveFrom: 0.7,
  secondary: [{ metric: 'slow', revision: 1 }],
  guardrails: [
    { metric: 'brier', revision: 1, margin: 0.1, marginKind: 'RELATIVE' },
    { metric: 'slow', revision: 1 },
  ],
  balance: { event: 'trip', segment: 'country', days: 10, threshold: 0.1, minP: 0.5, tries: 20 },
  baseline: 0.2,
  mde: -0.05,
  mdeKind: 'ABSOLUTE',
  alpha: 0.01,
  power: 0.9,
  unit: 'user',
  targeting: 'amount > 10.0',
  namespace: { name: 'travellers', from: 0.1, to: 0.6 },
  seed: 'salt',
  hashVersion: 1,
};
const plain = {
  name: 'plain',
  hypothesis: 'fewer come back',
  deployment: 'routes@production',
  arms: [
    { name: 'control', release: 'routes@production/1', share: 0.5 },
    { name: 'candidate', release: 'routes@production/2', share: 0.5 },
  ],
  secondary: [{ metric: 'brier' }],
  segments: ['country'],
  baseline: 0.5,
  mde: 0.4,
  unit: 'user',
};

const asked = (input: object) => own.ask(APPLY, { input });
async function apply(input: object): Promise<{ eventCursor: string | null; changes: any[] }> {
  const { data, errors } = await asked(input);
  expect(errors).toBeUndefined();
  return data.applyMeasurementDefinitions;
}
const refusal = async (input: object): Promise<any> => {
  const { errors } = await asked(input);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};
const experimentOf = async (id: string): Promise<any> => (await own.ask(EXPERIMENT, { id })).data.experiment;
const actionsOf = ({ changes }: { changes: any[] }): string[] => changes.map(({ action }) => action);
async function act(name: string, type: string, input: object): Promise<void> {
  const { errors } = await own.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { eventCursor } }`, { input });
  expect(errors).toBeUndefined();
}

describe('applying definitions of experiments', () => {
  it('plans them with the metrics that they use, and leaves no trace of them', async () => {
    const { changes, eventCursor } = await apply({ experiments: [routes], metrics: [brier, slow], dryRun: true });
    expect(eventCursor).toBeNull();
    expect(changes.map(({ kind, action, id }) => [kind, action, id])).toEqual([
      ['metric', 'CREATE', 'tiffin:default:metric:brier'],
      ['metric', 'CREATE', 'tiffin:default:metric:slow'],
      ['experiment', 'CREATE', ID],
    ]);
    expect(await experimentOf('routes')).toBeNull();
  });

  it('refuses the whole where one of it is refused, with the way to the field', async () => {
    const cases = [
      [{ ...plain, baseline: 2 }, 'INVALID_INPUT', 'baseline'],
      [{ ...plain, control: 'new' }, 'INVALID_INPUT', 'control'],
      [{ ...plain, secondary: [{ metric: 'other' }] }, 'NOT_FOUND', 'secondary.0.metric'],
      [{ ...plain, targeting: 'height > 1.0' }, 'INVALID_INPUT', 'targeting'],
      [{ ...plain, namespace: { name: 'travellers', from: 0.5, to: 1 } }, 'INVALID_INPUT', 'namespace'],
      [{ ...plain, name: 'routes' }, 'INVALID_INPUT', 'name'],
    ] as const;
    for (const [wrong, code, field] of cases) {
      const { message, ...details } = await refusal({ metrics: [brier, slow], experiments: [routes, wrong] });
      expect(details).toMatchObject({ code, field: `experiments.1.${field}` });
      expect(message.startsWith(`experiments.1.${field}`)).toBe(true);
    }
    expect(await experimentOf('routes')).toBeNull();
  });

  it('makes drafts that say all their settings in the words of the definition, and finds nothing to change again', async () => {
    const made = await apply({ metrics: [brier, slow], experiments: [routes, plain] });
    expect(made.eventCursor).toMatch(/^experiment:/);
    const [full, short] = [await experimentOf('routes'), await experimentOf('plain')];
    expect(full).toMatchObject({ status: 'DRAFT', revision: 1, createdBy: 'user:tester', definition: routes });
    expect(full.definition).toEqual(routes);
    expect(short.definition).toEqual({ ...plain, secondary: [{ metric: 'brier', revision: 1 }] });
    for (const experiments of [
      [full.definition, short.definition],
      [{ ...routes, deployment: place.deployment }, plain],
    ]) {
      const again = await apply({ experiments });
      expect(actionsOf(again)).toEqual(['UNCHANGED', 'UNCHANGED']);
      expect(again.eventCursor).toBeNull();
    }
  });

  it('goes on with the revision of a metric that one uses, where none is named', async () => {
    const stricter = { ...brier, definition: { ...brier.definition, margin: 0.001 } };
    expect(actionsOf(await apply({ metrics: [stricter], experiments: [plain] }))).toEqual(['UPDATE', 'UNCHANGED']);
    const newer = { ...plain, secondary: [{ metric: 'brier', revision: 2 }] };
    expect(actionsOf(await apply({ experiments: [newer] }))).toEqual(['UPDATE']);
    expect((await experimentOf('plain')).secondary).toEqual([{ metric: 'brier', revision: 2 }]);
  });

  it('replaces a draft, what is left out being the default, unless something else stands than was planned', async () => {
    const { description, alpha: _, ...rest } = routes;
    const experiments = [{ ...rest, mde: -0.1, arms: [routes.arms[1], { ...routes.arms[0], share: 0.7 }] }];
    const [planned] = (await apply({ experiments, dryRun: true })).changes;
    expect(planned).toMatchObject({ action: 'UPDATE', id: ID, beforeId: ID });
    expect(planned.differences.toSorted((a: any, b: any) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'alpha', before: 0.01, after: null },
      { path: 'arms.old.share', before: 0.6, after: 0.7 },
      { path: 'description', before: description, after: null },
      { path: 'mde', before: -0.05, after: -0.1 },
    ]);
    const { subject, fingerprint } = planned;
    const late = { experiments, expected: [{ subject, fingerprint: `${fingerprint}0` }] };
    expect(await refusal(late)).toMatchObject({ code: 'CONFLICT', field: 'expected.0' });
    await apply({ experiments, expected: [{ subject, fingerprint }] });
    expect(await experimentOf('routes')).toMatchObject({ status: 'DRAFT', revision: 2, createdBy: 'user:tester' });
    expect((await experimentOf('routes')).definition).toMatchObject({ mde: -0.1, namespace: routes.namespace });
    const audit = await own.db.query<{ action: string }>(AUDIT, [ID]);
    expect(audit.map(({ action }) => action)).toEqual(['experiment.define', 'experiment.define']);
  });

  it('leaves alone whether clients evaluate a draft, which they cannot do with targeting', async () => {
    await act('setClientEvaluation', 'SetClientEvaluationInput', { experiment: 'plain', allowed: true });
    expect(await refusal({ experiments: [{ ...plain, targeting: 'amount > 10.0' }] })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      field: 'experiments.0.targeting',
    });
    expect(actionsOf(await apply({ experiments: [{ ...plain, mde: 0.3 }] }))).toEqual(['UPDATE']);
    expect(await experimentOf('plain')).toMatchObject({ clientEvaluation: true, definition: { mde: 0.3 } });
  });

  it('leaves alone what has started, and says how it is changed', async () => {
    await own.db.pool.query(
      `insert into unit_event (project, name, trust, id, unit_field, unit, value, occurred_at, received_at)
       select 'default', 'trip', 'server', 'trip-' || n, 'user', 'u' || n, n % 7, $1, $1 from generate_series(1, 200) n`,
      [new Date(NOW.getTime() - 3_600_000)],
    );
    await act('startExperiment', 'ExperimentInput', { experiment: 'routes' });
    expect((await experimentOf('routes')).seed, 'chosen for balance, which the file does not know').toMatch(
      /^salt(#\d+)?$/,
    );
    const { definition } = await experimentOf('routes');
    expect(actionsOf(await apply({ experiments: [definition] }))).toEqual(['UNCHANGED']);
    const shares = definition.arms.map((arm: object) => ({ ...arm, share: 0.2 }));
    const { targeting: _, ...everybody } = definition;
    for (const [wrong, field] of [
      [{ ...definition, arms: shares }, 'arms'],
      [{ ...definition, mde: -0.2 }, 'mde'],
      [everybody, 'targeting'],
    ] as const) {
      const { message, ...details } = await refusal({ experiments: [wrong], dryRun: true });
      expect(details).toMatchObject({
        code: 'CONFLICT',
        field: `experiments.0.${field}`,
        status: 'RUNNING',
        allowed: ['reviseExperiment', 'changeExperimentSplit'],
      });
      expect(message).toMatch(/RUNNING.*reviseExperiment.*changeExperimentSplit/);
    }
    expect(await experimentOf('routes')).toMatchObject({ status: 'RUNNING', definition });
    await act('stopExperiment', 'StopExperimentInput', { experiment: 'routes', reason: 'seen enough' });
    expect(actionsOf(await apply({ experiments: [definition] }))).toEqual(['UNCHANGED']);
    expect(await refusal({ experiments: [everybody] })).toMatchObject({ code: 'CONFLICT', status: 'STOPPED' });
  });
});
