import type { JSX } from 'preact';
import type { PageComponent } from '../../app/pages.ts';
import { href } from '../../app/location.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { useMay } from '../../ui/action.tsx';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { TestReceiver } from '../receiver/test-receiver.tsx';
import { ReceiversPage, Routing } from './operations.ts';

/** Who outside is notified of alerts, and does it arrive? */
export const page: PageComponent = () => {
  const query = useQuery(ReceiversPage, { first: PAGE_ROWS, after: useAfter() });
  useAskAgain(query);
  const may = useMay(['testReceiver']);
  return (
    <Page
      title="Receivers"
      eyebrow={<a href={href('/alerts')}>alerts</a>}
      lead="Who outside is notified of alerts, and whether it arrives."
    >
      <Panel
        title="Receivers"
        query={query}
        of={({ receivers }) => (receivers && receivers.edges.length > 0 ? receivers : null)}
        empty={
          <NeverUsed
            title="Nobody outside is notified yet"
            command={`tiffin api 'mutation { createReceiver(input: { name: "on-call", kind: SLACK, url: "https://hooks.slack.com/…" }) { receiver { id } } }'`}
          >
            A receiver is a webhook, a channel, a pager or an address. The routing says which alerts it hears of.
          </NeverUsed>
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Receivers"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Receiver',
                  cell: ({ id, name, target }) => (
                    <>
                      <AssetLink id={id}>{name}</AssetLink>
                      <span class="sub">{target}</span>
                    </>
                  ),
                },
                { title: 'Kind', cell: ({ kind }) => words(kind) },
                { title: 'Hears of', cell: ({ sendResolved }) => (sendResolved ? 'begins and ends' : 'begins') },
                {
                  title: 'Last notification',
                  cell: ({ notifications }) => {
                    const [last] = notifications.edges;
                    if (!last) return <span class="muted">none yet</span>;
                    const { state, title, answer, nextAt } = last.node;
                    return (
                      <>
                        <StateOf value={state} /> <Time at={nextAt} />
                        <span class="sub">{state === 'DELIVERED' ? title : (answer ?? title)}</span>
                      </>
                    );
                  },
                },
                { title: 'Change', cell: ({ id, name }) => <TestReceiver id={id} name={name} may={may} /> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
      <RoutingPanel />
    </Page>
  );
};

function RoutingPanel(): JSX.Element {
  const query = useQuery(Routing, {});
  return (
    <Panel
      title="Routing"
      note="which alerts go to whom"
      query={query}
      of={({ alertRouting }) => alertRouting}
      empty={
        <p class="muted">
          No routing is set: nobody outside is notified. setAlertRouting takes the file of Alertmanager.
        </p>
      }
    >
      {({ config, revision, changedBy, changedAt }) => (
        <>
          <p class="small muted">
            Revision {revision}, by {person(changedBy)} <Time at={changedAt} />.
          </p>
          <pre class="code" tabIndex={0} aria-label="Routing, as it was given">
            {config}
          </pre>
        </>
      )}
    </Panel>
  );
}
