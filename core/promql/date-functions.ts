import type { PromqlFunction } from './functions.ts';
import { NO_LABELS, vector, vectorOf } from './values.ts';

/** A part of the time, UTC, that each number is in seconds; of the evaluation where none is given. */
const part =
  (read: (date: Date) => number): PromqlFunction =>
  ({ values, atMs }) => {
    const samples = values.length > 0 ? vectorOf(values[0]) : [{ labels: NO_LABELS, value: atMs / 1_000 }];
    return vector(
      samples.map(({ labels, value }) => ({
        labels,
        value: Number.isFinite(value) ? read(new Date(Math.floor(value) * 1_000)) : NaN,
        dropName: true,
      })),
    );
  };

const DAY_MS = 86_400_000;

export const dateFunctions: Readonly<Record<string, PromqlFunction>> = {
  day_of_month: part((date) => date.getUTCDate()),
  day_of_week: part((date) => date.getUTCDay()),
  day_of_year: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1),
  days_in_month: part((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  hour: part((date) => date.getUTCHours()),
  minute: part((date) => date.getUTCMinutes()),
  month: part((date) => date.getUTCMonth() + 1),
  year: part((date) => date.getUTCFullYear()),
};
