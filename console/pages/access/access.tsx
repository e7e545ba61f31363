import type { JSX } from 'preact';
import type { PageComponent } from '../../app/pages.ts';
import { Me } from '../../app/operations.ts';
import { ask } from '../../graph/ask.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, useMay } from '../../ui/action.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Hooks, Keys, TestHook } from './operations.ts';

/** Who you are, which machines may act, and who is told of changes. */
export const page: PageComponent = () => {
  const me = useQuery(Me, {});
  const keys = useQuery(Keys, {});
  return (
    <Page title="Access" lead="Who you are, which machines act for whom, and where changes are sent.">
      <Panel title="You" query={me} of={(data) => data.me}>
        {({ name, roles }) => (
          <Facts
            of={[
              ['Name', name],
              ['Roles', roles.join(', ')],
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Keys of machines"
        note="from the file of keys; secrets are kept nowhere"
        query={keys}
        of={({ machineKeys }) => (machineKeys && machineKeys.length > 0 ? machineKeys : null)}
        empty={<p class="muted">No machine has a key.</p>}
      >
        {(all) => (
          <Table
            caption="Keys of machines"
            rows={all}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Key', cell: ({ id }) => id },
              { title: 'Answers for it', cell: ({ owner }) => owner ?? <span class="muted">nobody</span> },
              { title: 'May', cell: ({ scopes }) => scopes.join(', ') },
              {
                title: 'Trust',
                cell: ({ trust }) => <State tone={trust === 'server' ? 'info' : 'plain'}>{trust}</State>,
              },
              { title: 'Ends', cell: ({ expiresAt }) => (expiresAt === null ? 'never' : <Time at={expiresAt} />) },
            ]}
          />
        )}
      </Panel>
      <Webhooks />
    </Page>
  );
};

function Webhooks(): JSX.Element {
  const query = useQuery(Hooks, {});
  const may = useMay(['testWebhook']);
  return (
    <Panel
      title="Webhooks"
      query={query}
      of={({ webhooks }) => (webhooks && webhooks.edges.length > 0 ? webhooks.edges : null)}
      empty={<p class="muted">Nobody is notified of changes yet: createWebhook adds a receiver.</p>}
    >
      {(edges) => (
        <Table
          caption="Webhooks"
          rows={edges.map(({ node }) => node)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Receiver',
              cell: ({ url, description }) => (
                <>
                  {url}
                  <span class="sub">{description}</span>
                </>
              ),
            },
            {
              title: 'Stands',
              cell: ({ status, failure }) => (
                <>
                  {failure ? <State tone="bad">{`fails: ${failure.answer}`}</State> : <StateOf value={status} />}
                  {failure && (
                    <span class="sub">
                      {failure.attempts} times since <Time at={failure.since} />
                    </span>
                  )}
                </>
              ),
            },
            {
              title: 'Notified of',
              cell: ({ kinds }) => (kinds.length === 0 ? 'everything' : kinds.map(words).join(', ')),
            },
            {
              title: 'Next',
              cell: ({ nextTryAt }) => (nextTryAt === null ? 'nothing waits' : <Time at={nextTryAt} />),
            },
            {
              title: 'Change',
              cell: ({ id, url }) => (
                <Action
                  label="Test"
                  title={`Send a ping to ${url}`}
                  permission={may('testWebhook')}
                  effect={<p>It gets one message that says nothing has happened.</p>}
                  reason="none"
                  run={() => ask(TestHook, { input: { id } })}
                  done="the ping was sent"
                />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
