import type { Window } from '../../../../core/windows/window.ts';

/** Rounded down, also before 1970. */
export const floorSql = (ms: string, step: number): string => `(${ms} - ((${ms} % ${step}) + ${step}) % ${step})`;

/** Where a window begins that ends at a moment. */
export const tailSql = ({ windowMs, hopMs }: Pick<Window, 'windowMs' | 'hopMs'>, atMs = 's.at_ms'): string =>
  floorSql(`(${atMs} - ${windowMs})`, hopMs);

/** Whether a row of the spine has all of its key, and a time. */
export const isWholeSql = (keys: readonly string[]): string =>
  [...keys, 'at_ms'].map((one) => `s.${one} IS NOT NULL`).join(' AND ');
