import type { JSX } from 'preact';
import { Intervals } from '../../charts/intervals.tsx';
import { Progress } from '../../charts/progress.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import type { ExperimentResultQuery } from './operations.ts';

type ResultOf = NonNullable<NonNullable<ExperimentResultQuery['experiment']>['result']>;

const VERDICTS: Readonly<Record<string, { readonly text: string; readonly tone: string }>> = {
  SHIP: { text: 'An arm is better and holds its guardrails: it may ship', tone: 'good' },
  KEEP: { text: 'No arm may ship: keep the control', tone: '' },
  CONTINUE: { text: 'Too early to say: it goes on to the planned number of units', tone: 'warn' },
  INVALID: { text: 'The result cannot be trusted', tone: 'bad' },
};

interface Shown {
  readonly of: ResultOf;
  readonly mde: number | undefined;
  /** Whether the share of units that convert decides, and not a metric. */
  readonly isShare: boolean;
}

/** Banner first, then the verdict in words, then the numbers. */
export function Result({ of, mde, isShare }: Shown): JSX.Element {
  const inWords = (value: number | null): string => (isShare ? percent(value, 2) : decimal(value));
  const verdict = VERDICTS[of.recommendation] ?? { text: words(of.recommendation), tone: '' };
  return (
    <>
      {of.sampleRatio.mismatch && (
        <p class="notice bad">
          The arms did not get the units that the split says (p = {decimal(of.sampleRatio.p)}): look for what loses or
          adds exposures before you believe anything below.
        </p>
      )}
      <div class={`verdict ${verdict.tone}`}>
        <p>{of.ships === null ? verdict.text : `${of.ships} is better and holds its guardrails: it may ship`}</p>
        {of.banner !== null && <p>{of.banner}</p>}
        {of.reasons.map((reason) => (
          <p key={reason} class="small">
            {reason}
          </p>
        ))}
      </div>
      {of.warnings.map((warning) => (
        <p key={warning} class="notice warn">
          {warning}
        </p>
      ))}
      <div class="figures">
        {of.arms.map(({ arm, rate, value, tested, needed }) => (
          <div key={arm}>
            <p class="label">{arm}</p>
            <p class="figure">{inWords(rate ?? value)}</p>
            <Progress value={tested} of={needed} label={`${arm}: ${count(tested)} of ${count(needed)} planned units`} />
            <p class="small muted">
              {count(tested)} of {count(needed)} planned
            </p>
          </div>
        ))}
      </div>
      {of.plans.map(({ arm, summary }) => (
        <p key={arm} class="small">
          Plan: {summary}
        </p>
      ))}
      {of.comparisons.map((comparison) => (
        <section key={comparison.arm}>
          <h3>
            Difference of the {isShare ? 'rates' : 'values'}, {comparison.arm} less control
          </h3>
          <Intervals
            of={intervalsOf(comparison)}
            margin={mde}
            format={(value) => (isShare ? percent(value, 1) : decimal(value))}
            label={`The difference is ${inWords(comparison.difference)}, between ${inWords(comparison.interval?.lower ?? null)} and ${inWords(comparison.interval?.upper ?? null)}.`}
          />
          <p class="small">
            {comparison.bayesian && (
              <>
                Chance that {comparison.arm} is better: {percent(comparison.bayesian.chanceToWin)}. Choosing it wrongly
                would cost {inWords(comparison.bayesian.lossOfCandidate)} on average, keeping the control wrongly{' '}
                {inWords(comparison.bayesian.lossOfControl)}.
              </>
            )}
            {comparison.unadjusted && (
              <>
                {' '}
                Without what was taken out it is {inWords(comparison.unadjusted.difference)}, between{' '}
                {inWords(comparison.unadjusted.interval?.lower ?? null)} and{' '}
                {inWords(comparison.unadjusted.interval?.upper ?? null)}; the variance is{' '}
                {gained(comparison.unadjusted.varianceReduction)}.
              </>
            )}
            {/* Before the planned number of units a p-value decides nothing, and so is not shown. */}
            {!of.peeking && ` p = ${decimal(comparison.pAdjusted)}.`}
          </p>
        </section>
      ))}
      <p class="small muted">
        The bars hold the true differences in {percent(of.confidence, 0)} of such experiments. If one crosses zero,
        nothing is shown; the dashed line is the least effect that was planned for. The always-valid bars may be looked
        at as often as one likes. How: {of.method}. Computed <Time at={of.computedAt} />.
      </p>
      {of.guardrails.length > 0 && <Guardrails of={of.guardrails} />}
      {of.secondary.length > 0 && <Secondary of={of.secondary} />}
      <Table
        caption="The arms in numbers"
        rows={of.arms}
        keyOf={({ arm }) => arm}
        columns={[
          { title: 'Arm', cell: ({ arm }) => arm },
          { title: 'Exposed', isNumber: true, cell: ({ exposed }) => count(exposed) },
          { title: 'With outcome', isNumber: true, cell: ({ labelled }) => count(labelled) },
          { title: 'Without', isNumber: true, cell: ({ missing }) => count(missing) },
          { title: 'Success', isNumber: true, cell: ({ converted }) => count(converted) },
          {
            title: isShare ? 'Rate' : 'Value',
            isNumber: true,
            cell: ({ rate, value, interval }) =>
              `${inWords(rate ?? value)} (${inWords(interval?.lower ?? null)} to ${inWords(interval?.upper ?? null)})`,
          },
        ]}
      />
    </>
  );
}

/** What taking something out gained, as one says it. */
function gained(share: number | null): string {
  if (share === null) return 'not known';
  return share >= 0 ? `${percent(share, 0)} less` : `${percent(-share, 0)} more`;
}

const intervalsOf = ({ interval, difference, sequential }: ResultOf['comparisons'][number]) => [
  ...(interval ? [{ name: 'difference', ...interval, value: difference, main: true }] : []),
  ...(sequential ? [{ name: 'always valid', ...sequential.interval, value: null }] : []),
];

const Guardrails = ({ of }: { readonly of: ResultOf['guardrails'] }): JSX.Element => (
  <Table
    caption="Guardrails"
    rows={of}
    keyOf={({ arm, metric }) => `${arm} ${metric}`}
    columns={[
      { title: 'Arm', isShort: true, cell: ({ arm }) => arm },
      { title: 'Metric', isShort: true, cell: ({ metric }) => metric },
      { title: 'State', isShort: true, cell: ({ state }) => <StateOf value={state} /> },
      { title: 'Why', cell: ({ inWords }) => inWords },
    ]}
  />
);

const Secondary = ({ of }: { readonly of: ResultOf['secondary'] }): JSX.Element => (
  <Table
    caption="Secondary metrics: corrected for their number, they decide nothing"
    rows={of}
    keyOf={({ arm, metric }) => `${arm} ${metric}`}
    columns={[
      { title: 'Arm', isShort: true, cell: ({ arm }) => arm },
      { title: 'Metric', cell: ({ metric }) => metric },
      { title: 'Control', isNumber: true, cell: ({ control }) => decimal(control) },
      { title: 'Arm’s', isNumber: true, cell: ({ value }) => decimal(value) },
      { title: 'Change', isNumber: true, cell: ({ relativeLift }) => percent(relativeLift, 1) },
      { title: 'p', isNumber: true, cell: ({ pAdjusted }) => decimal(pAdjusted) },
    ]}
  />
);
