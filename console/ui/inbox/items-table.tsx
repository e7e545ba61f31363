import type { JSX } from 'preact';
import { Table } from '../table.tsx';
import { Time } from '../time.tsx';
import type { Item } from './lists.tsx';

/** Things that wait, of one list or of all. */
export const ItemsTable = ({
  caption,
  when,
  items,
}: {
  readonly caption: string;
  readonly when: string;
  readonly items: readonly Item[];
}): JSX.Element => (
  <Table
    caption={caption}
    rows={items}
    keyOf={({ key }) => key}
    columns={[
      {
        title: 'What',
        cell: ({ what, detail }) => (
          <>
            {what}
            <span class="sub">{detail}</span>
          </>
        ),
      },
      { title: 'Stands', isShort: true, cell: ({ state }) => state },
      { title: when, isShort: true, cell: ({ at }) => <Time at={at} /> },
    ]}
  />
);
