import { nameOf } from '../../app/ids.ts';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Runs } from '../../ui/response.tsx';
import { words } from '../../ui/state.tsx';
import { ResponseRuns, type ResponseRunState } from './operations.ts';
import { PoliciesPanel } from './policies-panel.tsx';

const STATES = [
  'WAITING',
  'ASKING',
  'ACTING',
  'OBSERVED',
  'SUGGESTED',
  'DONE',
  'STOPPED',
  'REJECTED',
  'LAPSED',
] as const satisfies readonly ResponseRunState[];

/** What is done about trouble, by which policy, and what waits for a person? */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const state = STATES.find((one) => one === query.get('state'));
  const deployment = query.get('deployment');
  const runs = useQuery(ResponseRuns, {
    first: PAGE_ROWS,
    after: useAfter(),
    state: state ?? null,
    deployment,
  });
  useAskAgain(runs);
  return (
    <Page title="Responses" lead="What policies do about incidents, and how far without asking.">
      {deployment !== null && (
        <div class="filters chips" role="group" aria-label="Deployment">
          <button
            type="button"
            aria-pressed
            onClick={() => setQuery({ deployment: undefined, after: undefined, policies: undefined })}
          >
            {nameOf(deployment)} ×
          </button>
        </div>
      )}
      <PoliciesPanel deployment={deployment} />
      <Panel
        title="Runs"
        note="the newest first"
        filters={
          <div class="filters chips" role="group" aria-label="State of runs">
            {STATES.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === state}
                onClick={() => setQuery({ state: one === state ? undefined : one, after: undefined })}
              >
                {words(one)}
              </button>
            ))}
          </div>
        }
        query={runs}
        of={({ responseRuns }) => (responseRuns && responseRuns.edges.length > 0 ? responseRuns : null)}
        empty={
          state !== undefined || deployment !== null ? (
            <FilteredAway
              what="run"
              clear={() => setQuery({ state: undefined, deployment: undefined, after: undefined, policies: undefined })}
            />
          ) : (
            <p class="muted">No policy was triggered yet. A run begins when the trigger of a policy holds.</p>
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Runs of={edges.map(({ node }) => node)} />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};
