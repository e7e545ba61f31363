import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { count, percent, span } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { IncidentFigures } from './operations.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;

/** How much there was, how much of it was false, and how long it took. */
export function FiguresPanel({ deployment }: { readonly deployment: string | null }): JSX.Element {
  // Whole days, so that the question stays the same from one look to the next.
  const to = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  const [since, until] = [new Date(to - DAYS * DAY_MS).toISOString(), new Date(to).toISOString()];
  const query = useQuery(IncidentFigures, { from: since, to: until, deployment });
  return (
    <Panel
      title={`The last ${DAYS} days`}
      query={query}
      of={({ incidentFigures }) => (incidentFigures && incidentFigures.incidents > 0 ? incidentFigures : null)}
      empty={<p class="muted">No incident began.</p>}
    >
      {(of) => (
        <Facts
          of={[
            ['Incidents', count(of.incidents)],
            ['Alerts in them', count(of.alerts)],
            ['Together with others', percent(of.correlatedShare, 0)],
            ['Went up a ladder', percent(of.escalatedShare, 0)],
            ['Of false alarms', `${percent(of.falseShare, 0)}, as said of ${count(of.judged)} incidents`],
            ['Until somebody was on it', minutes(of.medianMinutesToAcknowledge)],
            ['Until it was over', minutes(of.medianMinutesToResolve)],
          ]}
        />
      )}
    </Panel>
  );
}

const minutes = (median: number | null): string | null =>
  median === null ? null : `${span(median * 60)} in the median`;
