import type { JSX } from 'preact';
import { Intervals } from '../../charts/intervals.tsx';
import { Progress } from '../../charts/progress.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import type { ExperimentResultQuery } from './operations.ts';

type ResultOf = NonNullable<NonNullable<ExperimentResultQuery['experiment']>['result']>;

const VERDICTS: Readonly<Record<string, { readonly text: string; readonly tone: string }>> = {
  SHIP: { text: 'The candidate is better by what was planned: it may ship', tone: 'good' },
  KEEP: { text: 'The candidate is not better by what was planned: keep the control', tone: '' },
  CONTINUE: { text: 'Too early to say: it goes on to the planned number of units', tone: 'warn' },
  INVALID: { text: 'The result cannot be trusted', tone: 'bad' },
};

/** Banner first, then the verdict in words, then the numbers. */
export function Result({ of, mde }: { readonly of: ResultOf; readonly mde: number | undefined }): JSX.Element {
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
        <p>{verdict.text}</p>
        {of.banner !== null && <p>{of.banner}</p>}
        {of.reasons.map((reason) => (
          <p key={reason} class="small">
            {reason}
          </p>
        ))}
      </div>
      <div class="figures">
        {of.arms.map(({ arm, rate, tested, needed }) => (
          <div key={arm}>
            <p class="label">{arm}</p>
            <p class="figure">{percent(rate, 2)}</p>
            <Progress value={tested} of={needed} label={`${arm}: ${count(tested)} of ${count(needed)} planned units`} />
            <p class="small muted">
              {count(tested)} of {count(needed)} planned
            </p>
          </div>
        ))}
      </div>
      <h3>Difference of the rates, candidate less control</h3>
      <Intervals
        of={intervalsOf(of)}
        margin={mde}
        format={(value) => percent(value, 1)}
        label={`The difference is ${percent(of.difference, 2)}, between ${percent(of.interval.lower, 2)} and ${percent(of.interval.upper, 2)}.`}
      />
      <p class="small muted">
        The bar holds the true difference in {percent(of.confidence, 0)} of such experiments. If it crosses zero,
        nothing is shown; the dashed line is the least effect that was planned for. The always-valid bar may be looked
        at as often as one likes.
      </p>
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
            title: 'Rate',
            isNumber: true,
            cell: ({ rate, interval }) =>
              `${percent(rate, 2)} (${percent(interval.lower, 1)} to ${percent(interval.upper, 1)})`,
          },
        ]}
      />
      <p class="small">
        Chance that the candidate is better: {percent(of.bayesian.chanceToWin)}. Choosing it wrongly would cost{' '}
        {percent(of.bayesian.lossOfCandidate, 2)} on average, keeping the control wrongly{' '}
        {percent(of.bayesian.lossOfControl, 2)}.
        {/* Before the planned number of units a p-value decides nothing, and so is not shown. */}
        {!of.peeking && ` p = ${decimal(of.p)}.`}
      </p>
    </>
  );
}

const intervalsOf = ({ interval, difference, sequential }: ResultOf) => [
  { name: 'difference', ...interval, value: difference, main: true },
  ...(sequential ? [{ name: 'always valid', ...sequential.interval, value: null }] : []),
];
