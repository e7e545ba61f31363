import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId, Digest } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { bytes, count } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { TrainingSetPage } from './operations.ts';

const KNOWN: Readonly<Record<string, string>> = {
  KNOWN: 'Each value is what was known here at the time of its row: what would have been served then.',
  CREATED: 'Each value had been created by the time of its row, whenever it arrived here.',
  EVENT_TIME: 'Each value’s event lies before its row, whenever it became known: it may know more than was known then.',
};

/** What went in, and can it be made again? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('training-set', tail);
  const query = useQuery(TrainingSetPage, { id });
  const set = query.data?.trainingSet;
  const instead = insteadOf(id, query, set);
  if (instead) return instead;
  return (
    <Page
      title={set ? `${count(set.rowCount)} rows` : nameOf(id)}
      tab="Training set"
      eyebrow={
        <>
          training set{' '}
          {set?.service && (
            <>
              of <AssetLink id={set.service.id} />
            </>
          )}
        </>
      }
      lead={set && KNOWN[set.knownAt]}
    >
      <div class="columns">
        <div>
          <Panel title="Columns" query={query} of={(data) => data.trainingSet?.columns}>
            {(columns) => (
              <Table
                caption="Columns"
                rows={columns}
                keyOf={({ name }) => name}
                columns={[
                  { title: 'Column', cell: ({ name }) => name },
                  { title: 'Role', cell: ({ role }) => words(role) },
                  { title: 'Type', cell: ({ dtype }) => words(dtype) },
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Trained on it"
            query={query}
            of={(data) =>
              data.trainingSet?.modelVersions && data.trainingSet.modelVersions.length > 0
                ? data.trainingSet.modelVersions
                : null
            }
            empty={<p class="muted">No registered version names it.</p>}
          >
            {(versions) => (
              <Table
                caption="Versions trained on it"
                rows={versions}
                keyOf={(version) => version.id}
                columns={[
                  { title: 'Version', cell: (version) => <AssetLink id={version.id} /> },
                  { title: 'Stands', cell: ({ state }) => <StateOf value={state} /> },
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Manifest"
            note="it is the identity: the same manifest makes the same rows"
            query={query}
            of={(data) => data.trainingSet}
          >
            {({ manifest }) => <Json of={manifest} />}
          </Panel>
        </div>
        <aside>
          <Panel title="Proof" query={query} of={(data) => data.trainingSet}>
            {(of) => (
              <Facts
                of={[
                  ['Content', <Digest key="content" sha256={of.contentHash} />],
                  ['Columns', <Digest key="schema" sha256={of.schemaHash} />],
                  ['File', <Digest key="file" sha256={of.sha256} />],
                  ['Size', bytes(of.sizeBytes)],
                  ['Made', <Time key="at" at={of.createdAt} />],
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

const Json = ({ of }: { readonly of: unknown }): JSX.Element => (
  <pre class="json" tabIndex={0}>
    {JSON.stringify(of, undefined, 2)}
  </pre>
);
