import { assert, asyncProperty, pre } from 'fast-check';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiSchemaOf } from '../../../gateway/compose/compose.ts';
import { startGraph, supergraphSdl, type TestGraph } from '../fixture/graph.ts';
import { randomQueries } from '../fixture/random-query.ts';

describe('the two planners', () => {
  let native: TestGraph;
  let js: TestGraph;
  beforeAll(async () => {
    const env = { LIMIT_COST: '10000000', LIMIT_TOKENS: '100000', LIMIT_ALIASES: '1000' };
    native = await startGraph('in process', { ...env, TIFFIN_PLANNER: 'auto' });
    js = await startGraph('in process via JSON', { ...env, TIFFIN_PLANNER: 'js' });
  });
  afterAll(async () => {
    await native.stop();
    await js.stop();
  });

  it('answer alike, whatever is asked', async () => {
    const schema = apiSchemaOf(supergraphSdl);
    let asked = 0;
    await assert(
      asyncProperty(randomQueries(schema), async (query) => {
        // Some of the random fragments give one key two meanings.
        pre(validate(schema, parse(query)).length === 0);
        const [one, other] = await Promise.all([native.ask(query), js.ask(query)]);
        expect(JSON.stringify(one.data), query).toBe(JSON.stringify(other.data));
        asked += 1;
      }),
      { seed: 20_260_301, numRuns: 150 },
    );
    expect(asked).toBeGreaterThanOrEqual(150);
  }, 120_000);
});
