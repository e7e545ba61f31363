import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { Bars } from '../../charts/waterfall.tsx';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId, Digest } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { decimal, percent } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { inFull, Time } from '../../ui/time.tsx';
import { PredictionPage, type PredictionPageQuery } from './operations.ts';

type Explained = NonNullable<PredictionPageQuery['explainPrediction']>;
type Value = Explained['prediction']['inputs'][number];

const shown = ({ number, text, boolean }: Value): string =>
  number !== null ? String(Number(number.toPrecision(6))) : (text ?? (boolean === null ? '–' : String(boolean)));

const ageOf = ({ ageMs }: Value): string =>
  ageMs === null ? '' : ageMs < 120_000 ? `${Math.round(ageMs / 1_000)} s` : `${Math.round(ageMs / 60_000)} min`;

/** Why this answer? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('prediction', tail);
  const query = useQuery(PredictionPage, { id });
  const explained = query.data?.explainPrediction;
  const instead = insteadOf(id, query, explained);
  if (instead) return instead;
  const prediction = explained?.prediction;
  return (
    <Page
      title={
        prediction
          ? `${decimal(prediction.score)}${prediction.decision === null ? '' : ` · ${prediction.decision}`}`
          : nameOf(id)
      }
      tab="Prediction"
      eyebrow={
        <>
          prediction{' '}
          {prediction?.deployment && (
            <>
              of <AssetLink id={prediction.deployment.id} />
            </>
          )}
        </>
      }
      states={prediction?.fallback && <State tone="warn">{`fallback: ${words(prediction.fallback)}`}</State>}
      lead={prediction && `Answered ${inFull(prediction.occurredAt)}`}
    >
      <div class="columns">
        <div>
          <Panel
            title="Why"
            note="how far each value moved the answer"
            query={query}
            of={(data) => data.explainPrediction?.reasons}
            empty={<Absent of={explained?.absent ?? []} part="reasons" />}
          >
            {(reasons) => (
              <>
                <Bars
                  of={[
                    ...reasons.top.map(({ value, contribution }) => ({
                      name: `${value.name} = ${shown(value)}`,
                      value: contribution,
                    })),
                    ...(reasons.rest === 0 ? [] : [{ name: 'all others', value: reasons.rest }]),
                  ]}
                  format={(value) => (value > 0 ? `+${decimal(value, 3)}` : decimal(value, 3))}
                  label="Contributions"
                />
                <p class="small muted">
                  From {decimal(reasons.base, 3)}, the mean, to {decimal(reasons.total, 3)},{' '}
                  {reasons.space === 'MARGIN' ? 'on the scale before the link' : 'on the scale of the score'};{' '}
                  {words(reasons.source)}.
                </p>
              </>
            )}
          </Panel>
          <Panel title="Features" query={query} of={(data) => data.explainPrediction}>
            {({ features, absent }) =>
              features.length === 0 ? (
                <Absent of={absent} part="features" />
              ) : (
                <Table
                  caption="Features that were read"
                  rows={features}
                  keyOf={({ value }) => value.name}
                  columns={[
                    {
                      title: 'Feature',
                      cell: ({ feature, value }) =>
                        feature ? <AssetLink id={feature.id}>{value.name}</AssetLink> : value.name,
                    },
                    { title: 'Value', isNumber: true, cell: ({ value }) => shown(value) },
                    { title: 'Status', cell: ({ value }) => words(value.status ?? '') },
                    { title: 'Age', isNumber: true, cell: ({ value }) => ageOf(value) },
                  ]}
                />
              )
            }
          </Panel>
          <Panel title="Request" query={query} of={(data) => data.explainPrediction?.prediction.inputs}>
            {(inputs) => <Facts of={inputs.map((value) => [value.name, shown(value)])} />}
          </Panel>
          {(prediction?.rules.length ?? 0) > 0 && (
            <Panel title="Rules" query={query} of={(data) => data.explainPrediction?.prediction.rules}>
              {(rules) => (
                <Table
                  caption="Rules that matched or failed"
                  rows={rules}
                  keyOf={({ name }) => name}
                  columns={[
                    { title: 'Rule', cell: ({ name }) => name },
                    {
                      title: 'What came of it',
                      cell: ({ outcome, error }) => `${words(outcome)}${error === null ? '' : `: ${words(error)}`}`,
                    },
                    { title: 'Action', cell: ({ action }) => action },
                    { title: 'Reason', cell: ({ reason }) => reason },
                  ]}
                />
              )}
            </Panel>
          )}
        </div>
        <aside>
          <Panel title="How" query={query} of={(data) => data.explainPrediction}>
            {({ assignment, models, prediction: of }) => (
              <Facts
                of={[
                  [
                    'Models',
                    models.map(({ modelVersion, name, score }) => (
                      <div key={modelVersion?.id ?? name}>
                        {modelVersion ? <AssetLink id={modelVersion.id} /> : name} {decimal(score)}
                      </div>
                    )),
                  ],
                  [
                    'Sent by',
                    [assignment.layer && words(assignment.layer), assignment.arm, assignment.variant]
                      .filter(Boolean)
                      .join(' · '),
                  ],
                  ['For', assignment.holder && <AssetLink id={assignment.holder} />],
                  ['Unit', assignment.unit],
                  ['Bucket', assignment.bucket === null ? null : decimal(assignment.bucket)],
                  ['Confidence', of.confidence === null ? null : percent(of.confidence)],
                  [
                    'Outcome',
                    of.outcome ? (
                      <>
                        {of.outcome.value} <Time at={of.outcome.occurredAt} />
                      </>
                    ) : (
                      'not yet'
                    ),
                  ],
                  [
                    'Shadow',
                    of.shadow &&
                      (of.shadow.failure === null
                        ? `${decimal(of.shadow.score)} ${of.shadow.decision ?? ''}`
                        : words(of.shadow.failure)),
                  ],
                  ['Node', of.node && <AssetLink id={of.node.id}>{of.node.name}</AssetLink>],
                  ['Release', <Digest key="release" sha256={of.release} />],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Time"
            note="milliseconds by stage"
            query={query}
            of={(data) => data.explainPrediction?.prediction.timings}
          >
            {(timings) => (
              <Bars
                of={timings.map(({ stage, ms }) => ({ name: stage, value: ms }))}
                format={(ms) => `${decimal(ms, 2)} ms`}
                label="Time by stage"
                isNarrow
              />
            )}
          </Panel>
          {prediction?.deployment && (
            <p>
              <a href={href('/predictions', { deployment: prediction.deployment.id })}>Its neighbours</a>
            </p>
          )}
        </aside>
      </div>
      <AsCode
        id={id}
        field="explainPrediction"
        selection="{ prediction { score decision } reasons { base top { value { name } contribution } } }"
      />
    </Page>
  );
};

/** What is not there says why: it was not logged, is too old, or was never made. */
function Absent({ of, part }: { readonly of: Explained['absent']; readonly part: string }): JSX.Element {
  const found = of.filter((one) => one.part === part || one.part.startsWith(part));
  return (
    <>
      {found.map(({ detail }) => (
        <p key={detail} class="muted">
          {detail}
        </p>
      ))}
      {found.length === 0 && <p class="muted">Nothing was recorded.</p>}
    </>
  );
}
