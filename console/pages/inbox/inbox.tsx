import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { ItemsTable } from '../../ui/inbox/items-table.tsx';
import { listsOf, type ListName } from '../../ui/inbox/lists.tsx';
import { InboxLists } from '../../ui/inbox/operations.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager } from '../../ui/pager.tsx';
import { Section, Skeleton } from '../../ui/panel.tsx';
import { Problems } from '../../ui/problems.tsx';

const LISTS = [
  'incidents',
  'responseRuns',
  'breakGlasses',
  'rollouts',
  'releases',
  'modelVersions',
  'standingApprovals',
  'endings',
  'edgeNodes',
] as const satisfies readonly ListName[];

/** What waits for a person? */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const isMine = query.get('of') !== 'anybody';
  const after = Object.fromEntries(LISTS.map((name) => [name, query.get(name)]));
  const inbox = useQuery(InboxLists, { of: isMine ? 'ME' : 'ANYBODY', first: PAGE_ROWS, ...after });
  useAskAgain(inbox);
  const show = (of: string | undefined): void =>
    setQuery({ ...Object.fromEntries(LISTS.map((name) => [name, undefined])), of });
  const lists = inbox.data?.inbox ? listsOf(inbox.data.inbox) : [];
  return (
    <Page title="Inbox" lead="What goes no further without a person.">
      <div class="filters chips" role="group" aria-label="Whose">
        <button type="button" aria-pressed={isMine} onClick={() => show(undefined)}>
          for me
        </button>
        <button type="button" aria-pressed={!isMine} onClick={() => show('anybody')}>
          for anybody
        </button>
      </div>
      <Problems of={inbox} />
      {inbox.isFirst && <Skeleton />}
      {lists.map(({ name, title, when, items, pageInfo }) => (
        <Section key={name} title={title}>
          <ItemsTable caption={title} when={when} items={items} />
          <Pager pageInfo={pageInfo} name={name} />
        </Section>
      ))}
      {!inbox.isFirst && inbox.problems.length === 0 && lists.length === 0 && (
        <div class="empty">
          <p>
            <strong>{isMine ? 'Nothing waits for you' : 'Nothing waits for anybody'}</strong>
          </p>
          <p>
            Approvals, rollouts that are held, incidents that nobody is on, runs of responses that ask, stale nodes and
            what ends soon would be here
            {isMine ? ', as far as your roles let you deal with them and you did not make them yourself' : ''}.
          </p>
        </div>
      )}
    </Page>
  );
};
