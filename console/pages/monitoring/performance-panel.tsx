import type { JSX } from 'preact';
import { Line } from '../../charts/line.tsx';
import { useQuery } from '../../graph/query.ts';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { Performance, type PerformanceQueryVariables } from './operations.ts';
import { dayOf, type Times } from './times.ts';

interface PerformanceProps {
  readonly deployment: string;
  readonly times: Times;
}

/** The days that are looked at and those before, day by day. */
export const performanceAsked = (deployment: string, { to, reference }: Times): PerformanceQueryVariables => ({
  input: { deployment, from: reference.from, to, windowHours: 24 },
});

/** How good the answers were, day by day, over the days looked at and those before. */
export function PerformancePanel({ deployment, times }: PerformanceProps): JSX.Element {
  const query = useQuery(Performance, performanceAsked(deployment, times));
  return (
    <Panel
      title="Performance"
      note="by the outcomes that came back"
      query={query}
      of={({ performanceReport }) => performanceReport}
      empty={<p class="muted">No answer in this time.</p>}
    >
      {({ total, windows }) => (
        <>
          <div class="figures">
            <Figure label="predictions" value={count(total.predictions)} />
            <Figure label="AUC" value={decimal(total.auc, 3)} />
            <Figure label="Brier score" value={decimal(total.brier, 3)} />
            <Figure
              label="with outcome"
              value={percent(total.predictions > 0 ? total.labelled / total.predictions : null)}
            />
          </div>
          {windows.some(({ figures }) => figures.auc !== null) ? (
            <>
              <h3>AUC by day</h3>
              <Line
                points={windows.map(({ from, figures }) => ({ at: Date.parse(from), value: figures.auc }))}
                format={(value) => decimal(value, 2)}
                when={dayOf}
                label={`AUC by day, ${decimal(total.auc, 3)} over all of them`}
              />
            </>
          ) : (
            <p class="muted">No outcome has come back yet: how good the answers were is not known.</p>
          )}
          <h3>Predictions by day</h3>
          <Line
            points={windows.map(({ from, figures }) => ({ at: Date.parse(from), value: figures.predictions }))}
            format={count}
            overZero
            when={dayOf}
            label={`Predictions by day, ${count(total.predictions)} in all`}
          />
        </>
      )}
    </Panel>
  );
}

const Figure = ({ label, value }: { readonly label: string; readonly value: string }): JSX.Element => (
  <div>
    <p class="label">{label}</p>
    <p class="figure">{value}</p>
  </div>
);
