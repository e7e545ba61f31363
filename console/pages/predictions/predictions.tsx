import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { hrefOf, nameOf } from '../../app/ids.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway, NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { decimal } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { PredictionsPage } from './operations.ts';

/** The newest answers of a deployment; each leads to why it was given. */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const deployment = query.get('deployment');
  const trust = query.get('trust') === 'DEVICE' ? 'DEVICE' : 'SERVER';
  const after = useAfter();
  const predictions = useQuery(
    PredictionsPage,
    deployment === null ? null : { deployment, first: PAGE_ROWS, after, trust, from: null, to: null },
  );
  return (
    <Page
      title="Predictions"
      eyebrow={deployment !== null && <AssetLink id={deployment} />}
      lead="What was answered, the newest first. Choose one to see why."
    >
      <div class="filters">
        <label>
          Recorded by
          <select
            value={trust}
            onChange={({ currentTarget }) => setQuery({ trust: currentTarget.value, after: undefined })}
          >
            <option value="SERVER">nodes of ours</option>
            <option value="DEVICE">devices</option>
          </select>
        </label>
      </div>
      {deployment === null ? (
        <NeverUsed title="Choose a deployment">Its page leads here.</NeverUsed>
      ) : (
        <Panel
          title="Answers"
          query={predictions}
          of={(data) => (data.predictions && data.predictions.edges.length > 0 ? data.predictions : null)}
          empty={<FilteredAway what="prediction" clear={() => setQuery({ trust: undefined, after: undefined })} />}
        >
          {({ edges, pageInfo }) => (
            <>
              <Table
                caption="Predictions"
                rows={edges.map(({ node }) => node)}
                keyOf={({ id }) => id}
                columns={[
                  {
                    title: 'When',
                    cell: ({ id, occurredAt }) => (
                      <a href={hrefOf(id)}>
                        <Time at={occurredAt} />
                      </a>
                    ),
                  },
                  { title: 'Score', isNumber: true, cell: ({ score }) => decimal(score) },
                  {
                    title: 'Decision',
                    cell: ({ decision, fallback }) => (
                      <>
                        {decision ?? ''} {fallback !== null && <State tone="warn">{words(fallback)}</State>}
                      </>
                    ),
                  },
                  {
                    title: 'Sent by',
                    cell: ({ layer, arm }) => [layer && words(layer), arm].filter(Boolean).join(' · '),
                  },
                  {
                    title: 'Model',
                    cell: ({ models }) =>
                      models.map(
                        ({ modelVersion }) =>
                          modelVersion && <div key={modelVersion.id}>{nameOf(modelVersion.id)}</div>,
                      ),
                  },
                  {
                    title: 'Outcome',
                    isNumber: true,
                    cell: ({ outcome }) => (outcome ? outcome.value : <span class="muted">not yet</span>),
                  },
                ]}
              />
              <Pager pageInfo={pageInfo} />
            </>
          )}
        </Panel>
      )}
    </Page>
  );
};
