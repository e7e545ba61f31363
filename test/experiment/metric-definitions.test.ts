import { beforeAll, describe, expect, it } from 'vitest';
import { startTestExperiment, type TestExperiment } from '../support/experiment.ts';

const APPLY = `mutation ($input: ApplyMeasurementDefinitionsInput!) { applyMeasurementDefinitions(input: $input) { eventCursor
  changes { kind action id fingerprint differences { path before after } } } }`;
const METRIC =
  'query ($id: ID!) { metric(id: $id) { revision createdBy definition { margin marginKind attributionHours } } }';

const brier = {
  name: 'brier',
  description: 'how sure it is',
  definition: { kind: 'MEAN', measure: 'SQUARED_ERROR', attributionHours: 24, higherIsBetter: false, margin: 0.01 },
};
const slow = {
  name: 'slow',
  definition: { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.99, ceiling: 50, higherIsBetter: false },
};

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
const metricOf = async (id: string): Promise<any> => (await own.ask(METRIC, { id })).data.metric;

describe('applying definitions of what is measured', () => {
  it('plans metrics, and leaves no trace of them', async () => {
    const { changes, eventCursor } = await apply({ metrics: [brier, slow], dryRun: true });
    expect(eventCursor).toBeNull();
    expect(changes.map(({ kind, action, id }) => [kind, action, id])).toEqual([
      ['metric', 'CREATE', 'tiffin:default:metric:brier'],
      ['metric', 'CREATE', 'tiffin:default:metric:slow'],
    ]);
    expect(await metricOf('brier')).toBeNull();
  });

  it('refuses the whole where one of it is refused, with the way to the field', async () => {
    const wrong = { ...slow, definition: { ...slow.definition, ceiling: null } };
    for (const [metrics, field] of [
      [[brier, wrong], 'metrics.1.definition.ceiling'],
      [[brier, { ...slow, name: 'brier' }], 'metrics.1.name'],
    ] as const) {
      const { extensions, message } = (await asked({ metrics })).errors[0];
      expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field });
      expect(message.startsWith(`${field}: `)).toBe(true);
    }
    expect(await metricOf('brier')).toBeNull();
  });

  it('makes metrics, finds nothing to change again, and makes another definition the next revision', async () => {
    expect((await apply({ metrics: [brier, slow] })).eventCursor).toMatch(/^experiment:/);
    const again = await apply({ metrics: [brier, slow] });
    expect(again.eventCursor).toBeNull();
    expect(again.changes.map(({ action }) => action)).toEqual(['UNCHANGED', 'UNCHANGED']);
    const stricter = { ...brier, definition: { ...brier.definition, margin: 0.1, marginKind: 'RELATIVE' } };
    const { changes } = await apply({ metrics: [stricter] });
    expect(changes[0]).toMatchObject({
      action: 'UPDATE',
      differences: [
        { path: 'definition.margin', before: 0.01, after: 0.1 },
        { path: 'definition.marginKind', before: null, after: 'RELATIVE' },
      ],
    });
    expect(await metricOf('brier')).toMatchObject({
      revision: 2,
      createdBy: 'user:tester',
      definition: { margin: 0.1, marginKind: 'RELATIVE', attributionHours: 24 },
    });
  });

  it('is refused where something else stands than was planned on', async () => {
    const [planned] = (await apply({ metrics: [slow], dryRun: true })).changes;
    const changed = { ...slow, definition: { ...slow.definition, ceiling: 80 } };
    await apply({ metrics: [changed] });
    const expected = [{ subject: 'tiffin:default:metric:slow', fingerprint: planned.fingerprint }];
    const { extensions } = (await asked({ metrics: [slow], expected })).errors[0];
    expect(extensions).toMatchObject({ code: 'CONFLICT', field: 'expected.0' });
  });
});
