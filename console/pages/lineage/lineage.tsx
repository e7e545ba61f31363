import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { idParts, nameOf } from '../../app/ids.ts';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink, Kind } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { summaryOf } from '../../ui/prose.tsx';
import { words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { openPalette } from '../../app/palette-state.ts';
import { foldAll, Graph } from './graph.tsx';
import { layoutOf, type GraphEdge, type GraphNode } from './layout.ts';
import { LineagePage, LineageRows, type LineagePageQuery, type LineageRowsQuery } from './operations.ts';

const DEPTHS = [1, 2, 3, 5, 10] as const;
/** Rows of the table; what is further is reached by another focus. */
const MOST_ROWS = 100;

export const page: PageComponent = () => {
  const { query } = useLocation();
  const focus = query.get('focus') ?? '';
  if (focus === '') return <NoFocus />;
  return <Focused key={focus} focus={focus} />;
};

const NoFocus = (): JSX.Element => (
  <Page title="Lineage" lead="From a column to every prediction that hangs on it, and back.">
    <NeverUsed title="Choose where to begin">
      Lineage begins at one thing and goes as far as you let it.{' '}
      <button type="button" onClick={openPalette}>
        Search for it
      </button>
    </NeverUsed>
  </Page>
);

interface Row extends GraphNode {
  readonly description: string;
  readonly owner: string | null;
}

function Focused({ focus }: { readonly focus: string }): JSX.Element {
  const { query } = useLocation();
  const depth = DEPTHS.find((one) => String(one) === query.get('depth')) ?? 1;
  const asOf = query.get('asOf');
  const asked = { id: focus, depth, asOf: asOf === null ? null : `${asOf}:00.000Z` };
  const lineage = useQuery(LineagePage, asked);
  const rows = useQuery(LineageRows, { ...asked, first: MOST_ROWS });
  const drawn = useMemo(() => drawnOf(lineage.data), [lineage.data]);
  const open = new Set((query.get('open') ?? '').split(','));
  const gaps = gapsOf(lineage.data);
  return (
    <Page
      title={nameOf(focus)}
      tab={`Lineage of ${nameOf(focus)}`}
      eyebrow={
        <>
          lineage of the <Kind id={focus} /> <AssetLink id={focus}>{idParts(focus).name}</AssetLink>
        </>
      }
    >
      <div class="filters">
        <label>
          Steps
          <select value={depth} onChange={({ currentTarget }) => setQuery({ depth: currentTarget.value })}>
            {DEPTHS.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          As it was at (UTC)
          <input
            type="datetime-local"
            value={asOf ?? ''}
            onChange={({ currentTarget }) => setQuery({ asOf: currentTarget.value })}
          />
        </label>
        {open.size > 0 && query.get('open') !== null && (
          <button type="button" onClick={foldAll}>
            Fold again
          </button>
        )}
      </div>
      {gaps.length > 0 && (
        <div class="notice warn">
          <p>
            <strong>This may not be all of it.</strong>
          </p>
          {gaps.map((gap) => (
            <p key={gap}>{gap}</p>
          ))}
        </div>
      )}
      <Panel
        title="Drawn"
        note="what it is made of on the left, what depends on it on the right"
        query={lineage}
        of={() => drawn}
      >
        {({ nodes, edges }) => (
          <Graph
            layout={layoutOf(nodes, edges, open)}
            focus={focus}
            label={`${nodes.length} assets around ${nameOf(focus)}; the table below lists them`}
          />
        )}
      </Panel>
      <Panel title="Listed" note={rows.data && `the nearest ${MOST_ROWS} at most`} query={rows} of={nearestOf}>
        {(nearest) => <Listed rows={nearest} relations={drawn?.relations} />}
      </Panel>
    </Page>
  );
}

interface ListedProps {
  readonly rows: readonly Row[];
  /** How each is connected, once the drawing has come. */
  readonly relations: ReadonlyMap<string, string> | undefined;
}

const Listed = ({ rows, relations }: ListedProps): JSX.Element => (
  <Table
    caption="Assets of the lineage, nearest first"
    rows={rows}
    keyOf={({ id, step }) => `${step} ${id}`}
    columns={[
      {
        title: 'Asset',
        cell: ({ id, description }) => (
          <>
            <AssetLink id={id} />
            <span class="sub">{summaryOf(description)}</span>
          </>
        ),
      },
      { title: 'Kind', isShort: true, cell: ({ id }) => <Kind id={id} /> },
      { title: 'Where', isShort: true, cell: ({ step }) => (step < 0 ? `${-step} up` : `${step} down`) },
      { title: 'How', isShort: true, cell: ({ id }) => words(relations?.get(id) ?? '') },
      { title: 'Owner', cell: ({ owner }) => owner ?? <span class="muted">nobody named</span> },
    ]}
  />
);

interface Drawn {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly relations: ReadonlyMap<string, string>;
}

function drawnOf(data: LineagePageQuery | null): Drawn | null {
  if (!data?.up && !data?.down) return null;
  const { up, down } = data;
  const edges = [...(up?.edges ?? []), ...(down?.edges ?? [])];
  const nodes = [
    ...(up?.nodes ?? []).map(({ id, degree }) => ({ id, step: degree === 0 ? 0 : -degree })),
    ...(down?.nodes ?? []).filter(({ degree }) => degree > 0).map(({ id, degree }) => ({ id, step: degree })),
  ];
  const relations = new Map<string, string>();
  for (const { upstream, downstream, relation } of edges) {
    for (const id of [upstream, downstream]) if (!relations.has(id)) relations.set(id, relation);
  }
  return { nodes, edges, relations };
}

const nearestOf = ({ up, down }: LineageRowsQuery): readonly Row[] | null => {
  if (!up && !down) return null;
  const rowsOf = (part: typeof up, sign: number): readonly Row[] =>
    (part?.edges ?? []).map(({ node: { id, degree, asset } }) => ({
      id,
      step: sign * degree,
      description: asset?.description ?? 'no subgraph announced it',
      owner: asset?.owner ?? null,
    }));
  return [...rowsOf(up, -1), ...rowsOf(down, 1)]
    .toSorted((a, b) => Math.abs(a.step) - Math.abs(b.step))
    .slice(0, MOST_ROWS);
};

const gapsOf = (data: LineagePageQuery | null): readonly string[] => [
  ...new Set([data?.up, data?.down].flatMap((part) => (part?.truncatedBecause ?? []).map(({ detail }) => detail))),
];
