import { globSync, readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { plannerFor, PlanningFailure, type MakePlanner, type PlannerRequest } from '../../../gateway/answer/planner.ts';
import { makeFallbackPlanner } from '../../../gateway/answer/planner-fallback.ts';
import { makeNativePlanner } from '../../../gateway/answer/planner-native.ts';
import type { CallSubgraph } from '../../../gateway/answer/subgraph-call.ts';
import { startGraph, supergraphSdl } from '../fixture/graph.ts';

const log = pino({ level: 'silent' });
const call: CallSubgraph = async () => ({ data: { models: [{ name: 'fraud' }] } });
const request = (source: string): PlannerRequest => ({
  document: parse(source),
  variables: {},
  operationName: undefined,
  context: {} as PlannerRequest['context'],
});

/** How a planner fails on a machine for which it has no native module. */
const missing: MakePlanner = () => import('@graphql-hive/router-query-planner-none' as string);

// Through monitoring and back to registry, for what @requires asks: version 0.0.38 finds no path for its own fetch.
const UNPLANNABLE = '{ models { alertsOf { strictModel { risk } } } }';

describe('the choice of a planner', () => {
  const makers = { native: makeNativePlanner, js: makeFallbackPlanner };

  it('auto: native where it loads', async () => {
    const make = plannerFor('auto', { ...makers, js: () => Promise.reject(new Error('not asked for')) }, log);
    const planner = await make(supergraphSdl, call);
    expect(await planner.execute(request('{ models { name } }'))).toMatchObject({
      data: { models: [{ name: 'fraud' }] },
      errors: [],
    });
  });

  it('auto: JavaScript where the native one does not load, from then on', async () => {
    let tries = 0;
    const native: MakePlanner = (sdl, callSubgraph) => {
      tries += 1;
      return missing(sdl, callSubgraph);
    };
    const make = plannerFor('auto', { ...makers, native }, log);
    for (let times = 0; times < 2; times += 1) {
      const { data } = await (await make(supergraphSdl, call)).execute(request('{ models { name } }'));
      expect(JSON.parse(JSON.stringify(data))).toEqual({ models: [{ name: 'fraud' }] });
    }
    expect(tries).toBe(1);
  });

  it('auto: throws for what is no supergraph, and settles nothing by it', async () => {
    const make = plannerFor('auto', makers, log);
    await expect(make('type Query { a: Int', call)).rejects.toThrow('Syntax Error');
    expect(await make(supergraphSdl, call)).toBeDefined();
  });

  it('native: fails where it does not load', async () => {
    await expect(plannerFor('native', { ...makers, native: missing }, log)(supergraphSdl, call)).rejects.toThrow();
  });

  it('hands operations that the native planner cannot plan to the JavaScript one', async () => {
    const native = await makeNativePlanner(supergraphSdl, call);
    // When this fails, the planner has learnt it: `withSecond` in planner.ts may go.
    await expect(native.execute(request(UNPLANNABLE))).rejects.toBeInstanceOf(PlanningFailure);
    const graph = await startGraph('in process', { TIFFIN_PLANNER: 'auto' });
    for (let times = 0; times < 2; times += 1) {
      const { data, errors } = await graph.ask(UNPLANNABLE);
      expect(errors).toBeUndefined();
      expect(data.models[0]).toEqual({ alertsOf: [{ strictModel: { risk: 2 } }] });
    }
    await graph.stop();
  });

  it('without the second planner such an operation fails, and says no more than that', async () => {
    const graph = await startGraph('in process', { TIFFIN_PLANNER: 'native' });
    expect(await graph.ask(UNPLANNABLE)).toEqual({
      status: 200,
      data: null,
      errors: [{ message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    await graph.stop();
  });
});

const importing = (how: string): string[] =>
  globSync('{core,schema,subgraphs,gateway,edge}/**/*.ts').filter((file) =>
    readFileSync(file, 'utf8').includes(`${how}'@graphql-hive/`),
  );

it('one file alone loads the native planner, and one more knows how its plans look', () => {
  expect(importing('import(')).toEqual(['gateway/answer/planner-native.ts']);
  expect(importing('from ')).toEqual(['gateway/answer/query-plan.ts']);
});
