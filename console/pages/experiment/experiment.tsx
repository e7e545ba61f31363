import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { heardWords, useFollow } from '../../graph/follow.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Prose } from '../../ui/prose.tsx';
import { StateOf } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ExperimentActions } from './experiment-actions.tsx';
import { ExperimentLive, ExperimentPage, ExperimentResult } from './operations.ts';
import { Result } from './result.tsx';

/** As often it is asked how it stands, where nothing else came. */
const EVERY_SECONDS = 10;

/** Ship, do not, or wait? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('experiment', tail);
  const query = useQuery(ExperimentPage, { id });
  const result = useQuery(ExperimentResult, { id });
  const experiment = query.data?.experiment;
  const ask = (): void => {
    query.refetch();
    result.refetch();
  };
  const followed = experiment?.status === 'RUNNING' ? { id, everySeconds: EVERY_SECONDS } : null;
  const isLive = useFollow(ExperimentLive, followed, { onNext: ask, ask });
  const instead = insteadOf(id, query, experiment);
  if (instead) return instead;
  return (
    <Page
      title={experiment?.name ?? nameOf(id)}
      eyebrow={
        <>
          experiment{' '}
          {experiment?.deployment && (
            <>
              on <AssetLink id={experiment.deployment.id} />
            </>
          )}
        </>
      }
      states={experiment && <StateOf value={experiment.status} />}
      lead={experiment?.hypothesis}
      actions={experiment && <ExperimentActions of={experiment} />}
    >
      {experiment?.leaseLostAt && (
        <p class="notice warn">
          Somebody else took over the traffic <Time at={experiment.leaseLostAt} />, by a rollback or a kill: it splits
          no more.
        </p>
      )}
      {experiment?.decision && (
        <div class={`verdict ${experiment.decision.ships ? 'good' : ''}`}>
          <p>{experiment.decision.ships ? `${experiment.decision.arm} ships` : 'The control stays'}</p>
          <p>{experiment.decision.reason}</p>
          <p class="small muted">
            {experiment.decision.by.replace(/^user:/, '')} · <Time at={experiment.decision.at} />
          </p>
        </div>
      )}
      <div class="columns">
        <div>
          <Panel
            title="Result"
            note={`by outcomes that servers reported${heardWords(followed !== null, isLive)}`}
            query={result}
            of={(data) => data.experiment?.result}
            empty={<p class="muted">No unit was exposed yet: there is nothing to compare.</p>}
          >
            {(value) => (
              <Result of={value} mde={experiment?.design.absoluteMde} isShare={experiment?.metric.metric == null} />
            )}
          </Panel>
          {experiment && experiment.description !== '' && (
            <Section title="Description">
              <Prose text={experiment.description} />
            </Section>
          )}
        </div>
        <aside>
          <Panel title="Arms" query={query} of={(data) => data.experiment?.arms}>
            {(arms) => (
              <Facts
                of={arms.map(({ arm, isControl, share, modelVersions }) => [
                  `${arm}${isControl && arm !== 'control' ? ' (control)' : ''} ${percent(share, 0)}`,
                  modelVersions.map((version) => (
                    <div key={version.id}>
                      <AssetLink id={version.id} />
                    </div>
                  )),
                ])}
              />
            )}
          </Panel>
          <Panel title="Design" query={query} of={(data) => data.experiment}>
            {({ design, metric, unit, targeting, namespace, stratum, covariate, createdBy, createdAt }) => (
              <Facts
                of={[
                  ['Unit', unit],
                  ['About', targeting === null ? 'all requests' : <code key="about">{targeting}</code>],
                  ...(namespace
                    ? [
                        [
                          'Namespace',
                          `${namespace.name}, ${percent(namespace.from, 1)} to ${percent(namespace.to, 1)}`,
                        ] as const,
                      ]
                    : []),
                  ...(metric.metric === null
                    ? ([
                        ['Counts as success', `outcome from ${metric.positiveFrom} up`],
                        ['Rate without change', percent(design.baseline)],
                        ['Least effect', percent(design.absoluteMde, 2)],
                      ] as const)
                    : ([
                        ['Decided by', `${metric.metric}, revision ${metric.revision}`],
                        ['Value without change', `${decimal(design.baseline)} ± ${decimal(design.deviation)}`],
                        ['Least effect', decimal(design.absoluteMde)],
                      ] as const)),
                  ...(stratum === null ? [] : [['Compared within', stratum] as const]),
                  ...(covariate
                    ? [['Taken out', `${covariate.event} of the ${covariate.days} days before`] as const]
                    : []),
                  ['Level and power', `${percent(design.alpha, 0)}, ${percent(design.power, 0)}`],
                  ['Units', `${count(design.totalUnits)} in all arms`],
                  [
                    'Designed',
                    <>
                      <Time at={createdAt} /> by {createdBy.replace(/^user:/, '')}
                    </>,
                  ],
                  ['Id', <CopyId key="id" id={id} />],
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Revisions"
            query={query}
            of={(data) => data.experiment?.revisions}
            empty={<p class="muted">Never started.</p>}
          >
            {(revisions) => (
              <Table
                caption="Revisions"
                rows={revisions}
                keyOf={({ number }) => String(number)}
                columns={[
                  {
                    title: 'Split',
                    isShort: true,
                    cell: ({ shares }) => shares.map(({ share }) => percent(share, 0)).join(' / '),
                  },
                  { title: 'About', cell: ({ targeting }) => (targeting === null ? 'all' : <code>{targeting}</code>) },
                  {
                    title: 'Ran',
                    cell: ({ startedAt, endedAt }) => (
                      <>
                        <Time at={startedAt} /> to {endedAt === null ? 'now' : <Time at={endedAt} />}
                      </>
                    ),
                  },
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
      <AsCode
        id={id}
        field="experiment"
        selection="{ status result { recommendation ships comparisons { arm difference interval { lower upper } } } }"
      />
    </Page>
  );
};
