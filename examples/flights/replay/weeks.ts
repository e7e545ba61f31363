import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import { DriftAndPerformance } from '../operations.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { SAMPLES } from '../sampling.ts';
import { DAY_MS } from './days.ts';
import type { Patience } from './patience.ts';

const WEEK_MS = 7 * DAY_MS;
const BASELINE = { fromMs: Date.parse(SAMPLES.reference.from), toMs: Date.parse(SAMPLES.reference.to) };

/** The whole weeks, from Monday to Sunday, that have been replayed after the week that they are held against. */
export function weeksBetween(fromMs: number, toMs: number): readonly number[] {
  if (fromMs > BASELINE.fromMs) return [];
  const weeks: number[] = [];
  for (let startMs = BASELINE.toMs; startMs + WEEK_MS <= toMs; startMs += WEEK_MS) weeks.push(startMs);
  return weeks;
}

/** Drift and performance side by side, week by week, as monitoring sees them; empty where no week is whole yet. */
export async function weeksTable(graph: Graph, patience: Patience, weeks: readonly number[]): Promise<string> {
  const rows: string[][] = [];
  for (const startMs of weeks) {
    const window = { from: instant(startMs), to: instant(startMs + WEEK_MS) };
    const reference = { from: instant(BASELINE.fromMs), to: instant(BASELINE.toMs) };
    const drift = { deployment: DEPLOYMENT, reference, current: window, features: ['distance'] };
    const performance = { deployment: DEPLOYMENT, ...window };
    const week = await patience.with(() => graph.run(DriftAndPerformance, { drift, performance }));
    const { driftReport, performanceReport } = week;
    if (!driftReport || !performanceReport) throw new Error(`monitoring says nothing of the week of ${window.from}`);
    const { predictions, auc, brier } = performanceReport.total;
    rows.push([
      window.from.slice(0, 10),
      predictions.toLocaleString('en-US'),
      figure(driftReport.score.psi, 2),
      figure(driftReport.features[0]?.psi ?? null, 4),
      figure(auc, 3),
      figure(brier, 4),
    ]);
  }
  return table(['week of', 'predictions', 'PSI of the score', 'PSI of distance', 'AUC', 'Brier'], rows);
}

const instant = (ms: number): string => new Date(ms).toISOString();
const figure = (value: number | null, digits: number): string => (value === null ? '' : value.toFixed(digits));
