import type { JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/panel.tsx';
import { Problems } from '../../ui/problems.tsx';
import { DriftMapPanel } from './drift-map.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { MonitoredDeployments, NewestPrediction } from './operations.ts';
import { PillarsPanel } from './pillars-panel.tsx';
import { PerformancePanel } from './performance-panel.tsx';
import { daysLater, DAYS, timesTo } from './times.ts';

/** What moved, and does it matter? */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const deployments = useQuery(MonitoredDeployments, {});
  const all = (deployments.data?.deployments?.edges ?? []).map(({ node }) => node.id);
  const deployment = query.get('deployment') ?? all[0];
  return (
    <Page
      title="Monitoring"
      eyebrow={deployment !== undefined && <AssetLink id={deployment} />}
      lead="How good the answers were, and beside it what moved. Drift alone is no reason to act: look whether the answers got worse."
    >
      {deployments.isFirst && <Skeleton />}
      <Problems of={deployments} />
      {deployments.data && deployment === undefined && deployments.problems.length === 0 && (
        <NeverUsed title="Nothing is deployed yet" command="npm start -- --example flights">
          Predictions are compared day by day, with what came of them and with the days before.
        </NeverUsed>
      )}
      {deployment !== undefined && (
        <Monitored key={deployment} deployment={deployment} all={[...new Set([deployment, ...all])]} />
      )}
    </Page>
  );
};

function Monitored({ deployment, all }: { readonly deployment: string; readonly all: readonly string[] }): JSX.Element {
  const { query } = useLocation();
  const newest = useQuery(NewestPrediction, { deployment });
  const last = newest.data?.predictions?.edges[0]?.node.occurredAt;
  const end = query.get('end') ?? last?.slice(0, 10);
  return (
    <>
      <div class="filters">
        <label>
          Deployment
          <select
            value={deployment}
            onChange={({ currentTarget }) =>
              setQuery({ deployment: currentTarget.value, end: undefined, day: undefined, feature: undefined })
            }
          >
            {all.map((id) => (
              <option key={id} value={id}>
                {nameOf(id)}
              </option>
            ))}
          </select>
        </label>
        {end !== undefined && (
          <>
            <label>
              {DAYS} days to (UTC)
              <input
                type="date"
                value={end}
                onChange={({ currentTarget }) => setQuery({ end: currentTarget.value, day: undefined })}
              />
            </label>
            <button type="button" onClick={() => setQuery({ end: daysLater(end, -DAYS), day: undefined })}>
              Earlier
            </button>
            <button type="button" onClick={() => setQuery({ end: daysLater(end, DAYS), day: undefined })}>
              Later
            </button>
          </>
        )}
      </div>
      {newest.isFirst && <Skeleton />}
      <Problems of={newest} />
      {newest.data && end === undefined && newest.problems.length === 0 && (
        <NeverUsed title="It has not answered yet">
          Once the edge answers for it, each day’s answers are compared here.
        </NeverUsed>
      )}
      {end !== undefined && (
        <>
          <PillarsPanel deployment={deployment} end={end} />
          <PerformancePanel deployment={deployment} times={timesTo(end)} />
          <DriftMapPanel deployment={deployment} times={timesTo(end)} />
          <DriftPanel deployment={deployment} times={timesTo(end)} />
        </>
      )}
    </>
  );
}
