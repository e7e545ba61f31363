import type { JSX } from 'preact';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { actionWords, triggerWords } from '../../ui/response-words.ts';
import { PolicyState, RunState } from '../../ui/response.tsx';
import { words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ResponsePolicies } from './operations.ts';

/** What is done about which trouble, and how far without asking. */
export function PoliciesPanel({ deployment }: { readonly deployment: string | null }): JSX.Element {
  const query = useQuery(ResponsePolicies, { first: PAGE_ROWS, after: useAfter('policies'), deployment });
  useAskAgain(query);
  return (
    <Panel
      title="Policies"
      note="said before there is trouble"
      query={query}
      of={({ responsePolicies }) => (responsePolicies && responsePolicies.edges.length > 0 ? responsePolicies : null)}
      empty={
        deployment === null ? (
          <NeverUsed
            title="No response policy yet"
            command='tiffin api &apos;mutation { importResponsePreset(input: { deployment: "fraud@production", model: "fraud", receivers: [] }) { responsePolicies { name } } }&apos;'
          >
            A policy says which trouble, what holds it back, what is done, and how far by itself. The usual plan makes
            some that suggest and do nothing else.
          </NeverUsed>
        ) : (
          <p class="muted">No policy is about this deployment.</p>
        )
      }
    >
      {({ edges, pageInfo }) => (
        <>
          <Table
            caption="Response policies"
            rows={edges.map(({ node }) => node)}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Policy',
                cell: (one) => (
                  <>
                    <AssetLink id={one.id}>{one.name}</AssetLink>
                    <span class="sub">
                      <AssetLink id={one.deployment.id} />
                    </span>
                  </>
                ),
              },
              { title: 'Stands', isShort: true, cell: ({ paused }) => <PolicyState paused={paused} /> },
              { title: 'Level', cell: ({ level }) => words(level) },
              { title: 'Trigger', cell: ({ definition }) => triggerWords(definition) },
              { title: 'Action', cell: ({ definition }) => actionWords(definition) },
              {
                title: 'Last run',
                cell: ({ runs }) =>
                  runs.edges.map(({ node }) => (
                    <div key={node.id}>
                      <RunState of={node.state} />
                      <span class="sub">
                        <AssetLink id={node.id}>
                          <Time at={node.startedAt} />
                        </AssetLink>
                      </span>
                    </div>
                  )),
              },
            ]}
          />
          <Pager pageInfo={pageInfo} name="policies" />
        </>
      )}
    </Panel>
  );
}
