import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { PoliciesPage } from './operations.ts';
import { asked } from './asked.ts';

/** What a version must show before it serves, by risk tier; and what regulators ask for. */
export const page: PageComponent = () => {
  const query = useQuery(PoliciesPage, {});
  return (
    <Page
      title="Policies"
      lead="What a model version must show before it serves, by how much harm a wrong answer can do; and which control answers what a regulator asks for."
    >
      <Panel title="Risk tiers" query={query} of={(data) => data.tierPolicies}>
        {(tiers) => (
          <Table
            caption="What each risk tier asks for"
            rows={tiers}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Tier', isShort: true, cell: ({ tier }) => <strong>{words(tier)}</strong> },
              {
                title: 'Asks for',
                cell: ({ policy }) => (
                  <ul class="plain">
                    {asked(policy).map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                ),
              },
              {
                title: 'Changed',
                cell: ({ changedAt, changedBy, revision }) =>
                  changedAt === null || changedBy === null ? (
                    <span class="muted">as it comes</span>
                  ) : (
                    <>
                      <Time at={changedAt} />
                      <span class="sub">
                        revision {revision}, by {person(changedBy)}
                      </span>
                    </>
                  ),
              },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Presets of regulators"
        note="in our words; no legal advice"
        query={query}
        of={(data) => data.policyPresets}
      >
        {(presets) => (
          <Table
            caption="Presets of regulators"
            rows={presets}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Preset',
                cell: ({ id, name, title }) => (
                  <>
                    <AssetLink id={id}>{name}</AssetLink>
                    <span class="sub">{title}</span>
                  </>
                ),
              },
              { title: 'Clauses', isNumber: true, cell: ({ clauses }) => clauses.length },
              ...(['ANSWERED', 'PARTLY', 'NOT_ANSWERED'] as const).map((answer) => ({
                title: ANSWERS[answer],
                isNumber: true,
                cell: ({ clauses }: (typeof presets)[number]) => clauses.filter((one) => one.answer === answer).length,
              })),
              {
                title: 'Imported',
                cell: ({ imported }) =>
                  imported === null ? (
                    <span class="muted">no</span>
                  ) : (
                    <>
                      <Time at={imported.at} />
                      <span class="sub">by {person(imported.by)}</span>
                    </>
                  ),
              },
              {
                title: 'Holds',
                cell: ({ gaps, imported }) =>
                  gaps.length === 0 ? (
                    <State tone="good">each tier asks for as much</State>
                  ) : (
                    <State tone={imported === null ? 'plain' : 'warn'}>
                      {gaps.length === 1 ? '1 setting asks' : `${gaps.length} settings ask`} for less
                    </State>
                  ),
              },
            ]}
          />
        )}
      </Panel>
    </Page>
  );
};

const ANSWERS = { ANSWERED: 'Answered', PARTLY: 'In part', NOT_ANSWERED: 'Not' } as const;
