import { nameOf } from '../../app/ids.ts';
import { href, setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { span } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { FiguresPanel } from './figures-panel.tsx';
import { IncidentsPage, type IncidentStatus } from './operations.ts';

const STATUSES = ['OPEN', 'RESOLVED'] as const satisfies readonly IncidentStatus[];

/** What is wrong, and who is on it? */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const status = STATUSES.find((one) => one === query.get('status'));
  const deployment = query.get('deployment');
  const incidents = useQuery(IncidentsPage, {
    first: PAGE_ROWS,
    after: useAfter(),
    status: status ?? null,
    deployment,
  });
  return (
    <Page title="Incidents" lead="Alerts that most likely have one cause, the newest first.">
      <Panel
        title="Incidents"
        filters={
          <div class="filters chips" role="group" aria-label="State">
            {STATUSES.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === status}
                onClick={() => setQuery({ status: one === status ? undefined : one, after: undefined })}
              >
                {words(one)}
              </button>
            ))}
            {deployment !== null && (
              <button type="button" aria-pressed onClick={() => setQuery({ deployment: undefined, after: undefined })}>
                {nameOf(deployment)} ×
              </button>
            )}
          </div>
        }
        query={incidents}
        of={(data) => (data.incidents && data.incidents.edges.length > 0 ? data.incidents : null)}
        empty={
          status !== undefined || deployment !== null ? (
            <FilteredAway
              what="incident"
              clear={() => setQuery({ status: undefined, deployment: undefined, after: undefined })}
            />
          ) : (
            <div class="empty">
              <p>
                <strong>No incident yet</strong>
              </p>
              <p>
                One begins when an alert fires, and holds all alerts that share its cause.{' '}
                <a href={href('/alerts')}>Rules</a> say when that is.
              </p>
            </div>
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Incidents"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Stands',
                  cell: (one) => (
                    <>
                      <StateOf value={one.status} />{' '}
                      {one.resolution?.falseAlarm === true && <State tone="plain">false alarm</State>}
                    </>
                  ),
                },
                {
                  title: 'Incident',
                  cell: (one) => (
                    <>
                      <AssetLink id={one.id}>{one.title}</AssetLink>
                      <span class="sub">{words(one.severity)}</span>
                    </>
                  ),
                },
                {
                  title: 'On',
                  cell: ({ deployments }) =>
                    deployments.map(({ id }) => (
                      <div key={id}>
                        <AssetLink id={id} />
                      </div>
                    )),
                },
                {
                  title: 'Alerts that fire',
                  isNumber: true,
                  cell: ({ evidence }) =>
                    `${evidence.filter(({ endedAt }) => endedAt === null).length} of ${evidence.length}`,
                },
                { title: 'Since', cell: ({ startedAt }) => <Time at={startedAt} /> },
                {
                  title: 'Who',
                  cell: ({ acknowledgedBy, resolution, status: stands }) => {
                    const who = acknowledgedBy ?? resolution?.by ?? null;
                    return who === null ? stands === 'OPEN' && <span class="muted">nobody yet</span> : person(who);
                  },
                },
                {
                  title: 'Lasted',
                  isNumber: true,
                  cell: ({ secondsToResolve }) => (secondsToResolve === null ? '' : span(secondsToResolve)),
                },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
      <FiguresPanel deployment={deployment} />
    </Page>
  );
};
