import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { ask } from '../../graph/ask.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Copy, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, words, type Tone } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ImportPolicyPreset, PolicyPresetPage, type PolicyPresetPageQuery } from './operations.ts';

type Preset = NonNullable<PolicyPresetPageQuery['policyPreset']>;
type Clause = Preset['clauses'][number];

const ANSWERS: Readonly<Record<Clause['answer'], readonly [Tone, string]>> = {
  ANSWERED: ['good', 'answered'],
  PARTLY: ['warn', 'in part'],
  NOT_ANSWERED: ['bad', 'not answered'],
};

/** What a regulator asks for, what answers it here, and what an import would change. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('policy-preset', tail);
  const query = useQuery(PolicyPresetPage, { id });
  const preset = query.data?.policyPreset;
  const instead = insteadOf(id, query, preset);
  if (instead) return instead;
  return (
    <Page
      title={preset?.name ?? nameOf(id)}
      eyebrow="policy preset"
      states={preset && <Standing of={preset} />}
      lead={preset?.title}
      actions={preset && <Import of={preset} />}
    >
      <Panel
        title="What an import would change"
        note="nothing becomes weaker"
        query={query}
        of={(data) => (data.policyPreset && data.policyPreset.gaps.length > 0 ? data.policyPreset.gaps : null)}
        empty={<p class="muted">Nothing: each risk tier asks for as much already.</p>}
      >
        {(gaps) => <Gaps of={gaps} />}
      </Panel>
      <Panel
        title="Clauses"
        note="in our words, and what answers them"
        query={query}
        of={(data) => data.policyPreset?.clauses}
      >
        {(clauses) => <Clauses of={clauses} />}
      </Panel>
      <Panel title="About" query={query} of={(data) => data.policyPreset}>
        {({ source, imported }) => (
          <Facts
            of={[
              ['How it was read', source],
              [
                'Imported',
                imported && (
                  <>
                    <Time at={imported.at} /> by {person(imported.by)}: {imported.reason}
                  </>
                ),
              ],
              ['Advice', 'It is no legal advice.'],
              ['Id', <CopyId key="id" id={id} />],
            ]}
          />
        )}
      </Panel>
      <AsCode
        id={id}
        field="policyPreset"
        selection="{ clauses { name answer left } gaps { tier path before after } }"
      />
    </Page>
  );
};

const Standing = ({ of: { imported, gaps } }: { readonly of: Preset }): JSX.Element => (
  <>
    <State tone={imported === null ? 'plain' : 'info'}>{imported === null ? 'not imported' : 'imported'}</State>{' '}
    {gaps.length > 0 && imported !== null && <State tone="warn">loosened since</State>}
  </>
);

/** The dialog shows what would change before it is changed. */
function Import({ of: { id, name, gaps, imported } }: { readonly of: Preset }): JSX.Element | null {
  const may = useMay(['importPolicyPreset']);
  if (imported !== null && gaps.length === 0) return null;
  const tiers = [...new Set(gaps.map(({ tier }) => words(tier)))].join(', ');
  return (
    <Action
      label="Import"
      tone="primary"
      title={`Import ${name}`}
      permission={may('importPolicyPreset')}
      effect={
        gaps.length === 0 ? (
          <p>No setting changes: that the project holds to it goes on record.</p>
        ) : (
          <>
            <p>
              Approvals of versions of the tiers {tiers} are void for new traffic until they are validated and approved
              again. What serves goes on.
            </p>
            <Gaps of={gaps} />
          </>
        )
      }
      reason="required"
      run={(values) => ask(ImportPolicyPreset, { input: { id, reason: textOf(values, 'reason') ?? '' } })}
      done={`${name} is imported`}
    />
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined ? 'not asked for' : typeof value === 'string' ? value : JSON.stringify(value);

const Gaps = ({ of }: { readonly of: Preset['gaps'] }): JSX.Element => (
  <Table
    caption="What an import would change"
    rows={of}
    keyOf={({ tier, path }) => `${tier} ${path}`}
    columns={[
      { title: 'Tier', isShort: true, cell: ({ tier }) => words(tier) },
      { title: 'Setting', cell: ({ path }) => <code>{path}</code> },
      { title: 'Now', cell: ({ before }) => <code>{shown(before)}</code> },
      { title: 'After', cell: ({ after }) => <code>{shown(after)}</code> },
    ]}
  />
);

const Clauses = ({ of }: { readonly of: readonly Clause[] }): JSX.Element => (
  <Table
    caption="Clauses"
    rows={of}
    keyOf={({ name }) => name}
    columns={[
      {
        title: 'Clause',
        cell: ({ name, asks }) => (
          <>
            <strong>{name}</strong>
            <span class="sub">{asks}</span>
          </>
        ),
      },
      {
        title: 'Here',
        cell: ({ answer, left }) => {
          const [tone, word] = ANSWERS[answer];
          return (
            <>
              <State tone={tone}>{word}</State>
              {left !== null && <span class="sub">left: {left}</span>}
            </>
          );
        },
      },
      {
        title: 'Controls',
        cell: ({ controls }) =>
          controls.length === 0 ? (
            <span class="muted">none</span>
          ) : (
            <ul class="plain">
              {controls.map(({ kind, name, does, evidence }) => (
                <li key={name + does}>
                  <span class="muted">{words(kind)}</span> <code>{name}</code>: {does}
                  <span class="sub">
                    <Copy text={evidence} shown="its evidence as a query" />
                  </span>
                </li>
              ))}
            </ul>
          ),
      },
    ]}
  />
);
