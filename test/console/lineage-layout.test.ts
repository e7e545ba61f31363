import { describe, expect, it } from 'vitest';
import { layoutOf, NODE, type GraphEdge } from '../../console/pages/lineage/layout.ts';

const urn = (kind: string, name: string): string => `tiffin:default:${kind}:${name}`;
const edge = (upstream: string, downstream: string): GraphEdge => ({ upstream, downstream, relation: 'READS' });
const none = new Set<string>();

describe('the layout of a lineage', () => {
  const focus = urn('feature-service', 's@1');
  const model = urn('model-version', 'm@1');
  const features = Array.from({ length: 9 }, (_, at) => urn('feature', `v@1/f${at}`));
  const nodes = [{ id: focus, step: 0 }, { id: model, step: 1 }, ...features.map((id) => ({ id, step: -1 }))];
  const edges = [...features.map((id) => edge(id, focus)), edge(focus, model)];

  it('puts what it is made of on the left, what depends on it on the right', () => {
    const { placed, links, width } = layoutOf([nodes[0]!, nodes[1]!, nodes[2]!], edges, none);
    expect(placed.map(({ key, column }) => [key, column])).toEqual([
      [features[0], 0],
      [focus, 1],
      [model, 2],
    ]);
    expect(links.map(({ from, to }) => [from.key, to.key])).toEqual([
      [features[0], focus],
      [focus, model],
    ]);
    expect(width).toBe(3 * NODE.width + 2 * NODE.columnGap);
  });

  it('folds many of one kind into one, with its links once, until that is opened', () => {
    const folded = layoutOf(nodes, edges, none);
    expect(folded.placed.filter(({ kind }) => kind === 'feature')).toMatchObject([{ key: 'feature', ids: features }]);
    expect(folded.links).toHaveLength(2);
    const open = layoutOf(nodes, edges, new Set(['feature']));
    expect(open.placed.filter(({ kind }) => kind === 'feature')).toHaveLength(9);
    expect(open.links).toHaveLength(10);
    const rows = open.placed.filter(({ column }) => column === 0).map(({ y }) => y);
    expect(new Set(rows).size).toBe(9);
  });

  it('orders rows so that links do not cross where they need not', () => {
    const [a, b, x, y] = [
      urn('source', 'a'),
      urn('source', 'b'),
      urn('feature-view', 'x@1'),
      urn('feature-view', 'y@1'),
    ];
    const tangled = [
      { id: a, step: -1 },
      { id: b, step: -1 },
      { id: x, step: 0 },
      { id: y, step: 0 },
    ];
    const { placed } = layoutOf(tangled, [edge(a, y), edge(b, x)], none);
    const row = (id: string): number => placed.find(({ key }) => key === id)!.y;
    expect(row(a) < row(b)).toBe(row(y) < row(x));
  });
});
