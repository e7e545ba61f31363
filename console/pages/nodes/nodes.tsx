import type { JSX } from 'preact';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { count } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { NodesPage } from './operations.ts';

/** Who is stale, what was lost? */
export const page: PageComponent = () => {
  const after = useAfter();
  const query = useQuery(NodesPage, { first: PAGE_ROWS, after });
  return (
    <Page
      title="Edge fleet"
      lead="The nodes that answer, what they serve by, and whether every answer is accounted for."
    >
      <Panel
        title="Nodes"
        query={query}
        of={({ edgeNodes }) => (edgeNodes && edgeNodes.edges.length > 0 ? edgeNodes : null)}
        empty={
          <NeverUsed title="No node has reported yet" command="npm start">
            A node tells what it serves and what became of its answers every few seconds.
          </NeverUsed>
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Edge nodes"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Node',
                  cell: ({ id, name, runtime, trust }) => (
                    <>
                      <AssetLink id={id}>{name}</AssetLink>
                      <span class="sub">
                        {runtime}, {words(trust)}
                      </span>
                    </>
                  ),
                },
                { title: 'Stands', cell: ({ stale }) => <Freshness stale={stale} /> },
                { title: 'Manifest', isNumber: true, cell: ({ manifestRevision }) => manifestRevision },
                { title: 'Answered', isNumber: true, cell: ({ accounting }) => count(accounting.answered) },
                { title: 'Stored', isNumber: true, cell: ({ accounting }) => count(accounting.stored) },
                { title: 'Queued', isNumber: true, cell: ({ accounting }) => count(accounting.queued) },
                { title: 'Dropped', isNumber: true, cell: ({ accounting }) => count(accounting.dropped) },
                { title: 'Sampled out', isNumber: true, cell: ({ accounting }) => count(accounting.sampledOut) },
                {
                  title: 'Account',
                  cell: ({ accounting }) =>
                    accounting.balanced ? (
                      <State tone="good">balanced</State>
                    ) : (
                      <State tone="bad">{`${count(accounting.difference)} missing`}</State>
                    ),
                },
                { title: 'Heard', cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};

const Freshness = ({ stale }: { readonly stale: boolean }): JSX.Element =>
  stale ? <State tone="warn">stale</State> : <State tone="good">fresh</State>;
