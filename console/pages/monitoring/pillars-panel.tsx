import type { JSX } from 'preact';
import { Line } from '../../charts/line.tsx';
import { useQuery } from '../../graph/query.ts';
import { decimal } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { DeploymentPillars, type PillarFieldsFragment as Pillar } from './operations.ts';
import { daysLater, dayOf } from './times.ts';

interface PillarsProps {
  readonly deployment: string;
  /** The last day that is looked at. */
  readonly end: string;
}

type Measure = Pillar['measures'][number];

/** Series of one measure that are drawn; the rest is in the graph. */
const MOST_SERIES = 6;

/** How data, model, infrastructure and business stood at the end of a time, why, and how they stood before. */
export function PillarsPanel({ deployment, end }: PillarsProps): JSX.Element {
  const query = useQuery(DeploymentPillars, {
    id: deployment,
    window: { to: `${daysLater(end, 1)}T00:00:00Z`, hours: 14 * 24 },
  });
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
            <PillarCard key={pillar.pillar} of={pillar} />
          ))}
        </div>
      )}
    </Panel>
  );
}

const PillarCard = ({ of: { pillar, status, reasons, measures } }: { readonly of: Pillar }): JSX.Element => (
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
      <details>
        <summary>
          {measures.length} {measures.length === 1 ? 'measure' : 'measures'} over time
        </summary>
        {measures.map((measure) => (
          <MeasureChart key={measure.name} of={measure} />
        ))}
      </details>
    )}
  </div>
);

const MeasureChart = ({ of: { name, unit, expression, series } }: { readonly of: Measure }): JSX.Element => (
  <>
    <h4>
      {name} <span class="small muted">({unit})</span>
    </h4>
    {series.slice(0, MOST_SERIES).map(({ labels, points }) => {
      const own = labels
        .filter(({ name: label }) => !COMMON.includes(label))
        .map(({ value }) => value)
        .join(', ');
      return (
        <div key={own}>
          {own !== '' && <p class="small">{own}</p>}
          <Line
            points={points.map(({ at, value }) => ({ at: Date.parse(at), value }))}
            format={(value) => decimal(value, 3)}
            when={dayOf}
            label={`${name}${own === '' ? '' : ` of ${own}`}, ${decimal(points.at(-1)?.value, 3)} at the end`}
          />
        </div>
      );
    })}
    {series.length > MOST_SERIES && <p class="small muted">and {series.length - MOST_SERIES} more series</p>}
    <p class="small">
      <code>{expression}</code>
    </p>
  </>
);

/** Labels that all series of a measure have. */
const COMMON = ['endpoint', 'environment', 'window'];
