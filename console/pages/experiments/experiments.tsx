import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway, NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Holdouts } from './holdouts.tsx';
import { ExperimentsPage, RolloutsPage, ShadowsPage, type ExperimentStatus } from './operations.ts';

const STATUSES = ['DRAFT', 'RUNNING', 'STOPPED', 'DECIDED', 'ARCHIVED'] as const satisfies readonly ExperimentStatus[];

export const page: PageComponent = () => {
  const { query } = useLocation();
  const after = useAfter();
  const status = STATUSES.find((one) => one === query.get('status'));
  const experiments = useQuery(ExperimentsPage, { first: PAGE_ROWS, after, status: status ?? null });
  const rollouts = useQuery(RolloutsPage, { first: PAGE_ROWS });
  const shadows = useQuery(ShadowsPage, { first: PAGE_ROWS });
  return (
    <Page
      title="Experiments"
      lead="What is compared on real traffic: splits that answer, rollouts that go step by step, shadows that only listen, and who is kept out of all of it."
    >
      <Panel
        title="Experiments"
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
          </div>
        }
        query={experiments}
        of={(data) => (data.experiments && data.experiments.edges.length > 0 ? data.experiments : null)}
        empty={
          status === undefined ? (
            <NeverUsed title="No experiment was designed yet" command="npm start -- --example flights">
              An experiment splits a deployment’s traffic by hash, and calls it after the number of units that was
              planned.
            </NeverUsed>
          ) : (
            <FilteredAway what="experiment" clear={() => setQuery({ status: undefined })} />
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Experiments"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Experiment',
                  cell: ({ id, name, hypothesis }) => (
                    <>
                      <AssetLink id={id}>{name}</AssetLink>
                      <span class="sub">{hypothesis}</span>
                    </>
                  ),
                },
                {
                  title: 'Stands',
                  cell: (one) => (
                    <>
                      <StateOf value={one.status} />
                      {one.decision && (
                        <span class="sub">{one.decision.ships ? 'the candidate ships' : 'the control stays'}</span>
                      )}
                    </>
                  ),
                },
                { title: 'On', cell: ({ deployment }) => deployment && <AssetLink id={deployment.id} /> },
                {
                  title: 'Arms',
                  cell: ({ arms }) =>
                    arms.map(({ arm, share }) => (
                      <div key={arm}>
                        {arm} <span class="muted">{percent(share, 0)}</span>
                      </div>
                    )),
                },
                {
                  title: 'Designed',
                  cell: ({ createdAt, createdBy }) => (
                    <>
                      <Time at={createdAt} />
                      <span class="sub">{createdBy.replace(/^user:/, '')}</span>
                    </>
                  ),
                },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
      <Panel
        title="Rollouts"
        note="a release gets the traffic step by step, and gives it back where it harms"
        query={rollouts}
        of={(data) => (data.rollouts && data.rollouts.edges.length > 0 ? data.rollouts.edges : null)}
        empty={<p class="muted">No rollout was planned yet.</p>}
      >
        {(edges) => (
          <Table
            caption="Rollouts"
            rows={edges.map(({ node }) => node)}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Rollout',
                cell: ({ id, name, hypothesis }) => (
                  <>
                    <AssetLink id={id}>{name}</AssetLink>
                    <span class="sub">{hypothesis}</span>
                  </>
                ),
              },
              {
                title: 'Stands',
                cell: ({ status: stands, paused }) => (
                  <>
                    <StateOf value={stands} /> {paused && <State tone="warn">paused</State>}
                  </>
                ),
              },
              {
                title: 'Step',
                cell: ({ step, steps }) => `${step} of ${steps.length}`,
              },
              {
                title: 'Candidate',
                isNumber: true,
                cell: ({ step, steps }) => percent(steps.find(({ number }) => number === step)?.weight ?? 0, 0),
              },
              { title: 'On', cell: ({ deployment }) => deployment && <AssetLink id={deployment.id} /> },
              { title: 'Planned', cell: ({ createdAt }) => <Time at={createdAt} /> },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Shadows"
        note="scored beside the answers, never part of them"
        query={shadows}
        of={(data) => (data.shadows && data.shadows.edges.length > 0 ? data.shadows.edges : null)}
        empty={<p class="muted">No shadow was started yet.</p>}
      >
        {(edges) => (
          <Table
            caption="Shadows"
            rows={edges.map(({ node }) => node)}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Shadow', cell: ({ id, name }) => <AssetLink id={id}>{name}</AssetLink> },
              { title: 'Stands', cell: (one) => <StateOf value={one.status} /> },
              { title: 'On', cell: ({ deployment }) => deployment && <AssetLink id={deployment.id} /> },
              { title: 'Share', isNumber: true, cell: ({ share }) => percent(share, 0) },
              { title: 'Started', cell: ({ startedAt }) => <Time at={startedAt} /> },
            ]}
          />
        )}
      </Panel>
      <Holdouts />
    </Page>
  );
};
