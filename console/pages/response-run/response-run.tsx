import type { JSX } from 'preact';
import { idOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, Copy, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { actionWords, brakeWords, triggerWords } from '../../ui/response-words.ts';
import { isUnderWay, RunState, waitsFor } from '../../ui/response.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { ResponseRunPage } from './operations.ts';
import { RunActions, type Run } from './run-actions.tsx';

/** What is done about one incident, how far it is, and why? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('response-run', tail);
  const query = useQuery(ResponseRunPage, { id });
  const run = query.data?.responseRun;
  useAskAgain(query, !run || isUnderWay(run.state));
  const instead = insteadOf(id, query, run);
  if (instead) return instead;
  return (
    <Page
      title={run ? actionWords(run.definition) : 'Response run'}
      eyebrow="response run"
      states={run && <RunState of={run.state} />}
      lead={run && isUnderWay(run.state) ? `Waits for: ${waitsFor(run)}` : undefined}
      actions={run && <RunActions of={run} />}
    >
      <div class="columns">
        <div>
          <Panel
            title="Steps"
            note="the first first, each with its reason"
            query={query}
            of={(data) => data.responseRun}
          >
            {({ steps }) => (
              <ol class="timeline">
                {steps.map(({ at, kind, by, text }) => (
                  <li key={`${at} ${kind} ${text}`}>
                    <strong>{words(kind)}</strong>
                    <p>{text}</p>
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
          <Panel title="Trouble" query={query} of={(data) => data.responseRun}>
            {({ incident, deployment }) => (
              <Facts
                of={[
                  [
                    'Incident',
                    incident && (
                      <>
                        <AssetLink id={incident.id}>{incident.title}</AssetLink> <StateOf value={incident.status} />
                      </>
                    ),
                  ],
                  ['Deployment', <AssetLink key="deployment" id={deployment.id} />],
                ]}
              />
            )}
          </Panel>
          {run?.retraining && (
            <Section title="Retraining">
              <Learns of={run.retraining} />
            </Section>
          )}
          <Panel title="What came of it" query={query} of={(data) => data.responseRun && resultsOf(data.responseRun)}>
            {(results) => (results.length === 0 ? <p class="muted">Nothing so far.</p> : <Facts of={results} />)}
          </Panel>
          <Panel title="Policy" query={query} of={(data) => data.responseRun}>
            {({ policy, policyRevision, author, definition, startedAt, actedAt, endedAt, expiresAt }) => (
              <Facts
                of={[
                  [
                    'Policy',
                    policy ? (
                      <>
                        <AssetLink id={policy.id}>{policy.name}</AssetLink>, revision {policyRevision}
                      </>
                    ) : (
                      <span class="muted">was deleted</span>
                    ),
                  ],
                  ['On behalf of', person(author)],
                  ['Trigger', triggerWords(definition)],
                  ['Brakes', brakeWords(definition).map((brake) => <div key={brake}>{brake}</div>)],
                  ['Triggered', <Time key="started" at={startedAt} />],
                  ['Asked or acted', actedAt && <Time at={actedAt} />],
                  ['Can be approved until', expiresAt && <Time at={expiresAt} />],
                  ['Ended', endedAt && <Time at={endedAt} />],
                  ['Id', <CopyId key="id" id={id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
      <AsCode id={id} field="responseRun" selection="{ state stage incident { title } steps { at kind by text } }" />
    </Page>
  );
};

/** What it has brought about so far. */
const resultsOf = ({ modelVersion, release, shadow, rollout }: Run): readonly (readonly [string, JSX.Element])[] =>
  (
    [
      ['Model version', modelVersion],
      ['Release', release],
      ['Shadow', shadow],
      ['Rollout', rollout],
    ] as const
  ).flatMap(([name, one]) => (one === null ? [] : [[name, <AssetLink key={one.id} id={one.id} />] as const]));

const Learns = ({ of: { tag, from, to, features } }: { readonly of: NonNullable<Run['retraining']> }): JSX.Element => (
  <Facts
    of={[
      [
        'Learns from',
        <>
          <Time at={from} /> to <Time at={to} />
        </>,
      ],
      ['Features', features.join(', ')],
      ['Tag of its version', <Copy key="tag" text={tag} />],
    ]}
  />
);
