import type { Pool } from 'pg';
import { sum } from '../../../../core/statistics/counts.ts';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { modelVersionUrn, parsedId } from '../../domain/ids.ts';
import {
  figuresOf,
  type LabelledScores,
  type PerformanceFigures,
  type PerformanceWindow,
  type WindowCounts,
} from '../../domain/quality/performance.ts';
import { UNNARROWED, type PredictionWindow } from '../../domain/prediction-window.ts';
import { checkedWindow, splitWindow, type TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import {
  countLabelled,
  countLabelledParts,
  MAX_PAIRS,
  readLabelled,
  readLabelledParts,
} from '../../storage/record/labelled-window.ts';
import { lastServed } from '../../storage/node/served.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';

const MAX_WINDOWS = 400;
const DAY_MS = 86_400_000;
export const PERFORMANCE_DAYS = 28;

export interface PerformanceReportInput extends TimeWindow {
  readonly deployment: string;
  /** Left out: only the total is given. */
  readonly windowHours?: number | null;
  readonly modelVersion?: string | null;
  readonly arm?: string | null;
  readonly layer?: AnsweringLayer | null;
  readonly variant?: string | null;
  readonly trust: Trust;
}

export interface PerformanceReport {
  readonly window: PredictionWindow;
  readonly total: PerformanceFigures;
  readonly windows: readonly PerformanceWindow[];
}

/** How good the scores were, by window of the prediction's time: outcomes count in the window of their prediction. */
export class Performance {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async report({ actor }: RequestContext, input: PerformanceReportInput): Promise<PerformanceReport> {
    const { pool } = this.#deps.db;
    const window = await reportedWindow(pool, actor.project, input);
    return judge(pool, window, input.windowHours ?? null);
  }

  /** The newest weeks that a model version answered, day by day; null if it never answered. */
  async ofVersion({ actor }: RequestContext, modelVersion: string): Promise<PerformanceReport | null> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const served = await lastServed(pool, project, modelVersion);
    if (!served) return null;
    const to = new Date(served.at.getTime() + 1);
    const from = new Date(to.getTime() - PERFORMANCE_DAYS * DAY_MS);
    const window = {
      project,
      deployment: served.deployment,
      trust: 'server',
      ...UNNARROWED,
      modelVersion,
      from,
      to,
    } as const;
    return judge(pool, window, 24);
  }
}

/** The predictions that a report is asked of. Throws for what is no id or no window, and NOT_FOUND for what nobody knows. */
export async function reportedWindow(
  pool: Pool,
  project: string,
  input: PerformanceReportInput,
): Promise<PredictionWindow> {
  const times = checkedWindow('to', input);
  return {
    project,
    deployment: await reportedDeployment(pool, project, input.deployment, 'deployment'),
    ...times,
    trust: input.trust,
    modelVersion: parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion'),
    arm: input.arm ?? null,
    layer: input.layer ?? null,
    variant: input.variant ?? null,
  };
}

/** The parts of a window, as far as a report is cut into some. */
export const partsOf = (window: TimeWindow, windowHours: number | null | undefined): readonly TimeWindow[] =>
  windowHours === null || windowHours === undefined ? [] : splitWindow(window, windowHours, MAX_WINDOWS);

async function judge(pool: Pool, window: PredictionWindow, windowHours: number | null): Promise<PerformanceReport> {
  const parts = partsOf(window, windowHours);
  if (parts.length === 0) return { window, total: await figures(pool, window), windows: [] };
  const counts = await countLabelledParts(pool, window, parts);
  const all = totalOf(counts);
  const read = all.labelled <= MAX_PAIRS ? await readLabelledParts(pool, window, parts) : null;
  const windows: PerformanceWindow[] = [];
  for (const [i, part] of parts.entries()) {
    const count = counts[i] ?? NONE;
    // What memory should not hold at once is read part after part.
    const pairs = read?.[i] ?? (await readLabelled(pool, { ...window, ...part }, count));
    windows.push({ ...part, ...figuresOf(count, pairs) });
  }
  const pairs = read ? joined(read) : await readLabelled(pool, window, all);
  return { window, total: figuresOf(all, pairs), windows };
}

const NONE: WindowCounts = { predictions: 0, labelled: 0 };

const totalOf = (counts: readonly WindowCounts[]): WindowCounts => ({
  predictions: sum(counts.map(({ predictions }) => predictions)),
  labelled: sum(counts.map(({ labelled }) => labelled)),
});

const joined = (parts: readonly LabelledScores[]): LabelledScores => ({
  scores: parts.flatMap(({ scores }) => scores),
  labels: parts.flatMap(({ labels }) => labels),
});

/** The figures of one window. */
export async function figures(pool: Pool, window: PredictionWindow): Promise<PerformanceFigures> {
  const counts = await countLabelled(pool, window);
  return figuresOf(counts, await readLabelled(pool, window, counts));
}
