import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useQuery } from '../../graph/query.ts';
import { Panel } from '../../ui/panel.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { DeploymentPillars, type DeploymentPillarsQueryVariables, type PillarFieldsFragment } from './operations.ts';
import { PillarCharts } from './pillar-charts.tsx';
import { daysLater } from './times.ts';

interface PillarsProps {
  readonly deployment: string;
  /** The last day that is looked at. */
  readonly end: string;
}

/** How data, model, infrastructure and business stood at the end of a time, why, and how they stood before. */
export function PillarsPanel({ deployment, end }: PillarsProps): JSX.Element {
  const asked = { id: deployment, window: { to: `${daysLater(end, 1)}T00:00:00Z`, hours: 14 * 24 } };
  const query = useQuery(DeploymentPillars, asked);
  return (
    <Panel
      title="Four pillars"
      note={`as they stood at the end of ${end}, against the two weeks before`}
      query={query}
      of={({ deployment: found }) => found?.pillars}
    >
      {({ data, model, infrastructure, business }) => (
        <div class="pillars">
          {[data, model, infrastructure, business].map((pillar) => (
            <PillarCard key={pillar.pillar} of={pillar} asked={asked} />
          ))}
        </div>
      )}
    </Panel>
  );
}

interface CardProps {
  readonly of: PillarFieldsFragment;
  readonly asked: DeploymentPillarsQueryVariables;
}

function PillarCard({ of: { pillar, status, reasons, measures }, asked }: CardProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <h3>
        {words(pillar)} <StateOf value={status} />
      </h3>
      <ul>
        {reasons.map(({ status: own, text, at }) => (
          <li key={text}>
            <StateOf value={own} /> {text}
            {at !== null && (
              <span class="small muted">
                {' '}
                (<Time at={at} />)
              </span>
            )}
          </li>
        ))}
      </ul>
      {measures.length > 0 && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>
            {measures.length} {measures.length === 1 ? 'measure' : 'measures'} over time
          </summary>
          {isOpen && <PillarCharts pillar={pillar} asked={asked} />}
        </details>
      )}
    </div>
  );
}
