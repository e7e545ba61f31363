import type { ComponentChildren, JSX } from 'preact';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { Panel } from '../../ui/panel.tsx';
import { actionWords } from '../../ui/response-words.ts';
import { RunState } from '../../ui/response.tsx';
import { StateOf } from '../../ui/state.tsx';
import { DeploymentWatch, type DeploymentWatchQuery } from './operations.ts';

const MOST_RUNS = 5;

/** What watches it, what is done about its trouble and what is tried on it. */
export function WatchPanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(DeploymentWatch, { id });
  return (
    <Panel
      title="Watched and tried"
      query={query}
      of={({ deployment, incidents, responseRuns }) => deployment && { ...deployment, incidents, responseRuns }}
    >
      {({ alerts, experiments, shadows, incidents, responseRuns }) => {
        const open = (alerts?.edges ?? []).filter(({ node }) => node.status === 'FIRING' || node.status === 'PENDING');
        return (
          <ul>
            {(incidents?.edges ?? []).map(({ node }) => (
              <Line
                key={node.id}
                state={node.severity}
                what={
                  <>
                    incident <AssetLink id={node.id}>{node.title}</AssetLink>
                  </>
                }
              />
            ))}
            {open.map(({ node }) => (
              <Line
                key={node.id}
                state={node.status}
                what={<AssetLink id={node.id}>{node.rule?.name ?? 'alert'}</AssetLink>}
              />
            ))}
            {alerts && open.length === 0 && <li class="muted">No alert is open.</li>}
            {runsToShow(responseRuns).map((node) => (
              <li key={node.id}>
                <RunState of={node.state} /> response <AssetLink id={node.id}>{actionWords(node.definition)}</AssetLink>
              </li>
            ))}
            <li>
              <a href={href('/responses', { deployment: id })}>What is done about its trouble</a>
            </li>
            {(experiments?.edges ?? []).map(({ node }) => (
              <Line key={node.id} state={node.status} what={<AssetLink id={node.id}>{node.name}</AssetLink>} />
            ))}
            {(shadows?.edges ?? []).map(({ node }) => (
              <Line
                key={node.id}
                state={node.status}
                what={
                  <>
                    shadow <AssetLink id={node.id}>{node.name}</AssetLink>
                  </>
                }
              />
            ))}
          </ul>
        );
      }}
    </Panel>
  );
}

/** What still goes on comes before what has ended, each the newest first. */
function runsToShow(runs: DeploymentWatchQuery['responseRuns']) {
  const nodes = (runs?.edges ?? []).map(({ node }) => node);
  return nodes.toSorted((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null)).slice(0, MOST_RUNS);
}

const Line = ({ state, what }: { readonly state: string; readonly what: ComponentChildren }): JSX.Element => (
  <li>
    <StateOf value={state} /> {what}
  </li>
);
