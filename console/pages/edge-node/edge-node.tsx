import { idOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { Bars } from '../../charts/waterfall.tsx';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count, percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { NodePage, type NodePageQuery } from './operations.ts';

/** One node: what it serves, and what became of every answer. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('edge-node', tail);
  const query = useQuery(NodePage, { id });
  const node = query.data?.edgeNode;
  const instead = insteadOf(id, query, node);
  if (instead) return instead;
  return (
    <Page
      title={node?.name ?? tail}
      eyebrow="edge node"
      states={node && (node.stale ? <State tone="warn">stale</State> : <State tone="good">fresh</State>)}
    >
      <div class="columns">
        <div>
          <Panel
            title="Account"
            note="answered = stored + queued + dropped + sampled out"
            query={query}
            of={(data) => data.edgeNode?.accounting}
          >
            {(account) => (
              <>
                <Bars
                  of={(['answered', 'stored', 'queued', 'dropped', 'sampledOut'] as const).map((name) => ({
                    name: name === 'sampledOut' ? 'sampled out' : name,
                    value: account[name],
                  }))}
                  format={count}
                  label="What became of the answers"
                />
                <div class={`verdict ${account.balanced ? 'good' : 'bad'}`}>
                  <p>
                    {account.balanced
                      ? 'Every answer is accounted for'
                      : `${count(account.difference)} answers are not accounted for`}
                  </p>
                  {account.reasons.map((reason) => (
                    <p key={reason}>{reason}</p>
                  ))}
                </div>
                <Facts
                  of={[...account.droppedByReason, ...account.refusedByReason].map(({ name, count: times }) => [
                    words(name),
                    count(times),
                  ])}
                />
              </>
            )}
          </Panel>
          <Panel
            title="Serves"
            query={query}
            of={(data) => data.edgeNode?.serving}
            empty={<p class="muted">Nothing.</p>}
          >
            {(serving) => (
              <Table
                caption="What it serves"
                rows={serving}
                keyOf={({ deployment }) => deployment?.id ?? ''}
                columns={[
                  { title: 'Deployment', cell: ({ deployment }) => deployment && <AssetLink id={deployment.id} /> },
                  {
                    title: 'Runs',
                    cell: (one) =>
                      one.serving.flatMap(({ modelVersions }) =>
                        modelVersions.map((version) => (
                          <div key={version.id}>
                            <AssetLink id={version.id} />
                          </div>
                        )),
                      ),
                  },
                  {
                    title: 'Newest manifest',
                    cell: ({ refused }) =>
                      refused === null ? <State tone="good">taken</State> : <>refused: {refused}</>,
                  },
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Detectors"
            note="what it watches in its latest answers"
            query={query}
            of={(data) => data.edgeNode && detectorsOf(data.edgeNode)}
            empty={<p class="muted">No recipe that it serves has detectors.</p>}
          >
            {(detectors) => (
              <Table
                caption="Detectors"
                rows={detectors}
                keyOf={({ deployment, release, name }) => `${deployment} ${release} ${name}`}
                columns={[
                  { title: 'Detector', cell: ({ name }) => <code>{name}</code> },
                  { title: 'Deployment', cell: ({ deployment }) => deployment && <AssetLink id={deployment} /> },
                  {
                    title: 'State',
                    cell: ({ state, since }) => (
                      <>
                        <State tone={TONES[state]}>{words(state)}</State> <Time at={since} />
                      </>
                    ),
                  },
                  {
                    title: 'Measured',
                    cell: ({ figure, limit, answers }) =>
                      figure === null
                        ? `${count(answers)} answers so far`
                        : `${figure.toPrecision(3)} of at most ${limit}`,
                  },
                ]}
              />
            )}
          </Panel>
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.edgeNode}>
            {(of) => (
              <Facts
                of={[
                  ['Runtime', of.runtime],
                  ['Trust', words(of.trust)],
                  ['First heard', <Time key="first" at={of.firstSeenAt} />],
                  ['Last heard', <Time key="last" at={of.lastSeenAt} />],
                  ['Manifest', `revision ${of.manifestRevision}`],
                  [
                    'Memory',
                    of.memory && `${percent(of.memory.usedBytes / of.memory.limitBytes, 0)} of what it may use`,
                  ],
                  ['Clock', `${Math.round(of.clockSkewMs)} ms ahead`],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
    </Page>
  );
};

const TONES = { WATCHING: 'good', TRIPPED: 'bad', CHECKING: 'warn' } as const;

type Node = NonNullable<NodePageQuery['edgeNode']>;

/** Null without any. */
function detectorsOf({ serving }: Node) {
  const detectors = serving.flatMap(({ deployment, serving: releases }) =>
    releases.flatMap((of) =>
      of.detectors.map((detector) => ({ ...detector, release: of.release, deployment: deployment?.id ?? '' })),
    ),
  );
  return detectors.length > 0 ? detectors : null;
}
