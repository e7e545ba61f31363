import type { JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { count } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { State } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { DeploymentServed } from './operations.ts';

/** What the records of answers prove, as against what was ordered. */
export function ServedPanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(DeploymentServed, { id });
  const agrees = query.data?.deployment?.served?.agrees;
  return (
    <>
      <Panel
        title="What was answered"
        note={
          agrees === true ? (
            <State tone="good">as ordered</State>
          ) : agrees === false ? (
            <State tone="bad">not as ordered</State>
          ) : (
            'in the last 24 hours, by the records of predictions'
          )
        }
        query={query}
        of={({ deployment }) =>
          deployment?.served && deployment.served.releases.length > 0 ? deployment.served.releases : null
        }
        empty={<p class="muted">No answer in the last 24 hours.</p>}
      >
        {(releases) => (
          <Table
            caption="What was answered, by release"
            rows={releases}
            keyOf={({ release }) => release}
            columns={[
              {
                title: 'Runs',
                cell: ({ modelVersions, release }) =>
                  modelVersions.length > 0
                    ? modelVersions.map((version) => (
                        <AssetLink key={version.id} id={version.id}>
                          {nameOf(version.id)}{' '}
                        </AssetLink>
                      ))
                    : release.slice(0, 12),
              },
              { title: 'Answers', isNumber: true, cell: ({ answers }) => count(answers) },
              { title: 'Fallbacks', isNumber: true, cell: ({ fallbacks }) => count(fallbacks) },
              { title: 'First', cell: ({ firstAt }) => <Time at={firstAt} /> },
              { title: 'Last', cell: ({ lastAt }) => <Time at={lastAt} /> },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Edge nodes"
        query={query}
        of={({ deployment }) =>
          deployment?.nodes && deployment.nodes.edges.length > 0 ? deployment.nodes.edges : null
        }
        empty={<p class="muted">No node has reported that it serves this.</p>}
      >
        {(edges) => (
          <Table
            caption="Edge nodes that serve it"
            rows={edges.map(({ node }) => node)}
            keyOf={(node) => node.id}
            columns={[
              { title: 'Node', cell: (node) => <AssetLink id={node.id}>{node.name}</AssetLink> },
              { title: 'Manifest', isNumber: true, cell: ({ manifestRevision }) => manifestRevision },
              {
                title: 'Stands',
                cell: ({ stale }) => (stale ? <State tone="warn">stale</State> : <State tone="good">fresh</State>),
              },
              { title: 'Heard', cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
            ]}
          />
        )}
      </Panel>
    </>
  );
}
