import type { JSX } from 'preact';
import { idOf } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { decimal, span } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { State, StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { IncidentActions } from './incident-actions.tsx';
import { IncidentPage, type IncidentPageQuery, type TroubleCause } from './operations.ts';
import { ResponsePanel } from './response-panel.tsx';

export type Incident = NonNullable<IncidentPageQuery['incident']>;

const FIRST_LOOK: Readonly<Record<TroubleCause, string>> = {
  PIPELINE_FAULT: 'Features are missing or too old. Mend what brings them; do not retrain.',
  COVARIATE_SHIFT: 'What comes in has changed. See which features, and whether scores suffer.',
  PRIOR_SHIFT: 'Answers or outcomes come in other shares than before. There may simply be more of something.',
  CONCEPT_DRIFT: 'The same inputs mean another outcome than before. Retrain on recent outcomes.',
  PERFORMANCE_LOSS: 'Scores are worse, and nothing before it is known. Look by segment, arm and version.',
  INFRASTRUCTURE: 'Answers are slow, fail or stay away. Look at the node or the deployment.',
  OTHER: 'Its rules do not say what they are a sign of: give them a label cause.',
};

/** What happened, where did it begin, and who does what about it? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('incident', tail);
  const query = useQuery(IncidentPage, { id });
  const incident = query.data?.incident;
  const instead = insteadOf(id, query, incident);
  if (instead) return instead;
  return (
    <Page
      title={incident?.title ?? 'Incident'}
      eyebrow="incident"
      states={
        incident && (
          <>
            <StateOf value={incident.status} /> <StateOf value={incident.severity} />
            {incident.resolution?.falseAlarm === true && <State tone="plain">false alarm</State>}
          </>
        )
      }
      lead={incident && FIRST_LOOK[incident.cause]}
      actions={incident && <IncidentActions of={incident} />}
    >
      {incident?.mergedInto && (
        <p class="notice warn">
          It turned out to be part of <AssetLink id={incident.mergedInto}>another incident</AssetLink>: its alerts are
          there.
        </p>
      )}
      <div class="columns">
        <div>
          <Panel
            title="Evidence"
            note="its alerts, and what each is a sign of"
            query={query}
            of={(data) => data.incident?.evidence}
          >
            {(evidence) => <Evidence of={evidence} />}
          </Panel>
          <ResponsePanel id={id} isOpen={incident?.status === 'OPEN'} />
          <Panel title="Timeline" query={query} of={(data) => data.incident?.timeline}>
            {(timeline) => (
              <ol class="timeline">
                {timeline.map(({ at, kind, by, text }) => (
                  <li key={`${at} ${kind} ${text}`}>
                    <strong>{words(kind)}</strong>
                    <p>{kind === 'OPENED' || kind === 'CAUSE_CHANGED' ? words(text) : text}</p>
                    <p class="when">
                      {by !== null && `${person(by)} · `}
                      <Time at={at} />
                    </p>
                  </li>
                ))}
              </ol>
            )}
          </Panel>
        </div>
        <aside>
          <Panel title="Cause" note="an ordering of evidence, not a proof" query={query} of={(data) => data.incident}>
            {({ cause, origin, deployments }) => (
              <>
                <Facts
                  of={[
                    ['Most likely', words(cause)],
                    [
                      `Began at ${words(origin.kind)}`,
                      origin.id === null ? origin.name : <AssetLink id={origin.id}>{origin.name}</AssetLink>,
                    ],
                    [
                      'Deployments',
                      deployments.length > 0 &&
                        deployments.map((one) => (
                          <div key={one.id}>
                            <AssetLink id={one.id} />
                          </div>
                        )),
                    ],
                  ]}
                />
                <ul>
                  {deployments.slice(0, 1).map((one) => (
                    <li key={one.id}>
                      <a href={href('/monitoring', { deployment: one.id })}>How its inputs and scores move</a>
                    </li>
                  ))}
                  {(origin.id ?? deployments[0]?.id) !== undefined && (
                    <li>
                      <a href={href('/lineage', { focus: origin.id ?? deployments[0]?.id ?? id })}>
                        What it is made of, and what it feeds
                      </a>
                    </li>
                  )}
                </ul>
              </>
            )}
          </Panel>
          <Panel title="People" query={query} of={(data) => data.incident}>
            {(of) => (
              <Facts
                of={[
                  [
                    'On it',
                    of.acknowledgedBy === null ? (
                      <span class="muted">nobody yet</span>
                    ) : (
                      <>
                        {person(of.acknowledgedBy)} <Time at={of.acknowledgedAt} />
                      </>
                    ),
                  ],
                  ...of.roles.map(({ role, person: who }) => [words(role), person(who)] as const),
                  [
                    'Resolved by',
                    of.resolution && (
                      <>
                        {person(of.resolution.by)} <Time at={of.resolution.at} />: {of.resolution.comment}
                      </>
                    ),
                  ],
                ]}
              />
            )}
          </Panel>
          <Panel title="Times" query={query} of={(data) => data.incident}>
            {(of) => (
              <Facts
                of={[
                  ['Began', <Time key="began" at={of.startedAt} />],
                  ['Until somebody was on it', of.secondsToAcknowledge !== null && span(of.secondsToAcknowledge)],
                  ['Ended', of.resolvedAt && <Time at={of.resolvedAt} />],
                  ['Lasted', of.secondsToResolve !== null && span(of.secondsToResolve)],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
      <AsCode id={id} field="incident" selection="{ status cause origin { kind name } timeline { at kind by text } }" />
    </Page>
  );
};

const Evidence = ({ of }: { readonly of: Incident['evidence'] }): JSX.Element => (
  <Table
    caption="Alerts of this incident"
    rows={of}
    keyOf={({ alert, firedAt }) => `${alert} ${firedAt}`}
    columns={[
      {
        title: 'Stands',
        isShort: true,
        cell: ({ endedAt }) => <StateOf value={endedAt === null ? 'FIRING' : 'RESOLVED'} />,
      },
      {
        title: 'What it said',
        cell: ({ alert, text, isComposite, context }) => (
          <>
            <AssetLink id={alert}>{text}</AssetLink>
            {isComposite && <span class="sub">what the others have in common</span>}
            {context.map(({ name, value, labels }) => {
              const series = labels.map((one) => `${one.name}=${one.value}`).join(' ');
              return (
                <span class="sub" key={`${name} ${series}`}>
                  {name} {series} was {decimal(value)}
                </span>
              );
            })}
          </>
        ),
      },
      { title: 'A sign of', cell: ({ cause }) => words(cause) },
      {
        title: 'Fired',
        cell: ({ firedAt, endedAt }) => (
          <>
            <Time at={firedAt} />
            {endedAt !== null && (
              <span class="sub">
                ended <Time at={endedAt} />
              </span>
            )}
          </>
        ),
      },
    ]}
  />
);
