const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

/** Four digits that count: 0.7019, 12.35, 0.0143. */
export const decimal = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '–' : value.toFixed(Math.abs(value) >= 10 ? Math.min(2, digits) : digits);

export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)} %`;

const SIZES = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

export function bytes(size: number): string {
  const step = Math.min(Math.floor(Math.log(Math.max(size, 1)) / Math.log(1_000)), SIZES.length - 1);
  return `${step === 0 ? size : (size / 1_000 ** step).toFixed(1)} ${SIZES[step] ?? ''}`;
}
const SPANS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** A length of time: `3 h`, `90 min`, `0.8 s`. */
export function span(seconds: number): string {
  const [unit, size] = SPANS.find(([, one]) => seconds >= one && Number.isInteger(seconds / one)) ??
    SPANS.find(([, one]) => seconds >= one) ?? ['s', 1];
  const value = seconds / size;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}
