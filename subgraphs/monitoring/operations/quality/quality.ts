import type { EstimatedQuality } from '../../../../core/statistics/model-quality/estimated-quality.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { calibrationOf, calibrationWindow, estimateOf } from '../../domain/quality/estimate.ts';
import {
  checkedSelection,
  fairnessFigures,
  type FairnessFigures,
  type SelectionRule,
} from '../../domain/quality/fairness.ts';
import { regressionOf, type RegressionFigures } from '../../domain/quality/regression.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { countLabelled, readLabelled, readScores, readScoredValues } from '../../storage/record/labelled-window.ts';
import { countWindow } from '../../storage/record/prediction-window.ts';
import { countSegments, segmentNames } from '../../storage/quality/segment-counts.ts';
import type { MonitoringDeps } from '../deps.ts';
import { partsOf, reportedWindow, type PerformanceReportInput } from './performance.ts';

/** Groups of one attribute that are compared. */
const MOST_GROUPS = 100;

/** Figures of a whole time and of its parts. */
export interface Timed<T> {
  readonly window: PredictionWindow;
  readonly total: T;
  readonly windows: readonly (TimeWindow & { readonly figures: T })[];
}

export interface EstimateFigures {
  readonly predictions: number;
  readonly estimate: EstimatedQuality | null;
}

export interface EstimateReport extends Timed<EstimateFigures> {
  readonly calibration: TimeWindow & { readonly labelled: number };
}

export interface FairnessReportInput extends TimeWindow, SelectionRule {
  readonly deployment: string;
  readonly segment: string;
  readonly windowHours?: number | null;
  readonly modelVersion?: string | null;
  readonly trust: Trust;
}

/** What there is to say of answers besides how well chances of one class were ranked: before outcomes, of numbers, between groups. */
export class Quality {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** How good scores are likely to be, by what scores were worth in the weeks before. */
  async estimate({ actor }: RequestContext, input: PerformanceReportInput): Promise<EstimateReport> {
    const { pool } = this.#deps.db;
    const window = await reportedWindow(pool, actor.project, input);
    const before = calibrationWindow(window);
    const known = await readLabelled(
      pool,
      { ...window, ...before },
      await countLabelled(pool, { ...window, ...before }),
    );
    const curve = calibrationOf(known);
    const report = await this.#overTime(window, input.windowHours, async (part) => {
      const counts = await countLabelled(pool, part);
      return {
        predictions: counts.predictions,
        estimate: curve === null ? null : estimateOf(curve, await readScores(pool, part, counts)),
      };
    });
    return { ...report, calibration: { ...before, labelled: known.scores.length } };
  }

  /** How far numbers were from what came. */
  async regression({ actor }: RequestContext, input: PerformanceReportInput): Promise<Timed<RegressionFigures>> {
    const { pool } = this.#deps.db;
    const window = await reportedWindow(pool, actor.project, input);
    return this.#overTime(window, input.windowHours, async (part) => {
      const counts = await countLabelled(pool, part);
      return regressionOf(counts, await readScoredValues(pool, part, counts));
    });
  }

  /** Whether groups are treated alike. */
  async fairness({ actor }: RequestContext, input: FairnessReportInput): Promise<Timed<FairnessFigures>> {
    const { pool } = this.#deps.db;
    const rule = checkedSelection(input);
    if (input.segment === '') {
      throw new DomainError('INVALID_INPUT', 'segment: is empty; allowed: a segment that the recipe declares', {
        field: 'segment',
      });
    }
    const window = await reportedWindow(pool, actor.project, input);
    const report = await this.#overTime(window, input.windowHours, async (part) =>
      fairnessFigures(await countSegments(pool, part, input.segment, rule, MOST_GROUPS)),
    );
    if (report.total.groups.length === 0) await this.#refuseUnknownSegment(window, input.segment);
    return report;
  }

  /** Throws INVALID_INPUT for a segment that no answer bears where there are answers: no group would look like no difference. */
  async #refuseUnknownSegment(window: PredictionWindow, segment: string): Promise<void> {
    const { pool } = this.#deps.db;
    const allowed = await segmentNames(pool, window);
    if (allowed.includes(segment) || (await countWindow(pool, window)).rows === 0) return;
    const known = allowed.length === 0 ? 'none: no answer of this time has a segment' : `one of ${allowed.join(', ')}`;
    throw new DomainError('INVALID_INPUT', `segment: no answer of this time has "${segment}"; allowed: ${known}`, {
      field: 'segment',
      allowed,
    });
  }

  async #overTime<T>(
    window: PredictionWindow,
    windowHours: number | null | undefined,
    figuresOf: (part: PredictionWindow) => Promise<T>,
  ): Promise<Timed<T>> {
    const windows: (TimeWindow & { readonly figures: T })[] = [];
    for (const { from, to } of partsOf(window, windowHours)) {
      windows.push({ from, to, figures: await figuresOf({ ...window, from, to }) });
    }
    return { window, total: await figuresOf(window), windows };
  }
}
