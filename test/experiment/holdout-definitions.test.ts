import { beforeAll, describe, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';

const APPLY = `mutation ($input: ApplyMeasurementDefinitionsInput!) { applyMeasurementDefinitions(input: $input) { eventCursor
  changes { kind action id fingerprint differences { path before after } } } }`;
const HOLDOUT =
  'query ($id: ID!) { holdout(id: $id) { definition status revision createdBy metrics { metric revision } } }';
const END = 'mutation ($input: EndHoldoutInput!) { endHoldout(input: $input) { holdout { status } } }';
const ID = 'tiffin:default:holdout:year';

const spend = { name: 'spend', definition: { kind: 'MEAN', measure: 'EVENT', event: 'paid', higherIsBetter: true } };
const year = {
  name: 'year',
  description: 'what a year of experiments did',
  unit: 'user',
  namespace: { name: 'shop', from: 0, to: 0.05 },
  entry: 'visit',
  metrics: [{ metric: 'spend' }],
};
const bare = { name: 'bare', unit: 'user', namespace: { name: 'elsewhere', from: 0.5, to: 0.6 } };

let own: TestExperiment;
beforeAll(async () => {
  own = await startTestExperiment();
});

const asked = (input: object): Promise<any> => own.ask(APPLY, { input });
async function apply(input: object): Promise<{ eventCursor: string | null; changes: any[] }> {
  const { data, errors } = await asked(input);
  expect(errors).toBeUndefined();
  return data.applyMeasurementDefinitions;
}
const read = async (id: string): Promise<any> => (await own.ask(HOLDOUT, { id })).data.holdout;
const refusal = async (input: object): Promise<any> => {
  const [error] = (await asked(input)).errors;
  return { message: error.message, ...error.extensions };
};

describe('a holdout in a definition file', () => {
  it('is planned with its metrics, made with them, and found the same again', async () => {
    const planned = await apply({ metrics: [spend], holdouts: [year, bare], dryRun: true });
    expect(planned.changes.map(({ kind, action }) => `${kind} ${action}`)).toEqual([
      'metric CREATE',
      'holdout CREATE',
      'holdout CREATE',
    ]);
    expect(await read('year')).toBeNull();
    expect((await apply({ metrics: [spend], holdouts: [year, bare] })).eventCursor).toMatch(/^experiment:/);
    const { definition, ...made } = await read('year');
    expect(made).toEqual({
      status: 'ACTIVE',
      revision: 1,
      createdBy: 'user:tester',
      metrics: [{ metric: 'spend', revision: 1 }],
    });
    expect(definition).toEqual({ ...year, metrics: [{ metric: 'spend', revision: 1 }] });
    expect((await read('bare')).definition).toEqual(bare);
    const again = await apply({ holdouts: [definition, bare] });
    expect(again.eventCursor).toBeNull();
    expect(again.changes.map(({ action }) => action)).toEqual(['UNCHANGED', 'UNCHANGED']);
  });

  it('goes on with the revision of a metric that it uses, and changes what it is for and compared by', async () => {
    const later = { ...spend, definition: { ...spend.definition, highest: 100 } };
    const { changes } = await apply({ metrics: [later], holdouts: [year] });
    expect(changes.map(({ kind, action }) => `${kind} ${action}`)).toEqual(['metric UPDATE', 'holdout UNCHANGED']);
    const told = { ...year, description: 'of the shop', metrics: [{ metric: 'spend', revision: 2 }] };
    const changed = (await apply({ holdouts: [told] })).changes[0];
    expect(changed).toMatchObject({
      action: 'UPDATE',
      id: ID,
      differences: [
        { path: 'description', before: year.description, after: 'of the shop' },
        { path: 'metrics.0.revision', before: 1, after: 2 },
      ],
    });
    expect(await read('year')).toMatchObject({ revision: 2, definition: told });
    const audit = await own.db.query(
      `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`,
      [ID],
    );
    expect(audit).toEqual([{ action: 'holdout.define' }, { action: 'holdout.define' }]);
  });

  it.each([
    ['unit', { unit: 'device' }],
    ['namespace', { namespace: { name: 'shop', from: 0, to: 0.1 } }],
    ['entry', { entry: 'login' }],
  ])('does not change its %s while it is active', async (field, changes) => {
    expect(await refusal({ holdouts: [bare, { ...year, ...changes }] })).toMatchObject({
      code: 'CONFLICT',
      field: `holdouts.1.${field}`,
      message: expect.stringContaining('files change description and metrics of an active holdout'),
      allowed: ['endHoldout'],
    });
  });

  it.each([
    ['holdouts.0.namespace', { namespace: { name: 'shop', from: 0.04, to: 0.2 } }, 'year holds [0, 0.05)'],
    ['holdouts.0.namespace.to', { namespace: { name: 'shop', from: 0.1, to: 0.9 } }, 'allowed: up to 0.5'],
    ['holdouts.0.metrics.0.metric', { metrics: [{ metric: 'none' }], entry: 'visit' }, 'none'],
    ['holdouts.0.entry', { metrics: [{ metric: 'spend' }] }, 'metrics need it'],
    ['holdouts.0.name', { name: '1st' }, 'letter'],
  ])('is refused with the way to %s', async (field, changes, message) => {
    const other = { name: 'other', unit: 'user', namespace: { name: 'shop', from: 0.1, to: 0.2 }, ...changes };
    expect(await refusal({ holdouts: [other] })).toMatchObject({ field, message: expect.stringContaining(message) });
    expect(await read('other')).toBeNull();
  });

  it('is refused beside an experiment of the same file that wants its slice', async () => {
    const experiment = {
      name: 'wants',
      hypothesis: 'better',
      deployment: 'fraud@production',
      arms: ['control', 'candidate'].map((name, i) => ({ name, release: `fraud@production/${i + 1}`, share: 0.5 })),
      unit: 'user',
      baseline: 0.2,
      mde: 0.1,
      namespace: { name: 'app', from: 0, to: 1 },
    };
    const first = { ...bare, name: 'first', namespace: { name: 'app', from: 0, to: 0.1 } };
    expect(await refusal({ experiments: [experiment], holdouts: [first] })).toMatchObject({
      field: 'experiments.0.namespace',
      allowed: ['[0.1, 1)'],
    });
    expect(await read('first')).toBeNull();
  });

  it('that has ended is left alone: the same changes nothing, and anything else is refused', async () => {
    const ended = await own.ask(END, { input: { holdout: 'bare', reason: 'the year is over' } });
    expect(ended.errors).toBeUndefined();
    expect((await apply({ holdouts: [bare] })).changes[0].action).toBe('UNCHANGED');
    expect(await refusal({ holdouts: [{ ...bare, description: 'again' }] })).toMatchObject({
      code: 'CONFLICT',
      field: 'holdouts.0.description',
      message: expect.stringContaining('the holdout has ended'),
      allowed: ['createHoldout'],
    });
    expect(await read('bare')).toMatchObject({ status: 'ENDED', revision: 2 });
  });
});
