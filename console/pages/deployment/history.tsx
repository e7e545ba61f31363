import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { DeploymentHistory } from './operations.ts';

const FIRST = 10;

/** Every change of the traffic, with who made it and why. */
export function History({ id }: { readonly id: string }): JSX.Element {
  const after = useAfter('history');
  const query = useQuery(DeploymentHistory, { id, first: FIRST, after });
  return (
    <Panel
      title="Changes of traffic"
      query={query}
      of={({ deployment }) => (deployment && deployment.history.edges.length > 0 ? deployment.history : null)}
      empty={<p class="muted">Its traffic was never changed.</p>}
    >
      {({ edges, pageInfo }) => (
        <>
          <ol class="timeline">
            {edges.map(({ node }) => (
              <li key={node.revision}>
                <strong>{words(node.kind)}</strong> <span class="muted">revision {node.revision}</span>
                {node.reason !== null && <p>{node.reason}</p>}
                <p class="when">
                  {node.actor.replace(/^user:/, '')}
                  {node.onBehalfOf !== null && ` for ${node.onBehalfOf.replace(/^user:/, '')}`} · <Time at={node.at} />
                </p>
              </li>
            ))}
          </ol>
          <Pager pageInfo={pageInfo} name="history" />
        </>
      )}
    </Panel>
  );
}
