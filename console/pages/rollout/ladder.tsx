import type { JSX } from 'preact';
import { Progress } from '../../charts/progress.tsx';
import { count, percent } from '../../ui/numbers.ts';
import { State, type Tone } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import type { RolloutPageQuery } from './operations.ts';

type Rollout = NonNullable<RolloutPageQuery['rollout']>;
type Step = Rollout['steps'][number];

/** The steps as rungs: which is in force, which are over, what each asks for. */
export const Ladder = ({ of: { steps, step: inForce, status } }: { readonly of: Rollout }): JSX.Element => (
  <Table
    caption="Steps"
    rows={steps}
    keyOf={({ number }) => String(number)}
    columns={[
      {
        title: 'Step',
        cell: (step) => (
          <>
            {step.number} <StandOf step={step} isInForce={status === 'RUNNING' && step.number === inForce} />
          </>
        ),
      },
      {
        title: 'Candidate',
        cell: ({ weight, number }) => (
          <>
            {percent(weight, 0)}
            <Progress value={weight} of={1} label={`step ${number}: ${percent(weight, 0)} of all units`} />
          </>
        ),
      },
      { title: 'Units of each arm', isNumber: true, cell: ({ minSamples }) => count(minSamples) },
      { title: 'Lasts', cell: (step) => <Lasting of={step} /> },
      { title: 'From', cell: ({ startedAt }) => (startedAt === null ? '–' : <Time at={startedAt} />) },
      { title: 'Until', cell: ({ endedAt }) => (endedAt === null ? '–' : <Time at={endedAt} />) },
    ]}
  />
);

function StandOf({ step, isInForce }: { readonly step: Step; readonly isInForce: boolean }): JSX.Element | null {
  const [tone, text] = standOf(step, isInForce);
  return text === '' ? null : <State tone={tone}>{text}</State>;
}

function standOf(step: Step, isInForce: boolean): readonly [Tone, string] {
  if (!isInForce) return step.endedAt === null ? ['plain', ''] : ['good', 'over'];
  if (step.approval && step.approvedBy === null) return ['warn', 'waits for a person'];
  return step.passedAt === null ? ['info', 'in force'] : ['info', 'bakes'];
}

function Lasting({ of }: { readonly of: Step }): JSX.Element {
  const parts = [
    ...(of.minMinutes > 0 ? [`${duration(of.minMinutes)} at least`] : []),
    ...(of.maxMinutes === null ? [] : [`${duration(of.maxMinutes)} at most`]),
    ...(of.bakeMinutes > 0 ? [`bakes ${duration(of.bakeMinutes)}`] : []),
    ...(of.approval ? [of.approvedBy === null ? 'a person lets it go on' : `let on by ${nameOf(of.approvedBy)}`] : []),
  ];
  return <>{parts.length === 0 ? '–' : parts.join(', ')}</>;
}

const nameOf = (subject: string): string => subject.replace(/^user:/, '');

function duration(minutes: number): string {
  if (minutes < 120) return `${count(minutes)} min`;
  return minutes < 48 * 60 ? `${count(minutes / 60)} h` : `${count(minutes / 1_440)} d`;
}
