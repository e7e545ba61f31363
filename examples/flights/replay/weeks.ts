import * as z from 'zod';
import { DEPLOYMENT } from '../names.ts';
import { table } from '../report/markdown-table.ts';
import { SAMPLES } from '../sampling.ts';
import type { ControlDoor } from './control-door.ts';
import { DAY_MS } from './days.ts';
import type { Patience } from './patience.ts';

const WEEK_MS = 7 * DAY_MS;
const BASELINE = { fromMs: Date.parse(SAMPLES.reference.from), toMs: Date.parse(SAMPLES.reference.to) };

const Week = z.object({
  driftReport: z.object({
    score: z.object({ psi: z.number().nullable() }),
    features: z.array(z.object({ name: z.string(), psi: z.number().nullable() })),
  }),
  performanceReport: z.object({
    total: z.object({ predictions: z.number(), auc: z.number().nullable(), brier: z.number().nullable() }),
  }),
});

const QUERY = `query ($drift: DriftReportInput!, $performance: PerformanceReportInput!) {
  driftReport(input: $drift) { score { psi } features { name psi } }
  performanceReport(input: $performance) { total { predictions auc brier } }
}`;

/** The whole weeks, from Monday to Sunday, that have been replayed after the week that they are held against. */
export function weeksBetween(fromMs: number, toMs: number): readonly number[] {
  if (fromMs > BASELINE.fromMs) return [];
  const weeks: number[] = [];
  for (let startMs = BASELINE.toMs; startMs + WEEK_MS <= toMs; startMs += WEEK_MS) weeks.push(startMs);
  return weeks;
}

/** Drift and performance side by side, week by week, as monitoring sees them; empty where no week is whole yet. */
export async function weeksTable(control: ControlDoor, patience: Patience, weeks: readonly number[]): Promise<string> {
  const rows: string[][] = [];
  for (const startMs of weeks) {
    const window = { from: instant(startMs), to: instant(startMs + WEEK_MS) };
    const reference = { from: instant(BASELINE.fromMs), to: instant(BASELINE.toMs) };
    const drift = { deployment: DEPLOYMENT, reference, current: window, features: ['distance'] };
    const performance = { deployment: DEPLOYMENT, ...window };
    const answer = await patience.with(() => control.graph(QUERY, { drift, performance }));
    const { driftReport, performanceReport } = Week.parse(answer);
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
