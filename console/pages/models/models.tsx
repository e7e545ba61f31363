import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { summaryOf } from '../../ui/prose.tsx';
import { Roles } from '../../ui/roles.tsx';
import { StateOf } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ModelsPage } from './operations.ts';

export const page: PageComponent = () => {
  const after = useAfter();
  const query = useQuery(ModelsPage, { first: PAGE_ROWS, after });
  return (
    <Page title="Models" lead="Each model, its newest version, and what that version does in traffic.">
      <Panel
        title="All models"
        query={query}
        of={({ models }) => (models && models.edges.length > 0 ? models : null)}
        empty={
          <NeverUsed title="No model is registered yet" command="npm start -- --example flights">
            A version is read from its ONNX file: its contract, its number, and what it answers.
          </NeverUsed>
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Models"
              rows={edges.map(({ node }) => ({ ...node, newest: node.versions.edges[0]?.node }))}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Model',
                  cell: ({ id, description }) => (
                    <>
                      <AssetLink id={id} />
                      <span class="sub">{summaryOf(description)}</span>
                    </>
                  ),
                },
                {
                  title: 'Newest version',
                  cell: ({ newest }) =>
                    newest && (
                      <>
                        <AssetLink id={newest.id}>{`@${newest.number}`}</AssetLink>{' '}
                        <span class="muted">{newest.version}</span>
                      </>
                    ),
                },
                { title: 'Stands', cell: ({ newest }) => newest && <StateOf value={newest.state} /> },
                { title: 'Does', cell: ({ newest }) => newest && <Roles of={newest.roles} /> },
                { title: 'Owner', cell: ({ owner }) => owner ?? <span class="muted">nobody named</span> },
                { title: 'Registered', cell: ({ newest }) => newest && <Time at={newest.createdAt} /> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};
