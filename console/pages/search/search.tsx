import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { kindWords } from '../../app/ids.ts';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway, NeverUsed } from '../../ui/empty.tsx';
import { AssetLink, Kind } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { summaryOf } from '../../ui/prose.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Highlights } from './highlights.tsx';
import { SearchPage, type AssetKind } from './operations.ts';

/** The kinds that people look for; columns, releases and materializations are found on the pages of what they are part of. */
const CHIPS = [
  'FEATURE',
  'FEATURE_VIEW',
  'FEATURE_SERVICE',
  'SOURCE',
  'ENTITY',
  'TRAINING_SET',
  'MODEL',
  'MODEL_VERSION',
  'DEPLOYMENT',
  'EXPERIMENT',
  'SHADOW',
  'ALERT_RULE',
  'EDGE_NODE',
] as const satisfies readonly AssetKind[];

const TYPING_MS = 200;

const isKind = (text: string): text is (typeof CHIPS)[number] => (CHIPS as readonly string[]).includes(text);

export const page: PageComponent = () => {
  const { query } = useLocation();
  const text = query.get('q') ?? '';
  const kinds = (query.get('kind') ?? '').split(',').filter(isKind);
  const after = useAfter();
  const found = useQuery(SearchPage, { text, kinds: kinds.length > 0 ? kinds : [...CHIPS], first: PAGE_ROWS, after });
  const isFiltered = text !== '' || kinds.length > 0;
  const toggle = (kind: (typeof CHIPS)[number]): void => {
    const next = kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind];
    setQuery({ kind: next.join(','), after: undefined });
  };
  return (
    <Page
      title="Catalogue"
      lead="Everything that makes a prediction: what is there, whose it is, what it says of itself."
    >
      <div class="filters">
        <TextField text={text} />
      </div>
      <div class="filters chips" role="group" aria-label="Kinds">
        {CHIPS.map((kind) => (
          <button key={kind} type="button" aria-pressed={kinds.includes(kind)} onClick={() => toggle(kind)}>
            {kindWords(kind.toLowerCase().replaceAll('_', '-'))}
          </button>
        ))}
      </div>
      <Panel
        title={text === '' ? 'By kind and name' : `Found for “${text}”`}
        query={found}
        of={({ search }) => (search && search.edges.length > 0 ? search : null)}
        empty={
          isFiltered ? (
            <FilteredAway what="asset" clear={() => setQuery({ q: undefined, kind: undefined, after: undefined })} />
          ) : (
            <NeverUsed title="The catalogue is empty" command="npm start -- --example flights">
              Whatever is defined, registered, deployed or measured here appears by itself.
            </NeverUsed>
          )
        }
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Assets"
              rows={edges.map(({ node }) => node)}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: 'Name',
                  cell: ({ id, description, highlights }) => (
                    <>
                      <AssetLink id={id} />
                      <span class="sub">
                        {highlights.length > 0 && text !== '' ? <Highlights of={highlights} /> : summaryOf(description)}
                      </span>
                    </>
                  ),
                },
                { title: 'Kind', isShort: true, cell: ({ id }) => <Kind id={id} /> },
                { title: 'Owner', cell: ({ owner }) => owner ?? <span class="muted">nobody named</span> },
                { title: 'Tags', cell: ({ tags }) => tags.join(', ') },
                { title: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};

/** Asks once typing pauses, and keeps what was typed in the address. */
function TextField({ text }: { readonly text: string }): JSX.Element {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed.trim() === text) return undefined;
    const timer = setTimeout(() => setQuery({ q: typed.trim(), after: undefined }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label>
      Words, an owner, an id
      <input type="search" size={36} value={typed} onInput={({ currentTarget }) => setTyped(currentTarget.value)} />
    </label>
  );
}
