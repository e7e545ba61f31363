import type { JSX } from 'preact';
import { href } from '../../app/location.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { Panel } from '../../ui/panel.tsx';
import { Runs } from '../../ui/response.tsx';
import { IncidentResponse } from './operations.ts';

/** What policies did about an incident, and what of it waits for a person. */
export function ResponsePanel({ id, isOpen }: { readonly id: string; readonly isOpen: boolean }): JSX.Element {
  const query = useQuery(IncidentResponse, { id });
  useAskAgain(query, isOpen);
  return (
    <Panel
      title="Response"
      note="what policies did about it"
      query={query}
      of={({ responseRuns }) => (responseRuns && responseRuns.edges.length > 0 ? responseRuns : null)}
      empty={
        <p class="muted">
          No <a href={href('/responses')}>policy</a> was triggered by it.
        </p>
      }
    >
      {({ edges }) => <Runs of={edges.map(({ node }) => node)} about="incident" />}
    </Panel>
  );
}
