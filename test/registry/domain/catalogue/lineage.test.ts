import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gapsOf,
  walk,
  type LineageEdge,
  type StepOf,
} from '../../../../subgraphs/registry/domain/catalogue/lineage.ts';

const edge = (upstream: string, downstream: string): LineageEdge => ({
  upstream,
  downstream,
  relation: 'READS',
  validFrom: new Date(0),
  validTo: null,
});
/** Steps over a graph in memory, either way. */
const over =
  (edges: readonly LineageEdge[], side: 'upstream' | 'downstream', most = Infinity): StepOf =>
  async (frontier) => {
    const found = edges.filter((one) => frontier.includes(side === 'upstream' ? one.downstream : one.upstream));
    return { edges: found.slice(0, most), more: found.length > most };
  };
//   a → b → d → e
//   a → c → d
const graph = [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('d', 'e')];

describe('a walk', () => {
  it('finds each asset once, at its shortest distance, with every edge on the way', async () => {
    const down = await walk('a', 'DOWNSTREAM', 20, over(graph, 'downstream'));
    expect(Object.fromEntries(down.degrees)).toEqual({ a: 0, b: 1, c: 1, d: 2, e: 3 });
    expect(down.edges).toEqual(graph);
    const up = await walk('e', 'UPSTREAM', 20, over(graph, 'upstream'));
    expect(Object.fromEntries(up.degrees)).toEqual({ e: 0, d: 1, b: 2, c: 2, a: 3 });
  });

  it('goes no further than it is asked to', async () => {
    for (const [depth, found] of [
      [0, 'a'],
      [1, 'a b c'],
      [2, 'a b c d'],
    ] as const) {
      const { degrees, capped } = await walk('a', 'DOWNSTREAM', depth, over(graph, 'downstream'));
      expect([[...degrees.keys()].join(' '), capped]).toEqual([found, false]);
    }
  });

  it('stops at the cap and says so, with no edge to what it left out', async () => {
    const found = await walk('a', 'DOWNSTREAM', 20, over(graph, 'downstream'), 3);
    expect(found).toMatchObject({ capped: true, edges: graph.slice(0, 2) });
    expect([...found.degrees.keys()]).toEqual(['a', 'b', 'c']);
    const short = await walk('a', 'DOWNSTREAM', 20, over(graph, 'downstream', 1));
    expect([[...short.degrees.keys()].join(' '), short.capped]).toEqual(['a b', true]);
  });

  it('ends in any graph, circles too, and is the same both ways', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, name), { maxLength: 20 }), async (pairs) => {
        const edges = pairs.map(([from, to]) => edge(from, to));
        const { degrees } = await walk('a', 'DOWNSTREAM', 20, over(edges, 'downstream'));
        for (const [reached, degree] of degrees) {
          const back = await walk(reached, 'UPSTREAM', 20, over(edges, 'upstream'));
          expect(back.degrees.get('a')).toBe(degree);
        }
      }),
    );
  });
});

describe('what keeps an answer from being complete', () => {
  const found = { degrees: new Map(), edges: [], capped: false };

  it('is nothing where every producer is covered, no cap was hit and no id dangles', () => {
    expect(gapsOf(found, [{ source: 'feature', behind: null }], [])).toEqual([]);
  });

  it('is each of the reasons, with the first of many ids', () => {
    const ids = Array.from({ length: 7 }, (_, i) => `id${i}`);
    expect(gapsOf({ ...found, capped: true }, [{ source: 'feature', behind: 'away' }], ids, 3)).toEqual([
      { reason: 'PRODUCER_BEHIND', detail: 'feature: away' },
      { reason: 'NODE_CAP', detail: 'more than 3 assets: ask for fewer steps' },
      { reason: 'DANGLING_ID', detail: 'no subgraph announced id0, id1, id2, id3, id4 and 2 more' },
    ]);
    expect(gapsOf(found, [], ids.slice(0, 1))).toEqual([{ reason: 'DANGLING_ID', detail: 'no subgraph announced id0' }]);
  });
});
