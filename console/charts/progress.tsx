import type { JSX } from 'preact';

/** How far something has come, as a bar. */
export function Progress({
  value,
  of,
  label,
}: {
  readonly value: number;
  readonly of: number;
  readonly label: string;
}): JSX.Element {
  const share = of > 0 ? Math.min(1, value / of) : 0;
  return (
    <svg class="progress" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect width="100" height="4" rx="2" fill="var(--hover)" />
      <rect width={share * 100} height="4" rx="2" fill={share >= 1 ? 'var(--good)' : 'var(--series-1)'} />
    </svg>
  );
}
