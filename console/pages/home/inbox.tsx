import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../../graph/problem.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { ProblemNotice, Section, Skeleton } from '../../ui/panel.tsx';
import { decimal } from '../../ui/numbers.ts';
import { person } from '../../ui/person.ts';
import { actionWords } from '../../ui/response-words.ts';
import { RunState } from '../../ui/response.tsx';
import { State, StateOf } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AskingRuns, FiringAlerts, Nodes, WaitingReleases, WaitingVersions } from './operations.ts';

interface Item {
  readonly id: string;
  readonly state: JSX.Element;
  readonly what: ComponentChildren;
  readonly detail: ComponentChildren;
  readonly since: string | null;
}

/** What waits for a person: approvals, alerts that fire, nodes that fell behind. */
export function Inbox(): JSX.Element {
  const versions = useQuery(WaitingVersions, {});
  const releases = useQuery(WaitingReleases, {});
  const alerts = useQuery(FiringAlerts, {});
  const runs = useQuery(AskingRuns, {});
  useAskAgain(runs);
  const nodes = useQuery(Nodes, {});
  const all = [versions, releases, alerts, runs, nodes];
  const items: Item[] = [
    ...(alerts.data?.alerts?.edges ?? []).map(({ node }) => ({
      id: node.id,
      state: <StateOf value={node.silenced ? 'SILENCED' : node.severity} />,
      what: <AssetLink id={node.incident?.id ?? node.id}>{node.rule?.name ?? 'an alert'}</AssetLink>,
      detail: (
        <>
          fires at {decimal(node.value)}{' '}
          {node.deployment && (
            <>
              on <AssetLink id={node.deployment.id} />
            </>
          )}
        </>
      ),
      since: node.firedAt,
    })),
    ...(runs.data?.responseRuns?.edges ?? []).map(({ node }) => ({
      id: node.id,
      state: <RunState of="ASKING" />,
      what: <AssetLink id={node.id}>{actionWords(node.definition)}</AssetLink>,
      detail: (
        <>
          on <AssetLink id={node.deployment.id} />, for an approver other than {person(node.author)}
        </>
      ),
      since: node.actedAt ?? node.startedAt,
    })),
    ...(releases.data?.releases?.edges ?? []).map(({ node }) => ({
      id: node.id,
      state: <StateOf value="WAITING" />,
      what: <AssetLink id={node.id}>{`Recipe of release ${node.number}`}</AssetLink>,
      detail: (
        <>
          for {node.deployment.id.split(':').at(-1)}, made by {node.createdBy}
        </>
      ),
      since: node.createdAt,
    })),
    ...(versions.data?.modelVersions?.edges ?? []).map(({ node }) => ({
      id: node.id,
      state: <StateOf value={node.state} />,
      what: <AssetLink id={node.id} />,
      detail: node.state === 'VALIDATED' ? 'waits for an approver' : 'waits for its validation',
      since: node.createdAt,
    })),
    ...(nodes.data?.edgeNodes?.edges ?? [])
      .filter(({ node }) => node.stale)
      .map(({ node }) => ({
        id: node.id,
        state: <State tone="warn">stale</State>,
        what: <AssetLink id={node.id}>{node.name}</AssetLink>,
        detail: 'goes on with a manifest that is old',
        since: node.lastSeenAt,
      })),
  ];
  const isLoading = all.some(({ isFirst }) => isFirst);
  const problems = unique(all.flatMap((query) => query.problems));
  return (
    <Section title="What waits for you" note={items.length > 0 ? `${items.length} to look at` : undefined}>
      {problems.map((problem) => (
        <ProblemNotice
          key={problem.code + problem.subgraph}
          problem={problem}
          retry={() => all.forEach((one) => one.refetch())}
        />
      ))}
      {isLoading && items.length === 0 && <Skeleton />}
      {items.length > 0 && (
        <Table
          caption="What waits for you"
          rows={items}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Stands', cell: ({ state }) => state },
            {
              title: 'What',
              cell: ({ what, detail }) => (
                <>
                  {what}
                  <span class="sub">{detail}</span>
                </>
              ),
            },
            { title: 'Since', cell: ({ since }) => <Time at={since} /> },
          ]}
        />
      )}
      {!isLoading && items.length === 0 && problems.length === 0 && (
        <p class="muted">Nothing: no approval waits, no alert fires, every node is fresh.</p>
      )}
    </Section>
  );
}

/** A part that is away says so once, however many questions it left open. */
const unique = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.code} ${problem.subgraph}`, problem])).values(),
];
