import type { ComponentChildren, JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { AssetLink } from '../id.tsx';
import { person } from '../person.ts';
import { actionWords } from '../response-words.ts';
import { RunState } from '../response.tsx';
import { State, StateOf, words } from '../state.tsx';
import type { InboxListsQuery, InboxListsQueryVariables } from './operations.ts';

type Inbox = NonNullable<InboxListsQuery['inbox']>;
export type ListName = Exclude<keyof InboxListsQueryVariables, 'of' | 'first'>;
type NodeOf<Name extends ListName> = NonNullable<Inbox[Name]>['edges'][number]['node'];

/** One thing that waits, whatever it is. */
export interface Item {
  readonly key: string;
  readonly state: JSX.Element;
  readonly what: ComponentChildren;
  readonly detail: ComponentChildren;
  readonly at: string;
}

interface List<Name extends ListName> {
  readonly name: Name;
  readonly title: string;
  /** What the time of its items says. */
  readonly when: 'Since' | 'Ends';
  readonly item: (node: NodeOf<Name>) => Item;
}

/** A list with its items made, whatever their type was. */
export interface InboxList {
  readonly name: ListName;
  readonly title: string;
  readonly when: string;
  readonly items: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The lists of an inbox that hold something, the most urgent first. */
export const listsOf = (inbox: Inbox): readonly InboxList[] =>
  [
    made(inbox, INCIDENTS),
    made(inbox, RUNS),
    made(inbox, EMERGENCIES),
    made(inbox, ROLLOUTS),
    made(inbox, RECIPES),
    made(inbox, VERSIONS),
    made(inbox, STANDINGS),
    made(inbox, ENDINGS),
    made(inbox, NODES),
  ].filter((list) => list !== undefined);

function made<Name extends ListName>(inbox: Inbox, { name, title, when, item }: List<Name>): InboxList | undefined {
  const list = inbox[name] as {
    readonly edges: readonly { readonly node: NodeOf<Name> }[];
    readonly pageInfo: InboxList['pageInfo'];
  } | null;
  if (list === null || list.edges.length === 0) return undefined;
  return { name, title, when, items: list.edges.map(({ node }) => item(node)), pageInfo: list.pageInfo };
}

const INCIDENTS: List<'incidents'> = {
  name: 'incidents',
  title: 'Incidents',
  when: 'Since',
  item: ({ id, title, cause, severity, startedAt }) => ({
    key: id,
    state: <StateOf value={severity} />,
    what: <AssetLink id={id}>{title}</AssetLink>,
    detail: `${words(cause)}; nobody is on it`,
    at: startedAt,
  }),
};

const RUNS: List<'responseRuns'> = {
  name: 'responseRuns',
  title: 'Responses',
  when: 'Since',
  item: ({ id, author, definition, startedAt, deployment }) => ({
    key: id,
    state: <RunState of="ASKING" />,
    what: <AssetLink id={id}>{actionWords(definition)}</AssetLink>,
    detail: (
      <>
        on <AssetLink id={deployment.id} />, for an approver other than {person(author)}
      </>
    ),
    at: startedAt,
  }),
};

const EMERGENCIES: List<'breakGlasses'> = {
  name: 'breakGlasses',
  title: 'Emergencies',
  when: 'Since',
  item: ({ id, modelVersion, environment, reason, openedBy, openedAt }) => ({
    key: String(id),
    state: <State tone="bad">open</State>,
    what: <AssetLink id={modelVersion} />,
    detail: `in ${environment}, opened by ${person(openedBy)}: ${reason}`,
    at: openedAt,
  }),
};

const ROLLOUTS: List<'rollouts'> = {
  name: 'rollouts',
  title: 'Rollouts',
  when: 'Since',
  item: ({ id, step, createdAt, leaseLostAt, paused, deployment }) => ({
    key: id,
    state: <State tone="warn">{leaseLostAt !== null ? 'out of traffic' : paused ? 'paused' : 'held'}</State>,
    what: <AssetLink id={id} />,
    detail: (
      <>
        {`at step ${step}`}
        {deployment && (
          <>
            {' '}
            on <AssetLink id={deployment.id} />
          </>
        )}
        {paused && `, by ${person(paused.by)}: ${paused.reason}`}
      </>
    ),
    at: leaseLostAt ?? paused?.at ?? createdAt,
  }),
};

const RECIPES: List<'releases'> = {
  name: 'releases',
  title: 'Recipes',
  when: 'Since',
  item: ({ id, number, createdBy, createdAt, deployment }) => ({
    key: id,
    state: <StateOf value="WAITING" />,
    what: <AssetLink id={id}>{`Release ${number} of ${nameOf(deployment.id)}`}</AssetLink>,
    detail: `its recipe, made by ${person(createdBy)}, waits for an approver`,
    at: createdAt,
  }),
};

const VERSIONS: List<'modelVersions'> = {
  name: 'modelVersions',
  title: 'Model versions',
  when: 'Since',
  item: ({ id, state, riskTier, createdAt }) => ({
    key: id,
    state: <StateOf value={state} />,
    what: <AssetLink id={id} />,
    detail: `${words(riskTier)} risk; waits for ${state === 'VALIDATED' ? 'an approver' : 'its validation'}`,
    at: createdAt,
  }),
};

const STANDINGS: List<'standingApprovals'> = {
  name: 'standingApprovals',
  title: 'Standing approvals',
  when: 'Ends',
  item: ({ id, model, runs, reason, proposedBy, expiresAt }) => ({
    key: String(id),
    state: <State tone="info">half</State>,
    what: <AssetLink id={model} />,
    detail: `for ${runs} ${runs === 1 ? 'version' : 'versions'}, proposed by ${person(proposedBy)}: ${reason}`,
    at: expiresAt,
  }),
};

const ENDINGS: List<'endings'> = {
  name: 'endings',
  title: 'Ends soon',
  when: 'Ends',
  item: ({ kind, gate, at, modelVersion }) => ({
    key: `${modelVersion.id} ${kind} ${gate}`,
    state: Date.parse(at) < Date.now() ? <State tone="bad">ended</State> : <State tone="warn">ends</State>,
    what: <AssetLink id={modelVersion.id} />,
    detail: {
      APPROVAL: 'its approval',
      VALIDATION: 'to be validated and approved again',
      WAIVER: `the waiver of ${gate}`,
    }[kind],
    at,
  }),
};

const NODES: List<'edgeNodes'> = {
  name: 'edgeNodes',
  title: 'Edge nodes',
  when: 'Since',
  item: ({ id, name, lastSeenAt }) => ({
    key: id,
    state: <State tone="warn">stale</State>,
    what: <AssetLink id={id}>{name}</AssetLink>,
    detail: 'goes on with a manifest that is old',
    at: lastSeenAt,
  }),
};
