import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssetGraph, type GraphEdge } from '../../../../subgraphs/registry/domain/catalogue/asset-graph.ts';
import { countsOf, pageOfReach } from '../../../../subgraphs/registry/domain/catalogue/impact.ts';

const urn = (name: string): string => `tiffin:default:column:${name}`;
const graphOf = (...pairs: readonly string[]): AssetGraph => {
  const graph = new AssetGraph();
  for (const [id, pair] of pairs.entries()) {
    const [upstream = '', downstream = ''] = pair.split('>').map(urn);
    graph.open({ id, upstream, downstream });
  }
  return graph;
};
const short = (urns: readonly string[]): string => urns.map((one) => one.replace(urn(''), '')).join(' ');

describe('what is reached', () => {
  const graph = graphOf('a>b', 'a>c', 'b>d', 'c>d', 'd>e');

  it('is each asset once, nearest first, either way, up to so many steps', () => {
    const down = graph.reach(urn('a'), 'DOWNSTREAM', Infinity, 100);
    expect([short(down.urns), down.degrees]).toEqual(['a b c d e', [0, 1, 1, 2, 3]]);
    expect(short(graph.reach(urn('d'), 'UPSTREAM', 1, 100).urns)).toBe('d b c');
    expect(short(graph.reach(urn('nowhere'), 'UPSTREAM', 1, 100).urns)).toBe('nowhere');
  });

  it('has a kind each, and may be unknown to all but the edge that names it', () => {
    const mixed = new AssetGraph();
    mixed.open({ id: 1, upstream: 'tiffin:p:source:s', downstream: 'tiffin:p:column:s/c' });
    mixed.open({ id: 2, upstream: 'tiffin:p:column:s/c', downstream: 'tiffin:p:feature:v@1/f' });
    mixed.know('tiffin:p:source:s');
    mixed.know('tiffin:p:feature:v@1/f');
    expect(mixed.reach('tiffin:p:source:s', 'DOWNSTREAM', Infinity, 100)).toMatchObject({
      kinds: ['source', 'column', 'feature'],
      unknown: ['tiffin:p:column:s/c'],
    });
  });

  it('stops at the cap and says so', () => {
    expect(graph.reach(urn('a'), 'DOWNSTREAM', Infinity, 3)).toMatchObject({ degrees: [0, 1, 1], capped: true });
    expect(graph.reach(urn('a'), 'DOWNSTREAM', Infinity, 5).capped).toBe(false);
  });

  it('is as a plain search finds it, whatever was opened, closed and opened again', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.record({ id: fc.nat({ max: 12 }), from: name, to: name, open: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const subject = new AssetGraph();
        const open = new Map<number, GraphEdge>();
        const made = new Map<number, GraphEdge>();
        for (const { id, from, to, open: opens } of steps) {
          // An edge keeps its ends for life, as a row of the table does.
          const edge = made.get(id) ?? { id, upstream: urn(from), downstream: urn(to) };
          made.set(id, edge);
          if (opens) subject.open(edge);
          else subject.close(edge);
          if (opens) open.set(id, edge);
          else open.delete(id);
        }
        for (const [direction, near, far] of [
          ['DOWNSTREAM', 'upstream', 'downstream'],
          ['UPSTREAM', 'downstream', 'upstream'],
        ] as const) {
          const reached = new Map([[urn('a'), 0]]);
          for (const [one, degree] of reached) {
            for (const edge of open.values()) {
              if (edge[near] === one && !reached.has(edge[far])) reached.set(edge[far], degree + 1);
            }
          }
          const whole = subject.reach(urn('a'), direction, Infinity, 100);
          expect(new Map(whole.urns.map((one, i) => [one, whole.degrees[i]]))).toEqual(reached);
          expect(whole.degrees).toEqual([...reached.values()]);
          const nearest = subject.reach(urn('a'), direction, 2, 3);
          const within = [...reached.values()].filter((degree) => degree <= 2);
          expect([nearest.degrees, nearest.capped]).toEqual([within.slice(0, 3), within.length > 3]);
        }
      }),
    );
  });
});

describe('paths', () => {
  const paths = (graph: AssetGraph, from: string, to: string, depth = 20, most = 100) => {
    const { paths: found, more } = graph.paths(urn(from), urn(to), depth, most);
    return { found: found.map(short), more };
  };

  it('are all ways down, the shortest first, none twice through one asset', () => {
    const graph = graphOf('a>b', 'b>d', 'a>c', 'c>d', 'a>d', 'd>a', 'd>e', 'c>b');
    expect(paths(graph, 'a', 'd')).toEqual({ found: ['a d', 'a b d', 'a c d', 'a c b d'], more: false });
    expect(paths(graph, 'e', 'a')).toEqual({ found: [], more: false });
    expect(paths(graph, 'a', 'a')).toEqual({ found: [], more: false });
    expect(paths(graph, 'a', 'd', 2).found).toEqual(['a d', 'a b d', 'a c d']);
  });

  it('are one where two edges connect the same assets', () => {
    expect(paths(graphOf('a>b', 'a>b'), 'a', 'b').found).toEqual(['a b']);
  });

  it('say that there are more', () => {
    const layers = Array.from({ length: 12 }, (_, i) => [
      `${i}>l${i}`,
      `${i}>r${i}`,
      `l${i}>${i + 1}`,
      `r${i}>${i + 1}`,
    ]);
    const wide = graphOf(...layers.flat());
    const some = wide.paths(urn('0'), urn('10'), 20, 7);
    expect([some.paths.length, some.more]).toEqual([7, true]);
    expect(wide.paths(urn('0'), urn('3'), 20, 8)).toMatchObject({ more: false });
    expect(wide.paths(urn('0'), urn('3'), 20, 7)).toMatchObject({ more: true });
  });
});

describe('counts and pages of what is reached', () => {
  const reach = {
    urns: ['tiffin:p:source:s', 'tiffin:p:column:b', 'tiffin:p:column:a', 'tiffin:p:model:m', 'tiffin:p:column:c'],
    kinds: ['source', 'column', 'column', 'model', 'column'],
    degrees: [0, 1, 1, 2, 2],
    capped: false,
  } as const;

  it('leave the start out', () => {
    expect(countsOf(reach)).toEqual({
      total: 4,
      kinds: [
        { kind: 'column', count: 3 },
        { kind: 'model', count: 1 },
      ],
      degrees: [
        { degree: 1, count: 2 },
        { degree: 2, count: 2 },
      ],
    });
  });

  it('go through everything once, nearest first and then by id, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 })), fc.integer({ min: 1, max: 5 }), (steps, first) => {
        const degrees = [0, ...steps.map((one) => one + 1).sort((a, b) => a - b)];
        const urns = degrees.map((_, i) => `tiffin:p:column:${(i * 7919) % 1009}`);
        const whole = urns
          .map((one, i) => ({ urn: one, degree: degrees[i] ?? 0 }))
          .slice(1)
          .sort((a, b) => a.degree - b.degree || (a.urn < b.urn ? -1 : 1));
        const seen = [];
        let after: readonly [number, string] | null = null;
        for (;;) {
          const page = pageOfReach({ urns, degrees, capped: false }, { first, after });
          seen.push(...page.slice(0, first));
          const last = page[first - 1];
          if (page.length <= first || !last) break;
          after = [last.degree, last.urn];
        }
        expect(seen).toEqual(whole);
      }),
    );
  });
});
