import type { JSX } from 'preact';
import { ticksIn } from './ticks.ts';

export interface Interval {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly value: number | null;
  /** Drawn strong, as what is decided by. */
  readonly main?: boolean;
}

const [WIDTH, LABEL, ROW, PAD] = [720, 200, 34, 24];

interface IntervalsProps {
  readonly of: readonly Interval[];
  readonly format: (value: number) => string;
  /** What the picture says, in a sentence. */
  readonly label: string;
  /** A margin beside zero, such as the least effect that counts. */
  readonly margin?: number | undefined;
}

/** Intervals over one axis, with zero and the margin. */
export function Intervals({ of, format, label, margin }: IntervalsProps): JSX.Element {
  const ends = of.flatMap(({ lower, upper }) => [lower, upper]).concat(0, margin ?? 0);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || 1) * 0.08;
  const x = (value: number): number =>
    LABEL + ((value - least + room) / (most - least + 2 * room)) * (WIDTH - LABEL - 10);
  const height = of.length * ROW + PAD + 8;
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
        {ticksIn(least, most, 5).map((tick) => (
          <g key={tick}>
            <line class="axis" x1={x(tick)} x2={x(tick)} y1="0" y2={height - PAD} />
            <text x={x(tick)} y={height - 8} text-anchor="middle">
              {format(tick)}
            </text>
          </g>
        ))}
        <line x1={x(0)} x2={x(0)} y1="0" y2={height - PAD} stroke="var(--line-strong)" stroke-width="1.5" />
        {margin !== undefined && margin !== 0 && (
          <line
            x1={x(margin)}
            x2={x(margin)}
            y1="0"
            y2={height - PAD}
            stroke="var(--series-2)"
            stroke-dasharray="4 3"
          />
        )}
        {of.map(({ name, lower, upper, value, main }, row) => {
          const y = row * ROW + ROW / 2;
          const colour = main === true ? 'var(--series-1)' : 'var(--series-rest)';
          return (
            <g key={name}>
              <text x="0" y={y + 4} class={main === true ? 'strong' : undefined}>
                {name}
              </text>
              <line
                x1={x(lower)}
                x2={x(upper)}
                y1={y}
                y2={y}
                stroke={colour}
                stroke-width={main === true ? 6 : 4}
                stroke-linecap="round"
              />
              {value !== null && (
                <circle cx={x(value)} cy={y} r="5" fill="var(--bg)" stroke={colour} stroke-width="2.5" />
              )}
            </g>
          );
        })}
      </svg>
      <details class="chart-table">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Interval</th>
              <th scope="col" class="num">
                from
              </th>
              <th scope="col" class="num">
                value
              </th>
              <th scope="col" class="num">
                to
              </th>
            </tr>
          </thead>
          <tbody>
            {of.map(({ name, lower, upper, value }) => (
              <tr key={name}>
                <td>{name}</td>
                <td class="num">{format(lower)}</td>
                <td class="num">{value === null ? '–' : format(value)}</td>
                <td class="num">{format(upper)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
