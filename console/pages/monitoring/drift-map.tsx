import type { JSX } from 'preact';
import { href, useLocation } from '../../app/location.ts';
import { HeatMap, type HeatCell } from '../../charts/heat-map.tsx';
import { useQuery } from '../../graph/query.ts';
import { decimal } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../ui/state.tsx';
import { DriftMap, Performance, type DriftMapQuery } from './operations.ts';
import { performanceAsked } from './performance-panel.tsx';
import { dayOf, type Times } from './times.ts';

type Day = NonNullable<DriftMapQuery['driftSeries']>[number];

interface MapProps {
  readonly deployment: string;
  readonly times: Times;
}

/** The score and each feature, day by day, against the days before. */
export function DriftMapPanel({ deployment, times: { from, to, reference } }: MapProps): JSX.Element {
  const { query } = useLocation();
  // It stands further down and takes longest to work out: what stands above it is answered first.
  const { isFirst: waits } = useQuery(Performance, performanceAsked(deployment, { from, to, reference }));
  const series = useQuery(DriftMap, waits ? null : { input: { deployment, from, to, reference, windowHours: 24 } });
  const cell = (name: string, { current, score, features }: Day): HeatCell => {
    const drift = [score, ...features].find((one) => one.name === name);
    const day = current.from.slice(0, 10);
    const severity = drift?.severity ?? 'UNKNOWN';
    return {
      text: drift?.psi === null || drift === undefined ? '–' : decimal(drift.psi, 2),
      level: severity.toLowerCase(),
      title: `${name} on ${day}: drift ${words(severity)}, PSI ${decimal(drift?.psi)}`,
      href: href('/monitoring', { ...Object.fromEntries(query), day, feature: name }),
      isOpen: query.get('day') === day && query.get('feature') === name,
    };
  };
  return (
    <Panel
      title="Drift"
      note={`each day against ${dayOf(reference.from)} to ${dayOf(Date.parse(reference.to) - 1)}; the number is the PSI`}
      query={{ ...series, isFirst: waits || series.isFirst }}
      of={({ driftSeries }) => (driftSeries && driftSeries.length > 0 ? driftSeries : null)}
      empty={<p class="muted">No answer in these days.</p>}
    >
      {(days) => {
        const names = [
          ...new Set(days.flatMap(({ score, features }) => [score.name, ...features.map(({ name }) => name)])),
        ];
        return (
          <>
            <HeatMap
              caption="Drift by feature and day"
              columns={days.map(({ current }) => dayOf(current.from))}
              rows={names.map((name) => ({ name, cells: days.map((day) => cell(name, day)) }))}
            />
            <p class="small muted">
              Pale: none or low. Amber and bold: moderate. Red and bold: high. Dashed: too little to say. Choose a cell
              to see where the values lie.
            </p>
          </>
        );
      }}
    </Panel>
  );
}
