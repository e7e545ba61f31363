import type { JSX } from 'preact';
import { useLocation } from '../../app/location.ts';
import { Histogram } from '../../charts/histogram.tsx';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { count, decimal } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { StateOf } from '../../ui/state.tsx';
import { DriftOf } from './operations.ts';
import { nextDay, type Times } from './times.ts';

interface DriftProps {
  readonly deployment: string;
  readonly times: Times;
}

/** Where the values of one feature lay before, and where they lie on the chosen day. */
export function DriftPanel({ deployment, times: { reference } }: DriftProps): JSX.Element | null {
  const { query } = useLocation();
  const day = query.get('day');
  const feature = query.get('feature');
  const from = day === null ? null : `${day}T00:00:00.000Z`;
  const isScore = feature === 'score';
  const asked =
    from === null || feature === null
      ? null
      : {
          input: {
            deployment,
            reference,
            current: { from, to: nextDay(from) },
            ...(isScore ? { features: [] } : { features: [feature] }),
          },
        };
  const report = useQuery(DriftOf, asked);
  if (asked === null) return null;
  return (
    <Panel
      title={`${feature} on ${day}`}
      query={report}
      of={({ driftReport }) => (isScore ? driftReport?.score : driftReport?.features[0])}
      empty={<p class="muted">It was not logged on this day.</p>}
    >
      {({ name, severity, psi, psiNullLevel, adjustedP, referenceCount, currentCount, bins }) => (
        <>
          <Histogram
            {...bins}
            label={`${name}: PSI ${decimal(psi)} between ${count(referenceCount)} values before and ${count(currentCount)} on the day`}
          />
          <Facts
            of={[
              ['Drift', <StateOf key="severity" value={severity} />],
              ['PSI', `${decimal(psi)}; ${decimal(psiNullLevel)} on average without any drift`],
              ['p, corrected', decimal(adjustedP)],
              ['Values', `${count(referenceCount)} before, ${count(currentCount)} on the day`],
            ]}
          />
        </>
      )}
    </Panel>
  );
}
