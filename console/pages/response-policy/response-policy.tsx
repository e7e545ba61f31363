import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useAskAgain } from '../../graph/ask-again.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { actionWords, brakeWords, triggerWords } from '../../ui/response-words.ts';
import { PolicyState, Runs } from '../../ui/response.tsx';
import { State, words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { ResponsePolicyPage, RunsOfPolicy, type ResponseLevel } from './operations.ts';
import { PolicyActions } from './policy-actions.tsx';

const LEVELS: Readonly<Record<ResponseLevel, string>> = {
  OBSERVE: 'keeps on record what it would have done',
  SUGGEST: 'says what to do; people do it',
  APPROVE: 'asks an approver who did not make it',
  AUTOMATIC: 'acts by itself',
};

/** Which trouble, what holds it back, what is done, and how far alone? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('response-policy', tail);
  const query = useQuery(ResponsePolicyPage, { id });
  useAskAgain(query);
  const policy = query.data?.responsePolicy;
  const instead = insteadOf(id, query, policy);
  if (instead) return instead;
  return (
    <Page
      title={policy?.name ?? nameOf(id)}
      eyebrow="response policy"
      states={
        policy && (
          <>
            <PolicyState paused={policy.paused} /> <State tone="plain">{words(policy.level)}</State>
          </>
        )
      }
      lead={policy?.description === '' ? undefined : policy?.description}
      actions={policy && <PolicyActions of={policy} />}
    >
      {policy?.paused && (
        <p class="notice warn">
          <strong>{policy.paused.by === null ? 'Its breaker opened' : `Paused by ${person(policy.paused.by)}`}</strong>{' '}
          <Time at={policy.paused.at} />: {policy.paused.reason}. It does nothing until a person resumes it.
        </p>
      )}
      <div class="columns">
        <div>
          <RunsPanel policy={id} />
        </div>
        <aside>
          <Panel title="What it does" query={query} of={(data) => data.responsePolicy}>
            {({ deployment, level, definition }) => (
              <Facts
                of={[
                  ['On', <AssetLink key="deployment" id={deployment.id} />],
                  ['Trigger', triggerWords(definition)],
                  ['Action', actionWords(definition)],
                  ['Level', `${words(level)}: ${LEVELS[level]}`],
                  ['Brakes', brakeWords(definition).map((brake) => <div key={brake}>{brake}</div>)],
                ]}
              />
            )}
          </Panel>
          <Panel title="Who said so" query={query} of={(data) => data.responsePolicy}>
            {(of) => (
              <Facts
                of={[
                  ['Acts on behalf of', person(of.changedBy)],
                  [
                    'Revision',
                    <>
                      {of.revision}, <Time at={of.changedAt} />
                    </>,
                  ],
                  [
                    'Made by',
                    <>
                      {person(of.createdBy)} <Time at={of.createdAt} />
                    </>,
                  ],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
      <AsCode id={id} field="responsePolicy" selection="{ level definition paused { at by reason } }" />
    </Page>
  );
};

function RunsPanel({ policy }: { readonly policy: string }): JSX.Element {
  const query = useQuery(RunsOfPolicy, { policy, first: PAGE_ROWS, after: useAfter() });
  useAskAgain(query);
  return (
    <Panel
      title="Runs"
      note="the newest first"
      query={query}
      of={({ responseRuns }) => (responseRuns && responseRuns.edges.length > 0 ? responseRuns : null)}
      empty={<p class="muted">It was not triggered yet.</p>}
    >
      {({ edges, pageInfo }) => (
        <>
          <Runs of={edges.map(({ node }) => node)} about="policy" />
          <Pager pageInfo={pageInfo} />
        </>
      )}
    </Panel>
  );
}
