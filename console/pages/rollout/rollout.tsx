import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useRef } from 'preact/hooks';
import { heardWords, useFollow } from '../../graph/follow.ts';
import { putAnswer, useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { decimal, percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PAGE_ROWS, Pager, useAfter } from '../../ui/pager.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Prose } from '../../ui/prose.tsx';
import { State, StateOf, words, type Tone } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Ladder } from './ladder.tsx';
import {
  RolloutLive,
  RolloutNow,
  RolloutPage,
  RolloutVerdicts,
  type RolloutPageQuery,
  type RolloutVerdictWord,
} from './operations.ts';
import { RolloutActions } from './rollout-actions.tsx';
import { Verdict } from './verdict.tsx';

const TONES: Readonly<Record<RolloutVerdictWord, Tone>> = {
  CONTINUE: 'good',
  WAIT: 'plain',
  HOLD: 'warn',
  ROLLBACK: 'bad',
};

/** As often it is sent how it stands, where nothing else came. */
const EVERY_SECONDS = 5;

/** How far is the candidate, and why no further? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('rollout', tail);
  const query = useQuery(RolloutPage, { id });
  const now = useQuery(RolloutNow, { id });
  const verdicts = useQuery(RolloutVerdicts, { id, first: PAGE_ROWS, after: useAfter() });
  const rollout = query.data?.rollout;
  const seen = useRef<number>(undefined);
  const followed = rollout?.status === 'RUNNING' ? { id, everySeconds: EVERY_SECONDS } : null;
  const isLive = useFollow(RolloutLive, followed, {
    onNext: (data) => {
      const change = data?.rolloutChanged;
      if (change?.rollout) putAnswer(RolloutNow, { id }, { rollout: change.rollout });
      else now.refetch();
      if (change?.revision === seen.current) return;
      seen.current = change?.revision;
      query.refetch();
      verdicts.refetch();
    },
    ask: () => {
      for (const one of [query, now, verdicts]) one.refetch();
    },
  });
  const instead = insteadOf(id, query, rollout);
  if (instead) return instead;
  return (
    <Page
      title={rollout?.name ?? nameOf(id)}
      eyebrow={
        <>
          rollout{' '}
          {rollout?.deployment && (
            <>
              on <AssetLink id={rollout.deployment.id} />
            </>
          )}
        </>
      }
      states={
        rollout && (
          <>
            <StateOf value={rollout.status} />
            {rollout.paused && <State tone="warn">paused</State>}
          </>
        )
      }
      lead={rollout?.hypothesis}
      actions={rollout && <RolloutActions of={rollout} />}
    >
      {rollout?.leaseLostAt && (
        <p class="notice warn">
          Somebody else took over the traffic <Time at={rollout.leaseLostAt} />, by a rollback or a kill: it is judged
          no more. Roll it back to end it.
        </p>
      )}
      {rollout?.paused && (
        <p class="notice warn">
          Paused <Time at={rollout.paused.at} /> by {rollout.paused.by.replace(/^user:/, '')}: {rollout.paused.reason}
        </p>
      )}
      {rollout?.pendingStep && (
        <p class="notice warn">
          The registry has not answered yet: {words(rollout.pendingStep)} is sent again until it does.
        </p>
      )}
      <div class="columns">
        <div>
          <Panel title="Steps" query={query} of={(data) => data.rollout}>
            {(of) => <Ladder of={of} />}
          </Panel>
          <Panel
            title="Now"
            note={`what it would be judged at this moment; looking moves nothing${heardWords(followed !== null, isLive)}`}
            query={now}
            of={(data) => data.rollout?.evaluation}
            empty={<p class="muted">No step is in force.</p>}
          >
            {(evaluation) => <Verdict of={evaluation} step={rollout?.step ?? 0} />}
          </Panel>
          <Panel
            title="Verdicts"
            note="kept where something followed, or where it said something else than before"
            query={verdicts}
            of={(data) => (data.rollout && data.rollout.verdicts.edges.length > 0 ? data.rollout.verdicts : null)}
            empty={<p class="muted">It was not judged yet.</p>}
          >
            {({ edges, pageInfo }) => (
              <>
                <Table
                  caption="Verdicts, the newest first"
                  rows={edges.map(({ node }) => node)}
                  keyOf={(one) => one.id}
                  columns={[
                    { title: 'When', cell: ({ at }) => <Time at={at} /> },
                    { title: 'Step', isNumber: true, cell: ({ step }) => String(step) },
                    {
                      title: 'Verdict',
                      cell: ({ verdict }) => <State tone={TONES[verdict]}>{words(verdict)}</State>,
                    },
                    { title: 'Why', cell: ({ reasons }) => reasons.join('; ') },
                    {
                      title: 'Replays',
                      cell: ({ replays }) => (replays ? 'as it was' : <State tone="bad">otherwise</State>),
                    },
                  ]}
                />
                <Pager pageInfo={pageInfo} />
              </>
            )}
          </Panel>
          {rollout && rollout.description !== '' && (
            <Section title="Description">
              <Prose text={rollout.description} />
            </Section>
          )}
        </div>
        <aside>
          {rollout?.blueGreen && <Limits of={rollout.blueGreen} />}
          <Panel
            title="Guardrails"
            query={query}
            of={(data) => (data.rollout && data.rollout.guardrails.length > 0 ? data.rollout.guardrails : null)}
            empty={<p class="muted">None: all traffic is switched at once.</p>}
          >
            {(guardrails) => (
              <Facts
                of={guardrails.map(({ metric, revision, margin, marginKind, segment }) => [
                  `${nameOf(metric)}@${revision}`,
                  `${margin === null ? 'under its ceiling' : `worse by ${marginKind === 'RELATIVE' ? percent(margin) : decimal(margin)} at most`}${segment === null ? '' : `, also within each ${segment}`}`,
                ])}
              />
            )}
          </Panel>
          <Panel title="About" query={query} of={(data) => data.rollout}>
            {(of) => (
              <Facts
                of={[
                  ['Candidate', of.candidate && <AssetLink id={of.candidate.id} />],
                  ['Control', of.control && <AssetLink id={of.control.id} />],
                  ['Unit', of.unit],
                  ['False alarms', `${percent(of.alpha, 0)} over everything`],
                  ['When time is over', words(of.onExpiry)],
                  [
                    'Planned',
                    <>
                      <Time at={of.createdAt} /> by {of.createdBy.replace(/^user:/, '')}
                    </>,
                  ],
                  ['Ended', of.endedAt && <Time at={of.endedAt} />],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
      <AsCode id={id} field="rollout" selection="{ status step evaluation { verdict reasons missing about } }" />
    </Page>
  );
};

/** What a blue-green switch is checked by. */
const Limits = ({ of }: { readonly of: NonNullable<NonNullable<RolloutPageQuery['rollout']>['blueGreen']> }) => (
  <Section title="Limits">
    <Facts
      of={[
        ['Memory of a node', `${percent(of.maxMemoryShare, 0)} at most`],
        ['Errors', `${percent(of.maxErrorShare)} of the answers at most`],
        ['99th percentile', `${decimal(of.maxP99Ms)} ms at most`],
        ['Requests a second', of.minPerSecond === null ? null : `${decimal(of.minPerSecond)} at least`],
        ['Features', of.maxStaleShare === null ? null : `${percent(of.maxStaleShare)} too old or not there at most`],
        ['Judged over', `${of.windowSeconds} s, from ${of.minAnswers} answers on`],
        ['Ready at the switch', of.nodes.length === 0 ? null : of.nodes.join(', ')],
      ]}
    />
  </Section>
);
