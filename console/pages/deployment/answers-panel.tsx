import type { JSX } from 'preact';
import { Line } from '../../charts/line.tsx';
import { useQuery } from '../../graph/query.ts';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { DeploymentAnswers } from './operations.ts';

const timeOf = (at: number): string => new Date(at).toISOString().slice(5, 16).replace('T', ' ');
const ms = (value: number | null): string => `${decimal(value, 1)} ms`;

/** How much was answered in the last day, how fast and with what errors. */
export function AnswersPanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(DeploymentAnswers, { id });
  return (
    <Panel
      title="Volume and latency"
      note="in the last 24 hours, by hour of UTC"
      query={query}
      of={({ deployment }) =>
        deployment?.answerSeries && deployment.answerSeries.total.answers > 0 ? deployment.answerSeries : null
      }
      empty={<p class="muted">No answer in the last 24 hours.</p>}
    >
      {({ points, total }) => (
        <>
          <p>
            {count(total.answers)} answers, {percent(total.errorRate)} with an error, {percent(total.fallbackRate)} by a
            fallback; half within {ms(total.latencyMs.p50)}, 95 % within {ms(total.latencyMs.p95)}, 99 % within{' '}
            {ms(total.latencyMs.p99)}.
          </p>
          <h3>Answers by hour</h3>
          <Line
            points={points.map(({ from, figures }) => ({ at: Date.parse(from), value: figures.answers }))}
            format={count}
            overZero
            when={timeOf}
            label={`Answers by hour, ${count(total.answers)} in all`}
          />
          <h3>Latency, p99 by hour</h3>
          <Line
            points={points.map(({ from, figures }) => ({ at: Date.parse(from), value: figures.latencyMs.p99 }))}
            format={(value) => ms(value)}
            when={timeOf}
            label={`Latency, p99 by hour, ${ms(total.latencyMs.p99)} over all of them`}
          />
        </>
      )}
    </Panel>
  );
}
