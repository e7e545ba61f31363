import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resetRegistry } from '../fixture/registry.ts';
import { MODES, PLANNERS, startGraph, type TestGraph } from '../fixture/graph.ts';

const id = (kind: string, name: string): string => `tiffin:default:${kind}:${name}`;
const cases = MODES.flatMap((mode) => PLANNERS.map((planner) => ({ mode, planner })));
const told = (errors: any[] | undefined) =>
  (errors ?? []).map(({ path, extensions: { code } }) => `${(path ?? []).join('.')} ${code}`).toSorted();

const rename = (key: string, name: string, to: string): string =>
  `${key}: renameModel(input: { id: "${id('model', name)}", name: "${to}" }) { name }`;

describe.each(cases)('answers of their own $mode, planned by $planner', ({ mode, planner }) => {
  let graph: TestGraph;
  beforeEach(async () => {
    resetRegistry();
    graph = await startGraph(mode, { TIFFIN_PLANNER: planner });
  });
  afterEach(() => graph.stop());

  it('one root field refused: its neighbours in the same subgraph are answered', async () => {
    const { data, errors } = await graph.ask(
      `{ a: modelCalled(name: "fraud") { name } b: modelCalled(name: "nobody") { name } c: modelCalled(name: "churn") { name } whoAmI }`,
    );
    expect(data).toEqual({ a: { name: 'fraud' }, b: null, c: { name: 'churn' }, whoAmI: 'user:developer' });
    expect(errors).toEqual([
      {
        message: 'there is no model nobody',
        path: ['b'],
        extensions: { code: 'NOT_FOUND', field: 'name' },
      },
    ]);
  });

  it('of several mutations each is done or refused, in their order', async () => {
    const { data, errors } = await graph.ask(
      `mutation { ${rename('a', 'fraud', 'one')} ${rename('b', 'nobody', 'x')} ${rename('c', 'fraud', 'two')} }`,
    );
    expect(data).toEqual({ a: { name: 'one' }, b: null, c: { name: 'two' } });
    expect(told(errors)).toEqual(['b NOT_FOUND']);
    expect((await graph.ask('{ models { name } }')).data.models[0]).toEqual({ name: 'two' });
  });

  it('a subgraph that is away: each of its root fields has its own error', async () => {
    await graph.kill('registry');
    const { data, errors } = await graph.ask(
      '{ models { name } who: whoAmI alerts { id } search { __typename } featureServices { name } }',
    );
    expect(data).toMatchObject({ models: null, who: null, search: null });
    expect(data.alerts).toHaveLength(3);
    expect(data.featureServices).toHaveLength(2);
    expect(told(errors)).toEqual([
      'models SUBGRAPH_UNAVAILABLE',
      'search SUBGRAPH_UNAVAILABLE',
      'who SUBGRAPH_UNAVAILABLE',
    ]);
  });

  it('a reference to an owner that is away has an error at its own place, one to nothing has none', async () => {
    const query = '{ alerts { model { name risk health } } }';
    const before = await graph.ask(query);
    expect(before.errors).toBeUndefined();
    expect(before.data.alerts[2]).toEqual({ model: null });

    await graph.kill('registry');
    const { data, errors } = await graph.ask(query);
    expect(data.alerts).toEqual([{ model: null }, { model: null }, { model: null }]);
    expect(told(errors)).toEqual([0, 1, 2].map((index) => `alerts.${index}.model.name SUBGRAPH_UNAVAILABLE`));
  });

  it('what needs a value that could not be had fails like it', async () => {
    await graph.kill('registry');
    const { data, errors } = await graph.ask('{ alerts { model { risk } } }');
    expect(data.alerts).toEqual([0, 1, 2].map(() => ({ model: { risk: null } })));
    const places = [0, 1, 2].map((index) => `alerts.${index}.model.risk`);
    // The JavaScript planner knows that something was lost, and not for whom.
    expect(told(errors)).toEqual((planner === 'native' ? places : ['']).map((at) => `${at} SUBGRAPH_UNAVAILABLE`));
  });

  it('a field that fails of some entities fails there alone', async () => {
    const { data, errors } = await graph.ask('{ alerts { id model { id strictBroken refused } } }');
    expect(data.alerts.map(({ model }: any) => model)).toEqual([
      { id: id('model', 'fraud'), strictBroken: 'fraud', refused: null },
      null,
      null,
    ]);
    expect(told(errors)).toEqual([
      'alerts.0.model.refused FAILED_PRECONDITION',
      'alerts.1.model.strictBroken CONFLICT',
    ]);
  });
});
