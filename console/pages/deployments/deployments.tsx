import { TrafficBar } from '../../charts/traffic-bar.tsx';
import { nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { DeploymentsPage } from './operations.ts';

export const page: PageComponent = () => {
  const after = useAfter();
  const query = useQuery(DeploymentsPage, { first: PAGE_ROWS, after });
  return (
    <Page title="Deployments" lead="An endpoint in an environment: what answers whom, by which share.">
      <Panel
        title="All deployments"
        query={query}
        of={({ deployments }) => (deployments && deployments.edges.length > 0 ? deployments : null)}
        empty={
          <NeverUsed title="Nothing is deployed yet" command="npm start -- --example flights">
            A deployment answers requests with a release: a recipe, frozen with the versions that it runs.
          </NeverUsed>
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Deployments"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Deployment',
                  cell: ({ id, endpoint }) => (
                    <>
                      <AssetLink id={id} />
                      <span class="sub">{endpoint.description}</span>
                    </>
                  ),
                },
                {
                  title: 'Live',
                  cell: ({ live }) =>
                    live ? (
                      <>
                        release {live.number}
                        <span class="sub">{live.modelVersions.map((version) => nameOf(version.id)).join(', ')}</span>
                      </>
                    ) : (
                      <span class="muted">nothing</span>
                    ),
                },
                { title: 'Traffic', cell: ({ serving }) => <TrafficBar shares={serving} height={14} /> },
                {
                  title: 'State',
                  cell: ({ traffic, live }) =>
                    traffic.killed ? (
                      <State tone="bad">killed</State>
                    ) : traffic.freeze ? (
                      <State tone="warn">frozen</State>
                    ) : live ? (
                      <State tone="good">serves</State>
                    ) : (
                      <State tone="plain">nothing serves</State>
                    ),
                },
                { title: 'Owner', cell: ({ endpoint }) => endpoint.owner ?? <span class="muted">nobody named</span> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};
