import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { percent } from '../../ui/numbers.ts';
import { PAGE_ROWS } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateOf } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { HoldoutsPage } from './operations.ts';

/** Who is kept out of all experiments of a namespace, and since when. */
export function Holdouts(): JSX.Element {
  const holdouts = useQuery(HoldoutsPage, { first: PAGE_ROWS });
  return (
    <Panel
      title="Holdouts"
      note="units that no experiment of a namespace gets, to see what all of them together did"
      query={holdouts}
      of={(data) => (data.holdouts && data.holdouts.edges.length > 0 ? data.holdouts.edges : null)}
      empty={<p class="muted">Nobody is held out.</p>}
    >
      {(edges) => (
        <Table
          caption="Holdouts"
          rows={edges.map(({ node }) => node)}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Holdout',
              cell: ({ id, name, description }) => (
                <>
                  <AssetLink id={id}>{name}</AssetLink>
                  <span class="sub">{description}</span>
                </>
              ),
            },
            {
              title: 'Stands',
              cell: ({ status, endedAt, reason }) => (
                <>
                  <StateOf value={status} />
                  {endedAt !== null && (
                    <span class="sub">
                      <Time at={endedAt} />: {reason}
                    </span>
                  )}
                </>
              ),
            },
            {
              title: 'Namespace',
              cell: ({ namespace, from, to }) => (
                <>
                  {namespace}
                  <span class="sub">
                    from {percent(from)} to {percent(to)}
                  </span>
                </>
              ),
            },
            { title: 'Of all units', isNumber: true, cell: ({ from, to }) => percent(to - from) },
            { title: 'Unit', cell: ({ unit }) => unit },
            { title: 'Counts from', cell: ({ entry }) => entry ?? <span class="muted">not reported</span> },
            {
              title: 'Since',
              cell: ({ createdAt, createdBy }) => (
                <>
                  <Time at={createdAt} />
                  <span class="sub">{createdBy.replace(/^user:/, '')}</span>
                </>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
