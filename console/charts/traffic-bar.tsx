import type { JSX } from 'preact';
import { percent } from '../ui/numbers.ts';
import { words } from '../ui/state.tsx';

export interface Share {
  readonly layer: string;
  readonly arm: string | null;
  readonly value: string | null;
  readonly share: number | null;
  readonly release: { readonly id: string; readonly number: number };
}

const COLOURS = ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)'] as const;
const WIDTH = 600;
const GAP = 2;

/** Each release has one colour on a page, whichever layer sends to it. */
export function colourOf(release: number, all: readonly Share[]): string {
  const numbers = [...new Set(all.map((share) => share.release.number))].toSorted((a, b) => a - b);
  return COLOURS[numbers.indexOf(release) % COLOURS.length] ?? 'var(--series-rest)';
}

export const shareName = ({ layer, arm, value }: Share): string =>
  [words(layer), arm, value === null ? null : `where ${value}`].filter((part) => part !== null).join(' · ');

export const trafficSentence = (shares: readonly Share[]): string =>
  shares.length === 0
    ? 'No release answers.'
    : shares
        .map(
          (one) =>
            `${one.share === null ? 'by segment' : percent(one.share)} to release ${one.release.number} (${shareName(one)})`,
        )
        .join(', ');

/** Who answers, as one bar: each layer’s part of the traffic. */
export function TrafficBar({
  shares,
  height = 26,
}: {
  readonly shares: readonly Share[];
  readonly height?: number;
}): JSX.Element {
  const parts = shares.filter((one) => one.share !== null && one.share > 0);
  let left = 0;
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={trafficSentence(shares)}
      height={height}
    >
      <rect width={WIDTH} height={height} rx="4" fill="var(--sunken)" />
      {parts.map((one) => {
        const width = (one.share ?? 0) * WIDTH;
        const x = left;
        left += width;
        return (
          <rect
            key={`${one.layer}${one.arm}${one.release.id}`}
            x={x}
            width={Math.max(width - GAP, 1)}
            height={height}
            rx="3"
            fill={colourOf(one.release.number, shares)}
          >
            <title>{`${percent(one.share)} release ${one.release.number}, ${shareName(one)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

export const TrafficLegend = ({ shares }: { readonly shares: readonly Share[] }): JSX.Element => (
  <ul class="legend">
    {shares.map((one) => (
      <li key={`${one.layer}${one.arm}${one.value}${one.release.id}`}>
        <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
          <rect width="10" height="10" rx="2" fill={colourOf(one.release.number, shares)} />
        </svg>
        <span>
          <strong>{one.share === null ? 'by segment' : percent(one.share)}</strong> release {one.release.number}{' '}
          <span class="muted">{shareName(one)}</span>
        </span>
      </li>
    ))}
  </ul>
);
