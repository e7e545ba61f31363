import { idOf, nameOf } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { useMay } from '../../ui/action.tsx';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ReceiverPage } from './operations.ts';
import { TestReceiver } from './test-receiver.tsx';

/** What was it sent, and what became of that? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('receiver', tail);
  const query = useQuery(ReceiverPage, { id, first: PAGE_ROWS, after: useAfter() });
  useAskAgain(query);
  const may = useMay(['testReceiver']);
  const receiver = query.data?.receiver;
  const instead = insteadOf(id, query, receiver);
  if (instead) return instead;
  return (
    <Page
      title={nameOf(id)}
      eyebrow={<a href={href('/receivers')}>receiver</a>}
      lead={receiver && `${words(receiver.kind)} to ${receiver.target}`}
      actions={receiver && <TestReceiver id={id} name={receiver.name} may={may} />}
    >
      <Panel
        title="Notifications"
        note="the newest first; ended ones of the last week"
        query={query}
        of={(data) =>
          data.receiver && data.receiver.notifications.edges.length > 0 ? data.receiver.notifications : null
        }
        empty={<p class="muted">It was sent nothing yet: no alert was routed to it. A test is none.</p>}
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Notifications"
              rows={edges.map(({ node }) => node)}
              keyOf={(one) => one.id}
              columns={[
                {
                  title: 'Notification',
                  cell: ({ title, alerts }) => (
                    <>
                      {title}
                      <span class="sub">{`${count(alerts)} ${alerts === 1 ? 'alert' : 'alerts'}`}</span>
                    </>
                  ),
                },
                { title: 'Stands', isShort: true, cell: ({ state }) => <StateOf value={state} /> },
                { title: 'Attempts', isNumber: true, cell: ({ attempts }) => count(attempts) },
                { title: 'What the last one met', cell: ({ answer }) => answer ?? '' },
                { title: 'Decided', cell: ({ firstAt }) => <Time at={firstAt} /> },
                {
                  title: 'Ended, or tried next',
                  cell: ({ nextAt }) => <Time at={nextAt} />,
                },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
      <Panel title="About" query={query} of={(data) => data.receiver}>
        {({ kind, target, sendResolved, createdBy, createdAt }) => (
          <Facts
            of={[
              ['Kind', words(kind)],
              ['Target', target],
              ['Hears of', sendResolved ? 'begins and ends' : 'begins'],
              ['Made by', person(createdBy)],
              ['Made', <Time key="made" at={createdAt} />],
              ['Id', <CopyId key="id" id={id} />],
            ]}
          />
        )}
      </Panel>
      <AsCode
        id={id}
        field="receiver"
        selection="{ name notifications { edges { node { title state attempts answer } } } }"
      />
    </Page>
  );
};
