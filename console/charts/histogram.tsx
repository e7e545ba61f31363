import type { JSX } from 'preact';
import { percent } from '../ui/numbers.ts';

interface HistogramProps {
  readonly edges: readonly number[];
  readonly categories: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly label: string;
}

const [WIDTH, HEIGHT, BOTTOM] = [720, 170, 34];

const tidy = (value: number): string => String(Number(value.toPrecision(3)));

/** Names of the bins: numbers between edges, or categories. */
export function binNames(edges: readonly number[], categories: readonly string[]): readonly string[] {
  if (edges.length === 0) return categories;
  const inner = edges.slice(1).map((edge, at) => `${tidy(edges[at] ?? 0)} to ${tidy(edge)}`);
  return [`below ${tidy(edges[0] ?? 0)}`, ...inner, `from ${tidy(edges.at(-1) ?? 0)}`, ...categories];
}

const sharesOf = (counts: readonly number[]): readonly number[] => {
  const sum = counts.reduce((total, one) => total + one, 0);
  return counts.map((one) => (sum > 0 ? one / sum : 0));
};

/** Where values lay before, and where they lie now. */
export function Histogram({ edges, categories, reference, current, label }: HistogramProps): JSX.Element {
  const names = binNames(edges, categories);
  const [before, now] = [sharesOf(reference), sharesOf(current)];
  const most = Math.max(...before, ...now, 1e-9);
  const slot = WIDTH / Math.max(names.length, 1);
  const bar = (slot - 8) / 2;
  const height = (share: number): number => (share / most) * (HEIGHT - BOTTOM - 6);
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        {names.map((name, at) => (
          <g key={name}>
            {[before, now].map((shares, side) => {
              const tall = height(shares[at] ?? 0);
              return (
                <rect
                  key={side}
                  x={at * slot + 4 + side * bar}
                  y={HEIGHT - BOTTOM - tall}
                  width={Math.max(bar - 1, 1)}
                  height={tall}
                  rx="1.5"
                  fill={side === 0 ? 'var(--series-rest)' : 'var(--series-1)'}
                >
                  <title>{`${name}, ${side === 0 ? 'before' : 'now'}: ${percent(shares[at])}`}</title>
                </rect>
              );
            })}
            {names.length <= 12 && (
              <text x={at * slot + slot / 2} y={HEIGHT - BOTTOM + 15 + (at % 2) * 13} text-anchor="middle">
                {name.length > 16 ? `${name.slice(0, 15)}…` : name}
              </text>
            )}
          </g>
        ))}
      </svg>
      <ul class="legend">
        {(['reference', 'this window'] as const).map((name, side) => (
          <li key={name}>
            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={side === 0 ? 'var(--series-rest)' : 'var(--series-1)'} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <details class="chart-table">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Values</th>
              <th scope="col" class="num">
                reference
              </th>
              <th scope="col" class="num">
                this window
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name, at) => (
              <tr key={name}>
                <td>{name}</td>
                <td class="num">{percent(before[at])}</td>
                <td class="num">{percent(now[at])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
