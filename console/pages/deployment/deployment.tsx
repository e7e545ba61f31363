import { idOf, nameOf } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { TrafficBar, TrafficLegend } from '../../charts/traffic-bar.tsx';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { AnswersPanel } from './answers-panel.tsx';
import { DeploymentActions } from './deployment-actions.tsx';
import { History } from './history.tsx';
import { DeploymentHead } from './operations.ts';
import { Releases } from './releases.tsx';
import { ServedPanel } from './served-panel.tsx';
import { WatchPanel } from './watch-panel.tsx';

/** What serves whom, since when, and how one goes back. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('deployment', tail);
  const query = useQuery(DeploymentHead, { id });
  const deployment = query.data?.deployment;
  const instead = insteadOf(id, query, deployment);
  if (instead) return instead;
  return (
    <Page
      title={nameOf(id)}
      eyebrow="deployment"
      lead={deployment?.endpoint.description}
      states={deployment && <Standing of={deployment} />}
      actions={deployment && <DeploymentActions of={deployment} />}
    >
      {deployment?.traffic.freeze && (
        <p class="notice warn">
          <strong>Frozen</strong> by {deployment.traffic.freeze.by} <Time at={deployment.traffic.freeze.since} />:{' '}
          {deployment.traffic.freeze.reason}. Nobody splits the traffic until a person lifts this.
        </p>
      )}
      <div class="columns">
        <div>
          <Panel
            title="Traffic"
            note={deployment && `revision ${deployment.traffic.revision}`}
            query={query}
            of={(data) => data.deployment}
          >
            {({ serving, traffic }) =>
              serving.length === 0 ? (
                <p class="muted">
                  {traffic.killed
                    ? 'The model is stopped: only the recipe’s fallback answers.'
                    : 'Nothing serves yet: promote a release.'}
                </p>
              ) : (
                <>
                  <TrafficBar shares={serving} />
                  <TrafficLegend shares={serving} />
                </>
              )
            }
          </Panel>
          <Releases id={id} liveNumber={deployment?.live?.number} revision={deployment?.traffic.revision} />
          <AnswersPanel id={id} />
          <ServedPanel id={id} />
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.deployment}>
            {(of) => (
              <Facts
                of={[
                  ['Endpoint', <AssetLink key="endpoint" id={of.endpoint.id} />],
                  ['Environment', of.environment],
                  ['Live', of.live && `release ${of.live.number}`],
                  [
                    'Runs',
                    of.live?.modelVersions.map((version) => (
                      <div key={version.id}>
                        <AssetLink id={version.id} />
                      </div>
                    )),
                  ],
                  ['Reads', of.live?.featureService && <AssetLink id={of.live.featureService.id} />],
                  ['Split by', of.traffic.lease && <AssetLink id={of.traffic.lease.holder} />],
                  ['Shadowed by', of.traffic.shadow && <AssetLink id={of.traffic.shadow.holder} />],
                  ['Recipes', of.requiresApproval ? 'another person approves them' : 'need no approval'],
                  ['Owner', of.endpoint.owner ?? 'nobody named'],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
          <WatchPanel id={id} />
          <History id={id} />
          <ul>
            <li>
              <a href={href(`/try/${tail}`)}>Try it: what would it answer?</a>
            </li>
            <li>
              <a href={href('/monitoring', { deployment: id })}>How its inputs and scores move</a>
            </li>
            <li>
              <a href={href('/predictions', { deployment: id })}>Its newest predictions</a>
            </li>
            <li>
              <a href={href('/lineage', { focus: id })}>What it is made of</a>
            </li>
          </ul>
        </aside>
      </div>
      <AsCode id={id} field="deployment" selection="{ id live { number } serving { share release { number } } }" />
    </Page>
  );
};

function Standing({
  of: { traffic, live },
}: {
  readonly of: { readonly traffic: { readonly killed: boolean; readonly freeze: unknown }; readonly live: unknown };
}) {
  if (traffic.killed) return <State tone="bad">killed</State>;
  if (traffic.freeze) return <State tone="warn">frozen</State>;
  return live ? <State tone="good">serves</State> : <State tone="plain">nothing serves</State>;
}
