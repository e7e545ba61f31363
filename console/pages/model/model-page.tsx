import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { summaryOf } from '../../ui/prose.tsx';
import { Roles } from '../../ui/roles.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AliasesPanel } from './aliases-panel.tsx';
import { ModelPage } from './operations.ts';

export function ModelPageView({ tail }: { readonly tail: string }): JSX.Element {
  const id = idOf('model', tail);
  const after = useAfter();
  const query = useQuery(ModelPage, { id, first: PAGE_ROWS, after });
  const model = query.data?.model;
  const instead = insteadOf(id, query, model);
  if (instead) return instead;
  return (
    <Page title={nameOf(id)} eyebrow="model" lead={model && summaryOf(model.description)}>
      <div class="columns">
        <Panel title="Versions" query={query} of={(data) => data.model?.versions}>
          {({ edges, pageInfo }) => (
            <>
              <Table
                caption="Versions, the newest first"
                rows={edges.map(({ node }) => node)}
                keyOf={(version) => version.id}
                columns={[
                  {
                    title: 'Version',
                    cell: (one) => (
                      <>
                        <AssetLink id={one.id}>{`@${one.number}`}</AssetLink> <span class="muted">{one.version}</span>
                        <span class="sub">{one.bump === null ? 'the first' : `${words(one.bump)} change`}</span>
                      </>
                    ),
                  },
                  { title: 'Stands', cell: ({ state }) => <StateOf value={state} /> },
                  { title: 'Does', cell: ({ roles }) => <Roles of={roles} /> },
                  { title: 'Registered', cell: ({ createdAt }) => <Time at={createdAt} /> },
                ]}
              />
              <Pager pageInfo={pageInfo} />
            </>
          )}
        </Panel>
        <aside>
          <AliasesPanel id={id} />
          <Panel title="About" query={query} of={(data) => data.model}>
            {({ owner, tags, createdAt }) => (
              <Facts
                of={[
                  ['Owner', owner ?? 'nobody named'],
                  ['Tags', tags.join(', ')],
                  ['Since', <Time key="since" at={createdAt} />],
                  ['Id', <CopyId key="id" id={id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
    </Page>
  );
}
