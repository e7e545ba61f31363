import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { WhoUsesIt } from './dependents.tsx';
import { SourcePage } from './operations.ts';

/** Where data comes from, column by column. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('source', tail);
  const query = useQuery(SourcePage, { id });
  const source = query.data?.source;
  const instead = insteadOf(id, query, source);
  if (instead) return instead;
  return (
    <Page title={nameOf(id)} eyebrow="source" lead={source?.description}>
      <div class="columns">
        <div>
          <Panel title="Columns" note="as the files have them" query={query} of={(data) => data.source?.columns}>
            {(columns) => (
              <Table
                caption="Columns"
                rows={columns}
                keyOf={(column) => column.id}
                columns={[
                  {
                    title: 'Column',
                    cell: ({ name, problem }) => (
                      <>
                        {name}
                        {problem !== null && <span class="sub">{problem}</span>}
                      </>
                    ),
                  },
                  { title: 'Type', cell: ({ dtype }) => words(dtype ?? 'not read') },
                  { title: 'In the files', cell: ({ nativeType }) => <code>{nativeType}</code> },
                ]}
              />
            )}
          </Panel>
          <WhoUsesIt id={id} />
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.source}>
            {(of) => (
              <Facts
                of={[
                  ['Files', <code key="path">{of.path}</code>],
                  ['Event time', of.eventColumn],
                  ['Written', of.createdColumn ?? 'at the event'],
                  ['Owner', of.owner ?? 'nobody named'],
                  ['Tags', of.tags.join(', ')],
                  ['Named', <Time key="at" at={of.createdAt} />],
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
