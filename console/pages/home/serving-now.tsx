import type { JSX } from 'preact';
import { TrafficBar } from '../../charts/traffic-bar.tsx';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Serving, type ServingQuery } from './operations.ts';

type Deployment = NonNullable<ServingQuery['deployments']>['edges'][number]['node'];

/** A row per deployment: what it serves, and whether all is well. */
export function ServingNow(): JSX.Element {
  const query = useQuery(Serving, {});
  return (
    <Panel
      title="Serving now"
      note={<a href={href('/deployments')}>all deployments</a>}
      query={query}
      of={({ deployments }) => (deployments && deployments.edges.length > 0 ? deployments.edges : null)}
      empty={
        <NeverUsed title="Nothing is deployed yet" command="npm start -- --example flights">
          Here each deployment says which versions answer, with which shares.
        </NeverUsed>
      }
    >
      {(edges) => (
        <Table
          caption="Deployments, with what they serve"
          rows={edges.map(({ node }) => node)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Deployment',
              cell: ({ id, live }) => (
                <>
                  <AssetLink id={id} />
                  <span class="sub">
                    {live
                      ? live.modelVersions.map((version) => version.id.split(':').at(-1)).join(', ')
                      : 'nothing serves'}
                  </span>
                </>
              ),
            },
            { title: 'Traffic', cell: ({ serving }) => <TrafficBar shares={serving} height={14} /> },
            { title: 'Is well', cell: (node) => <Wellness of={node} /> },
          ]}
        />
      )}
    </Panel>
  );
}

function Wellness({ of: { traffic, alerts, live } }: { readonly of: Deployment }): JSX.Element {
  if (traffic.killed) return <State tone="bad">killed</State>;
  if (traffic.freeze) return <State tone="warn">frozen</State>;
  if (!live) return <State tone="plain">nothing serves</State>;
  if (!alerts) return <State tone="plain">alerts not known</State>;
  const firing = alerts.edges.length;
  return firing > 0 ? <State tone="bad">{`${firing} firing`}</State> : <State tone="good">no alert</State>;
}
