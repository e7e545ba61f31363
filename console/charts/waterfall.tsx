import type { JSX } from 'preact';

interface Bar {
  readonly name: string;
  readonly value: number;
}

interface BarsProps {
  readonly of: readonly Bar[];
  readonly format: (value: number) => string;
  readonly label: string;
  /** For a place beside the page. */
  readonly isNarrow?: boolean;
}

const ROW = 26;
const SIZES = {
  wide: { width: 720, names: 230, letters: 34 },
  narrow: { width: 320, names: 84, letters: 11 },
} as const;

/** Values to both sides of zero, each with its number: the picture is its own table. */
export function Bars({ of, format, label, isNarrow = false }: BarsProps): JSX.Element {
  const { width: full, names, letters } = SIZES[isNarrow ? 'narrow' : 'wide'];
  const most = Math.max(...of.map(({ value }) => Math.abs(value)), 1e-12);
  const hasBoth = of.some(({ value }) => value < 0);
  const room = full - names - 80;
  const zero = hasBoth ? names + room / 2 : names;
  const scale = (hasBoth ? room / 2 : room) / most;
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${full} ${of.length * ROW + 4}`}
      role="img"
      aria-label={`${label}: ${of.map(({ name, value }) => `${name} ${format(value)}`).join(', ')}`}
    >
      {of.map(({ name, value }, row) => {
        const width = Math.max(Math.abs(value) * scale, 1);
        const y = row * ROW;
        return (
          <g key={name}>
            <text x="0" y={y + 17} class="strong">
              {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
            </text>
            <rect
              x={value < 0 ? zero - width : zero}
              y={y + 5}
              width={width}
              height={ROW - 10}
              rx="2"
              fill={value < 0 ? 'var(--series-1)' : 'var(--series-2)'}
            />
            <text x={full} y={y + 17} text-anchor="end">
              {format(value)}
            </text>
          </g>
        );
      })}
      {hasBoth && <line x1={zero} x2={zero} y1="0" y2={of.length * ROW} stroke="var(--line-strong)" />}
    </svg>
  );
}
