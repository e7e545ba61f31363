import type { JSX } from 'preact';
import { Intervals } from '../../charts/intervals.tsx';
import { count, decimal } from '../../ui/numbers.ts';
import { State, words, type Tone } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import type { FindingFieldsFragment, RolloutNowQuery } from './operations.ts';

type Evaluation = NonNullable<NonNullable<RolloutNowQuery['rollout']>['evaluation']>;

const VERDICTS: Readonly<Record<Evaluation['verdict'], { readonly text: string; readonly tone: string }>> = {
  CONTINUE: { text: 'Everything holds: it goes on', tone: 'good' },
  WAIT: { text: 'Not enough is shown yet: it waits', tone: 'warn' },
  HOLD: { text: 'It stays where it is until a person looks', tone: 'warn' },
  ROLLBACK: { text: 'The candidate harms: the traffic is given back', tone: 'bad' },
};

const TONES: Readonly<Record<FindingFieldsFragment['state'], Tone>> = {
  HARMED: 'bad',
  HELD: 'good',
  UNDECIDED: 'plain',
  NO_DATA: 'warn',
};

/** The verdict of now in words, then what each guardrail or check has shown. */
export function Verdict({ of, step }: { readonly of: Evaluation; readonly step: number }): JSX.Element {
  const { text, tone } = VERDICTS[of.verdict];
  const shown = of.findings.filter((one) => one.step === step && one.bounds !== null);
  return (
    <>
      <div class={`verdict ${tone}`}>
        <p>{text}</p>
        {of.reasons.map((reason) => (
          <p key={reason} class="small">
            {reason}
          </p>
        ))}
        {of.missing !== null && (
          <p class="small">
            {count(of.missing)} more units of each arm{of.about !== null && `, ${of.about}`}
          </p>
        )}
      </div>
      {shown.length > 0 && (
        <>
          <h3>How much worse the candidate is, step {step}: below zero it is better</h3>
          <Intervals
            of={shown.map((one) => ({
              name: nameOf(one),
              lower: one.bounds?.lower ?? 0,
              upper: one.bounds?.upper ?? 0,
              value: one.worse,
              main: one.segment === null,
            }))}
            margin={shown.length === 1 ? (shown[0]?.accepted ?? undefined) : undefined}
            format={decimal}
            label={shown.map((one) => `${nameOf(one)}: ${words(one.state)}`).join('; ')}
          />
          <p class="small muted">
            The bars may be looked at as often as one likes. A guardrail holds once its bar lies below what is accepted,
            and harms once it lies above.
          </p>
        </>
      )}
      {of.checks.length > 0 && <Checks of={of.checks} />}
      {of.findings.length > 0 && <Findings of={of.findings} />}
    </>
  );
}

const CHECK_TONES: Readonly<Record<Evaluation['checks'][number]['state'], Tone>> = {
  PASSED: 'good',
  FAILED: 'bad',
  NO_DATA: 'warn',
};

/** The checks of a blue-green switch, node by node. */
const Checks = ({ of }: { readonly of: Evaluation['checks'] }): JSX.Element => (
  <Table
    caption="Checks"
    rows={of}
    keyOf={({ check, node }) => `${check} ${node ?? ''}`}
    columns={[
      { title: 'Check', cell: ({ check }) => words(check) },
      { title: 'Of', cell: ({ node }) => node ?? 'all answers' },
      { title: 'Shows', cell: ({ state }) => <State tone={CHECK_TONES[state]}>{words(state)}</State> },
      { title: 'Why', cell: ({ detail }) => detail },
    ]}
  />
);

const Findings = ({ of }: { readonly of: Evaluation['findings'] }): JSX.Element => (
  <Table
    caption="Guardrails, step by step"
    rows={of}
    keyOf={(one) => `${one.step} ${nameOf(one)}`}
    columns={[
      { title: 'Guardrail', cell: nameOf },
      { title: 'Step', isNumber: true, cell: (one) => String(one.step) },
      { title: 'Shows', cell: ({ state }) => <State tone={TONES[state]}>{words(state)}</State> },
      { title: 'Control', isNumber: true, cell: ({ control }) => numberOr(control) },
      { title: 'Candidate', isNumber: true, cell: ({ candidate }) => numberOr(candidate) },
      { title: 'Worse by', isNumber: true, cell: ({ worse }) => numberOr(worse) },
      { title: 'Accepted', isNumber: true, cell: ({ accepted }) => numberOr(accepted) },
    ]}
  />
);

const nameOf = ({ guardrail, segment }: FindingFieldsFragment): string =>
  segment === null ? guardrail : `${guardrail} in ${segment}`;

const numberOr = (value: number | null): string => (value === null ? '–' : decimal(value));
