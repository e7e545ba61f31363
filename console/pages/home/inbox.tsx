import type { JSX } from 'preact';
import { href } from '../../app/location.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { ItemsTable } from '../../ui/inbox/items-table.tsx';
import { listsOf } from '../../ui/inbox/lists.tsx';
import { InboxLists } from '../../ui/inbox/operations.ts';
import { Section, Skeleton } from '../../ui/panel.tsx';
import { Problems } from '../../ui/problems.tsx';

const OF_EACH_LIST = 3;

/** The most urgent of what waits for whoever looks. */
export function Inbox(): JSX.Element {
  const query = useQuery(InboxLists, { of: 'ME', first: OF_EACH_LIST });
  useAskAgain(query);
  const lists = query.data?.inbox ? listsOf(query.data.inbox) : [];
  const items = lists.flatMap((list) => list.items);
  return (
    <Section title="What waits for you" note={<a href={href('/inbox')}>the inbox</a>}>
      <Problems of={query} />
      {query.isFirst && <Skeleton />}
      {items.length > 0 && <ItemsTable caption="What waits for you" when="When" items={items} />}
      {lists.some(({ pageInfo }) => pageInfo.hasNextPage) && (
        <p class="small">
          <a href={href('/inbox')}>More of it waits in the inbox</a>
        </p>
      )}
      {!query.isFirst && items.length === 0 && query.problems.length === 0 && (
        <p class="muted">Nothing that is yours to deal with.</p>
      )}
    </Section>
  );
}
