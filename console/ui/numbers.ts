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
