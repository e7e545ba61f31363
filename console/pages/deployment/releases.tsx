import type { JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { ask } from '../../graph/ask.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { AssetLink, Digest } from '../../ui/id.tsx';
import { Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, StateOf } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import {
  ApproveRecipe,
  DeploymentReleases,
  Promote,
  RejectRecipe,
  StartCanary,
  type DeploymentReleasesQuery,
} from './operations.ts';

const FIRST = 10;

type Release = NonNullable<DeploymentReleasesQuery['deployment']>['releases']['edges'][number]['node'];

interface ReleasesProps {
  readonly id: string;
  readonly liveNumber: number | undefined;
  readonly revision: number | undefined;
}

/** The frozen recipes: which runs what, who let it answer, and what brings it into traffic. */
export function Releases({ id, liveNumber, revision }: ReleasesProps): JSX.Element {
  const after = useAfter('releases');
  const query = useQuery(DeploymentReleases, { id, first: FIRST, after });
  return (
    <Panel
      title="Releases"
      note="frozen recipes, the newest first"
      query={query}
      of={({ deployment }) => (deployment && deployment.releases.edges.length > 0 ? deployment.releases : null)}
      empty={<p class="muted">No release yet: createRelease freezes a recipe with the versions that it runs.</p>}
    >
      {({ edges, pageInfo }) => (
        <>
          <Table
            caption="Releases"
            rows={edges.map(({ node }) => node)}
            keyOf={(release) => release.id}
            columns={[
              {
                title: 'Release',
                cell: ({ number, description, digest, createdAt, createdBy }) => (
                  <>
                    {number} {number === liveNumber && <State tone="good">live</State>}
                    <span class="sub">{description === '' ? <Digest sha256={digest} /> : description}</span>
                    <span class="sub">
                      {person(createdBy)} <Time at={createdAt} />
                    </span>
                  </>
                ),
              },
              {
                title: 'Runs',
                cell: ({ modelVersions }) =>
                  modelVersions.map((version) => (
                    <div key={version.id}>
                      <AssetLink id={version.id} /> {version.state !== 'APPROVED' && <StateOf value={version.state} />}
                    </div>
                  )),
              },
              {
                title: 'Recipe',
                cell: ({ approvalState, approval }) => (
                  <>
                    <StateOf value={approvalState} />
                    {approval && (
                      <span class="sub">
                        {person(approval.by)} <Time at={approval.at} />
                      </span>
                    )}
                  </>
                ),
              },
              {
                title: 'Change',
                cell: (release) => (
                  <ReleaseActions
                    deployment={id}
                    of={release}
                    isLive={release.number === liveNumber}
                    revision={revision}
                  />
                ),
              },
            ]}
          />
          <Pager pageInfo={pageInfo} name="releases" />
        </>
      )}
    </Panel>
  );
}

interface ReleaseActionsProps {
  readonly deployment: string;
  readonly of: Release;
  readonly isLive: boolean;
  readonly revision: number | undefined;
}

function ReleaseActions({ deployment, of: release, isLive, revision }: ReleaseActionsProps): JSX.Element | null {
  const waits = release.approvalState === 'WAITING';
  const actions = waits ? ['approveRelease', 'rejectRelease'] : ['promoteRelease', 'setCanary'];
  const may = useMay(actions, release.id);
  const name = `release ${release.number} of ${nameOf(deployment)}`;
  const versions = release.modelVersions.map((version) => nameOf(version.id)).join(', ');
  if (waits) {
    return (
      <div class="actions">
        <Action
          label="Approve"
          tone="primary"
          title={`Approve the recipe of ${name}`}
          permission={may('approveRelease')}
          effect={<p>Every release of this deployment with the same recipe may answer. Traffic stays as it is.</p>}
          reason="optional"
          run={(values) => ask(ApproveRecipe, { input: { release: release.id, reason: textOf(values, 'reason') } })}
          done={`${name} is approved`}
        />
        <Action
          label="Reject"
          tone="danger"
          title={`Reject the recipe of ${name}`}
          permission={may('rejectRelease')}
          effect={<p>This recipe never answers here. Another one can be made.</p>}
          reason="required"
          run={(values) =>
            ask(RejectRecipe, { input: { release: release.id, reason: textOf(values, 'reason') ?? '' } })
          }
          done={`${name} is rejected`}
        />
      </div>
    );
  }
  if (isLive || release.approvalState === 'REJECTED') return null;
  const change = { deployment, release: release.id, ...(revision !== undefined && { expectedRevision: revision }) };
  return (
    <div class="actions">
      <Action
        label="Promote"
        title={`Promote ${name}`}
        permission={may('promoteRelease')}
        effect={<p>It answers everybody whom no other layer sends elsewhere: {versions}. A rollback is one step.</p>}
        reason="required"
        run={(values) => ask(Promote, { input: { ...change, reason: textOf(values, 'reason') ?? '' } })}
        done={`${name} is promoted`}
      />
      <Action
        label="Canary"
        title={`Try ${name} on a share`}
        permission={may('setCanary')}
        effect={<p>The same units stay in it while the share grows. 0 ends it, 100 makes it the default.</p>}
        fields={
          <label>
            Percent of the units
            <input type="number" name="percent" min="0" max="100" step="any" value="5" required />
          </label>
        }
        reason="required"
        run={(values) =>
          ask(StartCanary, {
            input: { ...change, percent: Number(textOf(values, 'percent')), reason: textOf(values, 'reason') ?? '' },
          })
        }
        done={`the canary of ${name} is set`}
      />
    </div>
  );
}
