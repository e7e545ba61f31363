import type { JSX } from 'preact';
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
import { LineagePage, type LineagePageQuery } from './operations.ts';

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
  readonly relation: string;
}

function Focused({ focus }: { readonly focus: string }): JSX.Element {
  const { query } = useLocation();
  const depth = DEPTHS.find((one) => String(one) === query.get('depth')) ?? 1;
  const asOf = query.get('asOf');
  const lineage = useQuery(LineagePage, { id: focus, depth, asOf: asOf === null ? null : `${asOf}:00.000Z` });
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
        of={rowsIn}
      >
        {({ nodes, edges }) => (
          <Graph
            layout={layoutOf(nodes, edges, open)}
            focus={focus}
            label={`${nodes.length} assets around ${nameOf(focus)}; the table below lists them`}
          />
        )}
      </Panel>
      <Panel title="Listed" note={lineage.data && `the nearest ${MOST_ROWS} at most`} query={lineage} of={rowsIn}>
        {({ nodes }) => <Listed nodes={nodes.filter(({ step }) => step !== 0)} />}
      </Panel>
    </Page>
  );
}

const Listed = ({ nodes }: { readonly nodes: readonly Row[] }): JSX.Element => (
  <Table
    caption="Assets of the lineage, nearest first"
    rows={nodes.toSorted((a, b) => Math.abs(a.step) - Math.abs(b.step)).slice(0, MOST_ROWS)}
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
      { title: 'How', isShort: true, cell: ({ relation }) => words(relation) },
      { title: 'Owner', cell: ({ owner }) => owner ?? <span class="muted">nobody named</span> },
    ]}
  />
);

function rowsIn({
  up,
  down,
}: LineagePageQuery): { readonly nodes: readonly Row[]; readonly edges: readonly GraphEdge[] } | null {
  if (!up && !down) return null;
  const edges = [...(up?.edges ?? []), ...(down?.edges ?? [])];
  const relationTo = (id: string): string =>
    edges.find(({ upstream, downstream }) => upstream === id || downstream === id)?.relation ?? '';
  const rows = [
    ...(up?.nodes ?? []).map((node) => ({ ...node, step: node.degree === 0 ? 0 : -node.degree })),
    ...(down?.nodes ?? []).filter(({ degree }) => degree > 0).map((node) => ({ ...node, step: node.degree })),
  ].map(({ id, step, asset }): Row => ({
    id,
    step,
    description: asset?.description ?? 'no subgraph announced it',
    owner: asset?.owner ?? null,
    relation: relationTo(id),
  }));
  return { nodes: rows, edges };
}

const gapsOf = (data: LineagePageQuery | null): readonly string[] => [
  ...new Set([data?.up, data?.down].flatMap((part) => (part?.truncatedBecause ?? []).map(({ detail }) => detail))),
];
