import type { JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { href, setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { ask } from '../../graph/ask.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { FilteredAway, NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { decimal } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AlertRules, AlertsPage, EndTheSilence, OpenSilences, Silence, type AlertStatus } from './operations.ts';

const STATUSES = ['FIRING', 'PENDING', 'RESOLVED', 'INACTIVE'] as const satisfies readonly AlertStatus[];
const COMPARED: Readonly<Record<string, string>> = { ABOVE: '>', AT_LEAST: '≥', BELOW: '<', AT_MOST: '≤' };

/** What is on fire? */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const after = useAfter();
  const status = STATUSES.find((one) => one === query.get('status'));
  const rule = query.get('rule');
  const alerts = useQuery(AlertsPage, { first: PAGE_ROWS, after, status: status ?? null, rule });
  const isFiltered = status !== undefined || rule !== null;
  return (
    <Page
      title="Alerts"
      lead={
        <>
          What the rules found, the newest first, and what is kept quiet.{' '}
          <a href={href('/receivers')}>Who is notified</a>
        </>
      }
    >
      <Panel
        title="Alerts"
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
            {rule !== null && (
              <button type="button" aria-pressed onClick={() => setQuery({ rule: undefined, after: undefined })}>
                {nameOf(rule)} ×
              </button>
            )}
          </div>
        }
        query={alerts}
        of={(data) => (data.alerts && data.alerts.edges.length > 0 ? data.alerts : null)}
        empty={
          isFiltered ? (
            <FilteredAway
              what="alert"
              clear={() => setQuery({ status: undefined, rule: undefined, after: undefined })}
            />
          ) : (
            <p class="muted">No rule has found anything yet.</p>
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Alerts"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Stands',
                  cell: (one) => (
                    <>
                      <StateOf value={one.status} /> {one.silenced && <State tone="plain">silenced</State>}
                    </>
                  ),
                },
                {
                  title: 'Rule',
                  cell: (one) => (
                    <>
                      {one.rule?.name ?? nameOf(one.id)}
                      <span class="sub">{words(one.severity)}</span>
                    </>
                  ),
                },
                {
                  title: 'Incident',
                  cell: ({ incident }) => incident && <AssetLink id={incident.id}>{incident.title}</AssetLink>,
                },
                { title: 'On', cell: ({ deployment }) => deployment && <AssetLink id={deployment.id} /> },
                { title: 'Value', isNumber: true, cell: ({ value }) => decimal(value) },
                { title: 'Since', cell: ({ firedAt, activeAt }) => <Time at={firedAt ?? activeAt} /> },
                { title: 'Ended', cell: ({ endedAt }) => (endedAt === null ? '' : <Time at={endedAt} />) },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
      <Rules />
      <Silences />
    </Page>
  );
};

function Rules(): JSX.Element {
  const query = useQuery(AlertRules, {});
  const may = useMay(['createSilence']);
  return (
    <Panel
      title="Rules"
      query={query}
      of={({ alertRules }) => (alertRules && alertRules.edges.length > 0 ? alertRules.edges : null)}
      empty={
        <NeverUsed title="No rule watches anything yet" command="npm start -- --example flights">
          A rule compares drift, performance or rates of a deployment with a threshold, and fires when it lasts.
        </NeverUsed>
      }
    >
      {(edges) => (
        <Table
          caption="Alert rules"
          rows={edges.map(({ node }) => node)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Rule',
              cell: ({ name, description }) => (
                <>
                  {name}
                  <span class="sub">{description}</span>
                </>
              ),
            },
            {
              title: 'Fires when',
              cell: ({ signal, expression, feature, comparison, threshold }) =>
                expression ??
                `${words(signal ?? '')}${feature === null ? '' : ` of ${feature}`} ${COMPARED[comparison ?? ''] ?? ''} ${threshold ?? ''}`,
            },
            { title: 'Now', isNumber: true, cell: ({ value }) => decimal(value) },
            { title: 'Looked', cell: ({ evaluatedAt }) => <Time at={evaluatedAt} /> },
            {
              title: 'Change',
              cell: ({ id, name }) => (
                <Action
                  label="Silence"
                  title={`Keep ${name} quiet`}
                  permission={may('createSilence')}
                  effect={
                    <p>
                      Nobody is notified while it lasts. The rule goes on looking, and its alerts stay to be seen here.
                    </p>
                  }
                  fields={
                    <>
                      <label>
                        For how many hours
                        <input type="number" name="hours" min="1" max="720" value="4" required />
                      </label>
                      <label>
                        Why
                        <textarea name="comment" required />
                      </label>
                    </>
                  }
                  reason="none"
                  run={(values) =>
                    ask(Silence, {
                      input: {
                        rule: id,
                        comment: textOf(values, 'comment') ?? '',
                        endsAt: new Date(Date.now() + Number(textOf(values, 'hours')) * 3_600_000).toISOString(),
                      },
                    })
                  }
                  done={`${name} is quiet`}
                />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function Silences(): JSX.Element | null {
  const query = useQuery(OpenSilences, {});
  const may = useMay(['endSilence']);
  if ((query.data?.silences?.edges.length ?? 0) === 0) return null;
  return (
    <Panel title="Silences" query={query} of={({ silences }) => silences?.edges}>
      {(edges) => (
        <Table
          caption="Silences that last"
          rows={edges.map(({ node }) => node)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'About',
              cell: ({ rule, deployment }) => rule?.name ?? (deployment && <AssetLink id={deployment.id} />),
            },
            {
              title: 'Why',
              cell: ({ comment, createdBy }) => (
                <>
                  {comment}
                  <span class="sub">{person(createdBy)}</span>
                </>
              ),
            },
            { title: 'Until', cell: ({ endsAt }) => <Time at={endsAt} /> },
            {
              title: 'Change',
              cell: ({ id }) => (
                <Action
                  label="End"
                  title="End this silence"
                  permission={may('endSilence')}
                  effect={<p>People are notified again.</p>}
                  reason="none"
                  run={() => ask(EndTheSilence, { input: { silence: id } })}
                  done="the silence has ended"
                />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
