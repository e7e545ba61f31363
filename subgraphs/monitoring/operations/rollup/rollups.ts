import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { DAY_SECONDS, startOf } from '../../domain/indicators/grid.ts';
import { modelVersionUrn, parsedId } from '../../domain/ids.ts';
import type { RollupFigures } from '../../domain/rollup/figures.ts';
import { HOUR_SECONDS, MINUTE_SECONDS, mergeRollups, totalOf, type Rollup } from '../../domain/rollup/rollup.ts';
import { resolutionOf, SECONDS_OF, wholeSteps, type Resolution } from '../../domain/rollup/series.ts';
import { hoursBefore, type TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { versionsOf } from '../../storage/record/release-version.ts';
import { dropRollups, foldSome, readRollups } from '../../storage/rollup/rollup.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';

const DAY_MS = DAY_SECONDS * 1_000;
/** Counted minutes that are added up in one transaction. */
const FOLDED_AT_ONCE = 500;

export interface AnswerSeriesInput {
  readonly to?: Date | null;
  readonly hours: number;
  readonly resolution?: Resolution | null;
  readonly modelVersion?: string | null;
  readonly arm?: string | null;
  readonly trust: Trust;
}

export interface AnswerPoint extends TimeWindow {
  readonly figures: RollupFigures;
}

export interface AnswerSlice {
  readonly release: string;
  readonly modelVersions: readonly string[];
  /** Empty outside an allocation. */
  readonly arm: string;
  readonly figures: RollupFigures;
}

export interface AnswerSeries extends TimeWindow {
  readonly resolution: Resolution;
  readonly total: RollupFigures;
  readonly points: readonly AnswerPoint[];
  readonly slices: readonly AnswerSlice[];
}

/** Since when rollups by minute are kept; null: all are. */
export const minutesSince = ({ minuteDays, now }: Pick<MonitoringDeps, 'minuteDays' | 'now'>): Date | null =>
  minuteDays === 0 ? null : startOf(new Date(now().getTime() - minuteDays * DAY_MS), DAY_SECONDS);

/** Answers counted by minute and by hour, so that questions over months read no records. */
export class Rollups {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Adds up what batches counted. */
  async fold(): Promise<void> {
    const { pool } = this.#deps.db;
    for (let count = FOLDED_AT_ONCE; count === FOLDED_AT_ONCE;) {
      count = await foldSome(pool, minutesSince(this.#deps), FOLDED_AT_ONCE);
    }
  }

  async dropOld(): Promise<void> {
    const since = minutesSince(this.#deps);
    if (since !== null) await dropRollups(this.#deps.db.pool, MINUTE_SECONDS, since);
  }

  /** What answered for a deployment over time: the first and the last step are taken whole. */
  async series({ actor }: RequestContext, id: string, input: AnswerSeriesInput): Promise<AnswerSeries> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const deployment = await reportedDeployment(pool, project, id, 'deployment');
    const asked = hoursBefore(input.to ?? this.#deps.now(), input.hours);
    const resolution = input.resolution ?? resolutionOf(asked, minutesSince(this.#deps));
    const window = wholeSteps(asked, resolution, minutesSince(this.#deps));
    const rollups = await readRollups(pool, {
      project,
      deployment,
      trust: input.trust,
      ...window,
      seconds: resolution === 'MINUTE' ? MINUTE_SECONDS : HOUR_SECONDS,
      modelVersion: parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion'),
      arm: input.arm ?? null,
    });
    return {
      ...window,
      resolution,
      total: totalOf(rollups),
      points: pointsOf(rollups, window, SECONDS_OF[resolution]),
      slices: await this.#slices(project, input.trust, rollups, window.from),
    };
  }

  async #slices(
    project: string,
    trust: Trust,
    rollups: readonly Rollup[],
    start: Date,
  ): Promise<readonly AnswerSlice[]> {
    const merged = mergeRollups(rollups.map((one) => ({ ...one, start })));
    const versions = await versionsOf(
      this.#deps.db.pool,
      { project, trust },
      merged.map(({ release }) => release),
    );
    return merged.map(({ release, arm, figures }) => ({
      release,
      arm,
      figures,
      modelVersions: versions.get(release) ?? [],
    }));
  }
}

/** Every step of the window, those without answers too. */
function pointsOf(rollups: readonly Rollup[], { from, to }: TimeWindow, seconds: number): readonly AnswerPoint[] {
  const byStart = Map.groupBy(rollups, ({ start }) => startOf(start, seconds).getTime());
  const step = seconds * 1_000;
  return Array.from({ length: (to.getTime() - from.getTime()) / step }, (_, i) => {
    const start = from.getTime() + i * step;
    return { from: new Date(start), to: new Date(start + step), figures: totalOf(byStart.get(start) ?? []) };
  });
}
