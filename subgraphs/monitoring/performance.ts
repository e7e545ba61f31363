import type { Pool } from 'pg';
import { figuresOf, type PerformanceFigures, type PerformanceWindow } from './domain/performance.ts';
import type { PredictionWindow } from './domain/prediction-window.ts';
import { checkWindow, splitWindow } from './domain/time-window.ts';
import { countLabelled, readLabelled } from './storage/labelled-window.ts';

const MAX_WINDOWS = 400;

export interface PerformanceReport {
  readonly window: PredictionWindow;
  readonly total: PerformanceFigures;
  readonly windows: readonly PerformanceWindow[];
}

/** How good the scores were, by window of the prediction's time: outcomes count in the window of their prediction. */
export async function performanceReport(
  pool: Pool,
  window: PredictionWindow,
  windowHours: number | null,
): Promise<PerformanceReport> {
  checkWindow('to', window);
  const parts = windowHours === null ? [] : splitWindow(window, windowHours * 3_600_000, MAX_WINDOWS);
  const windows: PerformanceWindow[] = [];
  for (const { from, to } of parts) {
    windows.push({ from, to, ...(await figures(pool, { ...window, from, to })) });
  }
  return { window, total: await figures(pool, window), windows };
}

/** The figures of one window. */
export async function figures(pool: Pool, window: PredictionWindow): Promise<PerformanceFigures> {
  const counts = await countLabelled(pool, window);
  return figuresOf(counts, await readLabelled(pool, window, counts));
}
