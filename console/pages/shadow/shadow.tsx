import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { Intervals } from '../../charts/intervals.tsx';
import { ask } from '../../graph/ask.ts';
import { heardWords, useFollow } from '../../graph/follow.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Details } from './breakdowns.tsx';
import { BeginShadow, EndShadow, ShadowLive, ShadowPage, type ShadowPageQuery } from './operations.ts';

type Shadow = NonNullable<ShadowPageQuery['shadow']>;

/** As often it is asked how it stands, where nothing else came. */
const EVERY_SECONDS = 10;

/** Would the candidate have answered better, and how often otherwise? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('shadow', tail);
  const query = useQuery(ShadowPage, { id });
  const shadow = query.data?.shadow;
  const followed = shadow?.status === 'RUNNING' ? { id, everySeconds: EVERY_SECONDS } : null;
  const isLive = useFollow(ShadowLive, followed, { onNext: query.refetch, ask: query.refetch });
  const instead = insteadOf(id, query, shadow);
  if (instead) return instead;
  return (
    <Page
      title={shadow?.name ?? nameOf(id)}
      eyebrow={
        <>
          shadow{' '}
          {shadow?.deployment && (
            <>
              of <AssetLink id={shadow.deployment.id} />
            </>
          )}
        </>
      }
      states={shadow && <StateOf value={shadow.status} />}
      lead={shadow?.hypothesis}
      actions={shadow && <ShadowActions of={shadow} />}
    >
      <div class="columns">
        <div>
          <Panel
            title="Result"
            note={heardWords(followed !== null, isLive).replace(' · ', '')}
            query={query}
            of={(data) => data.shadow?.result}
            empty={<p class="muted">No pair of answers yet.</p>}
          >
            {(result) => <Result of={result} />}
          </Panel>
          {shadow && <Details id={id} pairs={shadow.result?.pairs ?? 0} />}
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.shadow}>
            {(of) => (
              <Facts
                of={[
                  ['Candidate', of.modelVersions.map((version) => <AssetLink key={version.id} id={version.id} />)],
                  ['Share', percent(of.share, 0)],
                  ['Unit', of.unit],
                  ['Started', of.startedAt && <Time at={of.startedAt} />],
                  ['Stopped', of.stoppedAt && <Time at={of.stoppedAt} />],
                  ['Ends', of.endsAt && <Time at={of.endsAt} />],
                  [
                    'Chosen',
                    of.accounting && `${count(of.accounting.chosen)}, recorded ${count(of.accounting.recorded)}`,
                  ],
                  [
                    'Lost',
                    of.accounting && `${count(of.accounting.dropped)} dropped, ${count(of.accounting.queued)} queued`,
                  ],
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

function ShadowActions({ of: { id, name, status } }: { readonly of: Shadow }): JSX.Element | null {
  const may = useMay(['startShadow', 'stopShadow'], id);
  if (status === 'DRAFT') {
    return (
      <Action
        label="Start"
        tone="primary"
        title={`Start ${name}`}
        permission={may('startShadow')}
        effect={<p>Nodes score the candidate as well. Answers stay as they are.</p>}
        reason="none"
        run={() => ask(BeginShadow, { input: { shadow: id } })}
        done={`${name} runs`}
      />
    );
  }
  if (status !== 'RUNNING') return null;
  return (
    <Action
      label="Stop"
      tone="danger"
      title={`Stop ${name}`}
      permission={may('stopShadow')}
      effect={<p>Nodes score the candidate no more. What was recorded stays.</p>}
      reason="required"
      run={(values) => ask(EndShadow, { input: { shadow: id, reason: textOf(values, 'reason') ?? '' } })}
      done={`${name} is stopped`}
    />
  );
}

const TONES: Readonly<Record<string, string>> = {
  CANDIDATE_BETTER: 'good',
  PRIMARY_BETTER: 'bad',
  CANDIDATE_FAILS: 'bad',
};

function Result({ of }: { readonly of: NonNullable<Shadow['result']> }): JSX.Element {
  const { brier } = of;
  const { interval, difference } = brier.test;
  return (
    <>
      <div class={`verdict ${TONES[of.recommendation] ?? 'warn'}`}>
        <p>{words(of.recommendation)}</p>
        <p>{of.reason}</p>
      </div>
      <div class="figures">
        <Figure label="pairs" value={count(of.pairs)} />
        <Figure label="same decision" value={percent(of.agreement.rate)} />
        <Figure label="failed" value={percent(of.failed.rate)} />
        <Figure
          label="AUC, candidate and primary"
          value={`${decimal(of.auc.candidate)} / ${decimal(of.auc.primary)}`}
        />
      </div>
      {interval && (
        <>
          <h3>Difference of the Brier scores, candidate less primary: below zero it is better</h3>
          <Intervals
            of={[
              { name: 'one look', ...interval, value: difference, main: true },
              ...(brier.alwaysValidInterval
                ? [{ name: 'always valid', ...brier.alwaysValidInterval, value: null }]
                : []),
            ]}
            format={(value) => decimal(value)}
            label={`The difference is ${decimal(difference)}, between ${decimal(interval.lower)} and ${decimal(interval.upper)}.`}
          />
        </>
      )}
      <Table
        caption="Decisions of both"
        rows={of.decisions}
        keyOf={({ primary, candidate }) => `${primary} ${candidate}`}
        columns={[
          { title: 'Primary', cell: ({ primary }) => primary },
          { title: 'Candidate', cell: ({ candidate }) => candidate },
          { title: 'Answers', isNumber: true, cell: (pair) => count(pair.count) },
        ]}
      />
    </>
  );
}

const Figure = ({ label, value }: { readonly label: string; readonly value: string }): JSX.Element => (
  <div>
    <p class="label">{label}</p>
    <p class="figure">{value}</p>
  </div>
);
