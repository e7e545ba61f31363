import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count, span } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { WhoUsesIt } from './dependents.tsx';
import { ViewLoads, ViewPage, type ViewPageQuery } from './operations.ts';

type Feature = NonNullable<ViewPageQuery['featureView']>['features'][number];

/** How a value is made, in words. */
const madeOf = ({ window, network }: Feature): string => {
  if (window) return `${words(window.function)} over ${span(window.windowSeconds)}`;
  return network ? `network: ${words(network.function)}` : 'the newest value';
};

/** A view with its features; `/feature/view@1/name` shows the same with one of them marked. */
export const page: PageComponent = ({ tail }) => {
  const [viewTail = '', marked] = tail.split('/');
  const id = idOf('feature-view', viewTail);
  const query = useQuery(ViewPage, { id });
  const view = query.data?.featureView;
  const instead = insteadOf(id, query, view);
  if (instead) return instead;
  const feature = view?.features.find(({ name }) => name === marked);
  // Of a view that is away it is not known what it has: the address is believed.
  const isOfFeature = marked !== undefined && (!view || feature !== undefined);
  return (
    <Page
      title={isOfFeature ? marked : nameOf(id)}
      eyebrow={
        isOfFeature ? (
          <>
            feature of <AssetLink id={id} />
          </>
        ) : (
          'feature view'
        )
      }
      lead={isOfFeature ? feature?.description : view?.description}
    >
      <div class="columns">
        <div>
          {isOfFeature && (
            <Panel title="What it is" query={query} of={() => feature}>
              {(one) => (
                <Facts
                  of={[
                    ['Type', words(one.dtype)],
                    ['Made as', madeOf(one)],
                    ['Id', <CopyId key="id" id={one.id} />],
                  ]}
                />
              )}
            </Panel>
          )}
          <WhoUsesIt id={isOfFeature ? idOf('feature', tail) : id} />
          {!isOfFeature && (
            <Panel title="Features" query={query} of={(data) => data.featureView?.features}>
              {(features) => (
                <Table
                  caption="Features"
                  rows={features}
                  keyOf={(one) => one.id}
                  columns={[
                    {
                      title: 'Feature',
                      cell: (one) => (
                        <>
                          <AssetLink id={one.id}>{one.name}</AssetLink>
                          <span class="sub">{one.description}</span>
                        </>
                      ),
                    },
                    { title: 'Type', cell: ({ dtype }) => words(dtype) },
                    { title: 'Made as', cell: (one) => madeOf(one) },
                  ]}
                />
              )}
            </Panel>
          )}
          <Loads id={id} />
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.featureView}>
            {(of) => (
              <Facts
                of={[
                  ['Version', of.version],
                  ['Entity', of.entity && <AssetLink id={of.entity.id} />],
                  ['Keys', of.joinKeys.map(({ name }) => name).join(', ')],
                  ['Source', of.source && <AssetLink id={of.source.id} />],
                  ['Valid for', of.ttlSeconds === 0 ? 'ever' : span(of.ttlSeconds)],
                  ['Event time', of.eventColumn],
                  ['Owner', of.owner ?? 'nobody named'],
                  ['Tags', of.tags.join(', ')],
                  ['Defined', <Time key="at" at={of.createdAt} />],
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

function Loads({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(ViewLoads, { id });
  return (
    <Panel
      title="Loads"
      note="from its source, the newest first"
      query={query}
      of={({ materializations }) =>
        materializations && materializations.edges.length > 0 ? materializations.edges : null
      }
      empty={<p class="muted">It was never loaded from its source; values may be pushed.</p>}
    >
      {(edges) => (
        <Table
          caption="Loads"
          rows={edges.map(({ node }) => node)}
          keyOf={(load) => load.id}
          columns={[
            { title: 'Started', cell: ({ startedAt }) => <Time at={startedAt} /> },
            {
              title: 'Stands',
              cell: ({ state, error }) => (
                <>
                  <StateOf value={state} />
                  {error !== null && <span class="sub">{error}</span>}
                </>
              ),
            },
            { title: 'Up to', cell: ({ to }) => <Time at={to} /> },
            { title: 'Read', isNumber: true, cell: ({ rowsRead }) => count(rowsRead) },
            { title: 'On-line', isNumber: true, cell: ({ rowsOnline }) => count(rowsOnline) },
          ]}
        />
      )}
    </Panel>
  );
}
