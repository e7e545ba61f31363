import { idParts } from '../../app/ids.ts';

export interface GraphNode {
  readonly id: string;
  /** Steps away from the focus: below 0 what it is made of, above 0 what depends on it. */
  readonly step: number;
}

export interface GraphEdge {
  readonly upstream: string;
  readonly downstream: string;
  readonly relation: string;
}

export interface Placed {
  /** Of a node its id, of a fold the kind that is folded. */
  readonly key: string;
  readonly ids: readonly string[];
  readonly kind: string;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly links: readonly { readonly from: Placed; readonly to: Placed; readonly key: string }[];
  readonly width: number;
  readonly height: number;
}

export const NODE = { width: 176, height: 40, columnGap: 48, rowGap: 12 } as const;
/** More of one kind in a column than this stand as one: nobody reads eighty boxes. */
const MOST_OF_A_KIND = 6;
const SWEEPS = 6;

/** Columns by distance from the focus, rows so that few links cross. `open` names kinds that are not folded. */
export function layoutOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[], open: ReadonlySet<string>): Layout {
  const steps = [...new Set(nodes.map(({ step }) => step))].toSorted((a, b) => a - b);
  const columns = steps.map((step, column) =>
    cellsOf(
      nodes.filter((node) => node.step === step),
      column,
      open,
    ),
  );
  const cellOf = new Map(columns.flat().flatMap((cell) => cell.ids.map((id) => [id, cell] as const)));
  const pairs = pairsOf(edges, cellOf);
  const ordered = untangled(columns, pairs);
  const tallest = Math.max(1, ...ordered.map((column) => column.length));
  const rowHeight = NODE.height + NODE.rowGap;
  const height = tallest * rowHeight - NODE.rowGap;
  const placed = ordered.flatMap((cells, column) => {
    const top = (height - (cells.length * rowHeight - NODE.rowGap)) / 2;
    return cells.map((cell, row): Placed => ({
      ...cell,
      column,
      x: column * (NODE.width + NODE.columnGap),
      y: top + row * rowHeight,
    }));
  });
  const byKey = new Map(placed.map((one) => [`${one.column} ${one.key}`, one]));
  const links = pairs.flatMap(({ from, to }) => {
    const [start, end] = [byKey.get(`${from.column} ${from.key}`), byKey.get(`${to.column} ${to.key}`)];
    return start && end ? [{ from: start, to: end, key: `${start.key} ${end.key} ${start.column}` }] : [];
  });
  return { placed, links, width: ordered.length * (NODE.width + NODE.columnGap) - NODE.columnGap, height };
}

interface Cell {
  readonly key: string;
  readonly ids: readonly string[];
  readonly kind: string;
  readonly column: number;
}

function cellsOf(nodes: readonly GraphNode[], column: number, open: ReadonlySet<string>): readonly Cell[] {
  const kinds = Map.groupBy(nodes, ({ id }) => idParts(id).kind);
  return [...kinds].flatMap(([kind, of]): Cell[] => {
    const ids = of.map(({ id }) => id).toSorted();
    if (ids.length > MOST_OF_A_KIND && !open.has(kind)) return [{ key: kind, ids, kind, column }];
    return ids.map((id) => ({ key: id, ids: [id], kind, column }));
  });
}

interface Pair {
  readonly from: Cell;
  readonly to: Cell;
}

function pairsOf(edges: readonly GraphEdge[], cellOf: ReadonlyMap<string, Cell>): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { upstream, downstream } of edges) {
    const [from, to] = [cellOf.get(upstream), cellOf.get(downstream)];
    if (from && to && from !== to) pairs.set(`${from.column} ${from.key} ${to.column} ${to.key}`, { from, to });
  }
  return [...pairs.values()];
}

/** Puts each cell at the mean of its neighbours’ rows, column after column, to the right and back, a few times. */
function untangled(columns: readonly (readonly Cell[])[], pairs: readonly Pair[]): readonly (readonly Cell[])[] {
  const ordered = columns.map((column) => [...column]);
  const place = new Map(ordered.flatMap(placesIn));
  const neighbours = new Map<Cell, Cell[]>();
  for (const { from, to } of pairs) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const meanOf = (cell: Cell): number => {
    const rows = (neighbours.get(cell) ?? []).map((other) => place.get(other) ?? 0.5);
    return rows.length === 0 ? (place.get(cell) ?? 0.5) : rows.reduce((sum, row) => sum + row, 0) / rows.length;
  };
  const order = [...ordered.keys()];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const at of sweep % 2 === 0 ? order : order.toReversed()) {
      const column = ordered[at] ?? [];
      column.sort((a, b) => meanOf(a) - meanOf(b));
      // The next column goes by the new rows: all at once would swap for ever.
      for (const [cell, row] of placesIn(column)) place.set(cell, row);
    }
  }
  return ordered;
}

const placesIn = (column: readonly Cell[]): readonly (readonly [Cell, number])[] =>
  column.map((cell, row) => [cell, (row + 0.5) / column.length]);
