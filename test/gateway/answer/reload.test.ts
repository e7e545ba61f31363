import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSupergraph } from '../../../gateway/compose/compose.ts';
import { PLANNERS, sdls, startGraph, supergraphSdl, type TestGraph } from '../fixture/graph.ts';

const withoutSearch = composeSupergraph(
  sdls.map(({ name, sdl }) => ({ name, sdl: sdl.replace('search: [Found!]', 'lookup: [Found!]') })),
);

describe.each(PLANNERS)('a new supergraph while serving, planned by %s', (planner) => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startGraph('in process', { TIFFIN_PLANNER: planner });
  });
  afterAll(() => graph.stop());
  const canSearch = async (): Promise<boolean> => {
    const { errors } = await graph.ask('{ search { __typename } }');
    return errors === undefined;
  };

  it('takes effect at once, and the old one again too', async () => {
    expect(await canSearch()).toBe(true);
    await graph.gateway.update(withoutSearch);
    expect(await canSearch()).toBe(false);
    expect((await graph.ask('{ alerts { model { name } } }')).errors).toBeUndefined();
    await graph.gateway.update(supergraphSdl);
    expect(await canSearch()).toBe(true);
  });

  it.each([
    ['is empty', ''],
    ['is no GraphQL', 'type Query {'],
    ['is no supergraph', 'type Query { models: [Model!] } type Model { id: ID! }'],
    ['refers to what is not there', supergraphSdl.replace('type ModelPage', 'type Elsewhere')],
  ])('that %s is refused, and the old one goes on', async (_, broken) => {
    await expect(graph.gateway.update(broken)).rejects.toThrow();
    expect(await canSearch()).toBe(true);
    const ready = await graph.gateway.app.request('http://localhost/readyz');
    expect(await ready.json()).toEqual({ ready: true });
  });

  it('leaves running operations on the one that they were written for', async () => {
    const running = graph.ask('{ search { ... on Model { slow(ms: 150) } } }');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await graph.gateway.update(withoutSearch);
    const { data, errors } = await running;
    expect(errors).toBeUndefined();
    expect(data.search[1]).toEqual({ slow: 'after 150 ms' });
    await graph.gateway.update(supergraphSdl);
  });

  it('takes several at once one after the other: the last one stays, a broken one between is passed over', async () => {
    const updates = [supergraphSdl, 'nonsense', withoutSearch].map((sdl) => graph.gateway.update(sdl));
    expect((await Promise.allSettled(updates)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await canSearch()).toBe(false);
    await graph.gateway.update(supergraphSdl);
  });
});

it('leaves no memory behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const graph = await startGraph('in process', { TIFFIN_PLANNER: 'native' });
  const reload = async (times: number): Promise<number> => {
    for (let time = 0; time < times; time += 1) {
      await graph.gateway.update(time % 2 === 0 ? withoutSearch : supergraphSdl);
      expect((await graph.ask('{ alerts { model { name } } }')).errors).toBeUndefined();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await reload(20);
  const after = await reload(60);
  await graph.stop();
  // One supergraph with its planner takes about a megabyte: sixty of them could not hide in this.
  expect((after - before) / 1024 / 1024).toBeLessThan(20);
}, 120_000);
