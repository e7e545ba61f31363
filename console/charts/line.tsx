import type { JSX } from 'preact';
import { ticksIn } from './ticks.ts';

interface Point {
  readonly at: number;
  readonly value: number | null;
}

interface LineProps {
  readonly points: readonly Point[];
  readonly format: (value: number) => string;
  readonly when: (at: number) => string;
  readonly label: string;
  /** Counts are drawn over zero; else a small change would look like a large one. */
  readonly overZero?: boolean;
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [720, 150, 56, 22];

/** One value over time. A gap stays a gap: nobody draws through what was not measured. */
export function Line({ points, format, when, label, overZero = false }: LineProps): JSX.Element {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [least, most] = [Math.min(...values, ...(overZero ? [0] : [])), Math.max(...values)];
  const room = overZero ? 0 : (most - least || Math.abs(most) || 1) * 0.15;
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1];
  const x = (at: number): number => LEFT + ((at - from) / (to - from || 1)) * (WIDTH - LEFT - 12);
  const y = (value: number): number =>
    HEIGHT - BOTTOM - ((value - least + room) / (most - least + 2 * room)) * (HEIGHT - BOTTOM - 8);
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {ticksIn(least, most, 3).map((tick) => (
          <g key={tick}>
            <line class="axis" x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        {runsOf(points).map((run) => (
          <polyline
            key={run[0]?.at}
            points={run.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ')}
            fill="none"
            stroke="var(--series-1)"
            stroke-width="2"
            stroke-linejoin="round"
          />
        ))}
        {runsOf(points)
          .flat()
          .map(({ at, value }) => (
            <circle key={at} cx={x(at)} cy={y(value)} r="3" fill="var(--series-1)">
              <title>{`${when(at)}: ${format(value)}`}</title>
            </circle>
          ))}
        <text x={LEFT} y={HEIGHT - 4}>
          {when(from)}
        </text>
        <text x={WIDTH} y={HEIGHT - 4} text-anchor="end">
          {when(to)}
        </text>
      </svg>
      <details class="chart-table">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" class="num">
                Value
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ at, value }) => (
              <tr key={at}>
                <td>{when(at)}</td>
                <td class="num">{value === null ? '–' : format(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

interface Measured {
  readonly at: number;
  readonly value: number;
}

function runsOf(points: readonly Point[]): readonly (readonly Measured[])[] {
  const runs: Measured[][] = [[]];
  for (const { at, value } of points) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push({ at, value });
  }
  return runs.filter((run) => run.length > 0);
}
