import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { FilteredAway } from '../../ui/empty.tsx';
import { AssetLink, Digest } from '../../ui/id.tsx';
import { count } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Typed } from '../../ui/typed.tsx';
import { AuditPage, Verdict } from './operations.ts';

const SUBGRAPHS = ['FEATURE', 'REGISTRY', 'EXPERIMENT', 'MONITORING'] as const;

const FILTERS = [
  ['subject', 'About (an id, whole or short)', 'fraud@3'],
  ['actor', 'By', 'user:ann'],
  ['action', 'Action', 'model-version.approve'],
] as const;

const clear = (): void =>
  setQuery({
    action: undefined,
    actor: undefined,
    subject: undefined,
    from: undefined,
    until: undefined,
    after: undefined,
    of: undefined,
  });

/** Who did what, when; and the proof that nothing was altered. */
export const page: PageComponent = () => {
  const { query } = useLocation();
  const after = useAfter();
  const given = (name: string): string | null => query.get(name);
  // An address may have been typed by hand: what is no time is no filter, as the field shows.
  const moment = (name: string): string | null => {
    const at = new Date(`${given(name)}Z`);
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  };
  const chosen = SUBGRAPHS.filter((name) => name === given('of'));
  const records = useQuery(AuditPage, {
    subgraphs: chosen.length > 0 ? chosen : SUBGRAPHS,
    first: PAGE_ROWS,
    after,
    action: given('action'),
    actor: given('actor'),
    subject: given('subject'),
    from: moment('from'),
    until: moment('until'),
  });
  return (
    <Page
      title="Audit"
      lead="Every change and every refusal by a rule, in the order in which they happened. Records are never altered."
    >
      <Proof />
      <Panel
        title="Records"
        note={`of ${chosen[0] === undefined ? 'all subgraphs' : words(chosen[0])}, the newest first`}
        filters={
          <div class="filters">
            <label>
              Of
              <select
                value={chosen[0] ?? ''}
                onChange={({ currentTarget }) => setQuery({ of: currentTarget.value || undefined, after: undefined })}
              >
                <option value="">all subgraphs</option>
                {SUBGRAPHS.map((name) => (
                  <option key={name} value={name}>
                    {words(name)}
                  </option>
                ))}
              </select>
            </label>
            {FILTERS.map(([name, label, example]) => (
              <label key={name}>
                {label}
                <Typed
                  value={given(name) ?? ''}
                  placeholder={example}
                  take={(text) => setQuery({ [name]: text, after: undefined })}
                />
              </label>
            ))}
            {(['from', 'until'] as const).map((name) => (
              <label key={name}>
                {name === 'from' ? 'From (UTC)' : 'Before (UTC)'}
                <input
                  type="datetime-local"
                  value={given(name) ?? ''}
                  onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value, after: undefined })}
                />
              </label>
            ))}
          </div>
        }
        query={records}
        of={({ auditRecords }) => (auditRecords && auditRecords.edges.length > 0 ? auditRecords : null)}
        empty={<FilteredAway what="record" clear={clear} />}
      >
        {({ edges, pageInfo }) => (
          <>
            <Table
              caption="Audit records"
              rows={edges.map(({ node }) => node)}
              keyOf={({ subgraph, seq }) => `${subgraph} ${seq}`}
              columns={[
                {
                  title: 'Number',
                  isNumber: true,
                  cell: ({ subgraph, seq }) => (
                    <>
                      {seq}
                      <span class="sub">{words(subgraph)}</span>
                    </>
                  ),
                },
                {
                  title: 'What',
                  cell: ({ action, rule, reason }) => (
                    <>
                      {action} {rule !== null && <State tone="warn">{`rule ${rule}`}</State>}
                      {reason !== null && <span class="sub">{reason}</span>}
                    </>
                  ),
                },
                { title: 'About', cell: ({ subject }) => <AssetLink id={subject} /> },
                {
                  title: 'By',
                  cell: ({ actor, onBehalfOf, actorRoles }) => (
                    <>
                      {actor}
                      <span class="sub">{onBehalfOf === null ? actorRoles.join(', ') : `for ${onBehalfOf}`}</span>
                    </>
                  ),
                },
                { title: 'When', cell: ({ at }) => <Time at={at} /> },
                { title: 'Hash', cell: ({ hash }) => <Digest sha256={hash} /> },
              ]}
            />
            <Pager pageInfo={pageInfo} />
          </>
        )}
      </Panel>
    </Page>
  );
};

/** Walks the chains when asked: it reads every record that there is. */
function Proof(): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked) {
    return (
      <Section title="Proof" note="walks every record of all four chains, and holds them against what was kept outside">
        <button type="button" onClick={() => setAsked(true)}>
          Verify now
        </button>
      </Section>
    );
  }
  return <Verified />;
}

function Verified(): JSX.Element {
  const query = useQuery(Verdict, {});
  return (
    <Panel title="Proof" query={query} of={(data) => data.verifyAudit}>
      {({ ok, why, checked, chains, checkpoints }) => (
        <>
          <div class={`verdict ${ok ? 'good' : 'bad'}`}>
            <p>{ok ? 'Whole: no record was altered, left out or added' : 'Not proven whole'}</p>
            {why !== null && <p>{why}</p>}
            <p class="small">
              {count(checked)} records walked · {count(checkpoints.count)} checkpoints kept outside
              {checkpoints.newestAt !== null && (
                <>
                  , the newest <Time at={checkpoints.newestAt} />
                </>
              )}
            </p>
          </div>
          <Table
            caption="The chains"
            rows={chains}
            keyOf={({ subgraph }) => subgraph}
            columns={[
              { title: 'Subgraph', cell: ({ subgraph }) => words(subgraph) },
              { title: 'Stands', cell: ({ state }) => <StateOf value={state} /> },
              { title: 'Records', isNumber: true, cell: (chain) => count(chain.checked) },
              { title: 'Kept outside to', isNumber: true, cell: ({ checkpointedTo }) => count(checkpointedTo) },
              { title: 'First bad', isNumber: true, cell: ({ firstBadSeq }) => firstBadSeq ?? '–' },
              { title: 'Why', cell: (chain) => chain.why ?? '' },
            ]}
          />
        </>
      )}
    </Panel>
  );
}
