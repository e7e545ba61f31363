import type { JSX } from 'preact';
import { Line } from '../../charts/line.tsx';
import { useQuery } from '../../graph/query.ts';
import { decimal } from '../../ui/numbers.ts';
import { Skeleton } from '../../ui/panel.tsx';
import { Problems } from '../../ui/problems.tsx';
import { PillarSeries, type PillarMeasuresFragment, type PillarSeriesQueryVariables } from './operations.ts';
import { dayOf } from './times.ts';

interface ChartsProps {
  readonly pillar: PillarMeasuresFragment['pillar'];
  readonly asked: PillarSeriesQueryVariables;
}

type Measure = PillarMeasuresFragment['measures'][number];

/** Series of one measure that are drawn; the rest is in the graph. */
const MOST_SERIES = 6;

/** What a pillar is looked at by, over the time: thousands of points, asked for once somebody wants to see them. */
export function PillarCharts({ pillar, asked }: ChartsProps): JSX.Element {
  const query = useQuery(PillarSeries, asked);
  const pillars = query.data?.deployment?.pillars;
  const own =
    pillars &&
    [pillars.data, pillars.model, pillars.infrastructure, pillars.business].find((one) => one.pillar === pillar);
  return (
    <>
      {query.isFirst && <Skeleton />}
      <Problems of={query} />
      {own?.measures.map((measure) => (
        <MeasureChart key={measure.name} of={measure} />
      ))}
    </>
  );
}

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
