import type { Pool } from 'pg';
import { DomainError } from '../../../../core/errors.ts';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import { judgeDrift, type DriftJudgement, type FeatureDrift } from '../../domain/quality/drift.ts';
import type { DriftPreset } from '../../domain/quality/drift-severity.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';
import { UNNARROWED, type PredictionWindow } from '../../domain/prediction-window.ts';
import { modelVersionUrn, parsedId } from '../../domain/ids.ts';
import { checkedWindow, splitWindow, type TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { lastServed } from '../../storage/node/served.ts';
import { mixOfWindow } from '../../storage/record/prediction-window.ts';
import { featureNames, readParts, readValues, type ValueWindow } from '../../storage/record/value-window.ts';

const MAX_FEATURES = 500;

const DAY_MS = 86_400_000;
export const DAYS_BEFORE = 7;

export interface DriftReportInput {
  readonly deployment: string;
  readonly reference: TimeWindow;
  /** Another deployment whose window is the reference. */
  readonly referenceDeployment?: string | null;
  readonly current: TimeWindow;
  /** Left out: every feature that either window has. */
  readonly features?: readonly string[] | null;
  readonly modelVersion?: string | null;
  readonly arm?: string | null;
  /** Narrows both windows: else a shift of the mix would look like one of the model. */
  readonly layer?: AnsweringLayer | null;
  readonly variant?: string | null;
  readonly trust: Trust;
  readonly preset: DriftPreset;
}

/** Windows one after another, each held against the same reference. */
export interface DriftSeriesInput extends TimeWindow {
  readonly deployment: string;
  readonly reference: TimeWindow;
  readonly windowHours: number;
  readonly trust: Trust;
}

/** Two windows to compare, and how. */
interface Comparison {
  readonly reference: PredictionWindow;
  readonly current: PredictionWindow;
  readonly features: readonly string[] | null;
  readonly preset: DriftPreset;
}

type WindowRead = PredictionWindow & Pick<ValueWindow, 'rows' | 'used'>;

export interface DriftReport extends Pick<DriftJudgement, 'preset' | 'severity'> {
  readonly reference: WindowRead;
  readonly current: WindowRead;
  readonly score: FeatureDrift;
  readonly features: readonly FeatureDrift[];
}

const MAX_WINDOWS = 31;

/** Compares the stored predictions of two windows, the score and each feature, and judges them together. */
export class Drift {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async report({ actor }: RequestContext, input: DriftReportInput): Promise<DriftReport> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const { trust, referenceDeployment, features = null, preset } = input;
    const modelVersion = parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion');
    const windows = {
      reference: checkedWindow('reference', input.reference),
      current: checkedWindow('current', input.current),
    };
    const deployment = await reportedDeployment(pool, project, input.deployment, 'deployment');
    const from = referenceDeployment
      ? await reportedDeployment(pool, project, referenceDeployment, 'referenceDeployment')
      : deployment;
    const everywhere = {
      project,
      trust,
      ...UNNARROWED,
      layer: input.layer ?? null,
      variant: input.variant ?? null,
    };
    return compare(pool, {
      reference: { ...everywhere, deployment: from, ...windows.reference },
      current: {
        ...everywhere,
        deployment,
        modelVersion,
        arm: input.arm ?? null,
        ...windows.current,
      },
      features,
      preset,
    });
  }

  /** What `report` says of each part of a time, without the bins; a part without answers is left out. */
  async series(
    { actor: { project } }: RequestContext,
    { deployment: id, trust, windowHours, ...input }: DriftSeriesInput,
  ): Promise<readonly DriftReport[]> {
    const { pool } = this.#deps.db;
    const windows = splitWindow(checkedWindow('to', input), windowHours, MAX_WINDOWS);
    const { from, to } = checkedWindow('reference', input.reference);
    const deployment = await reportedDeployment(pool, project, id, 'deployment');
    const everywhere = { project, trust, ...UNNARROWED, deployment };
    const reference = { ...everywhere, from, to };
    const whole = { ...everywhere, from: input.from, to: input.to };
    const features = await namesOf(pool, { reference, current: whole, features: null });
    const before = await readValues(pool, reference, features);
    const reports: DriftReport[] = [];
    for await (const { part, values } of readParts(pool, whole, windows, { features, like: before })) {
      reports.push(reportOf({ reference, current: { ...everywhere, ...part }, preset: 'BY_EFFECT' }, before, values));
    }
    return reports;
  }

  /** Which layers and segments the answers of a window come from: a shift of these is none of the model. */
  mix(window: PredictionWindow): Promise<Readonly<Record<string, number>>> {
    return mixOfWindow(this.#deps.db.pool, window);
  }

  /** The newest day that a model version answered, against its deployment before that; null if it never answered. */
  async ofVersion({ actor }: RequestContext, modelVersion: string): Promise<DriftReport | null> {
    const { pool } = this.#deps.db;
    const served = await lastServed(pool, actor.project, modelVersion);
    if (!served) return null;
    const to = new Date(served.at.getTime() + 1);
    const from = new Date(to.getTime() - DAY_MS);
    const before = new Date(from.getTime() - DAYS_BEFORE * DAY_MS);
    const window = { project: actor.project, deployment: served.deployment, trust: 'server', ...UNNARROWED } as const;
    return compare(pool, {
      reference: { ...window, from: before, to: from },
      current: { ...window, modelVersion, from, to },
      features: null,
      preset: 'BY_EFFECT',
    });
  }
}

async function compare(pool: Pool, comparison: Comparison): Promise<DriftReport> {
  const names = await namesOf(pool, comparison);
  const before = await readValues(pool, comparison.reference, names);
  return reportOf(comparison, before, await readValues(pool, comparison.current, names, before));
}

function reportOf(
  { reference, current, preset }: Omit<Comparison, 'features'>,
  before: ValueWindow,
  after: ValueWindow,
): DriftReport {
  const { features, severity } = judgeDrift(
    [before.score, ...before.features],
    [after.score, ...after.features],
    preset,
  );
  const [score, ...others] = features;
  if (!score) throw new Error('the score is always judged');
  return {
    preset,
    severity,
    reference: { ...reference, rows: before.rows, used: before.used },
    current: { ...current, rows: after.rows, used: after.used },
    score,
    features: others,
  };
}

async function namesOf(
  pool: Pool,
  { reference, current, features }: Omit<Comparison, 'preset'>,
): Promise<readonly string[]> {
  const wanted =
    features ?? (await Promise.all([reference, current].map((window) => featureNames(pool, window)))).flat();
  const names = [...new Set(wanted)].sort();
  if (names.length > MAX_FEATURES) {
    throw new DomainError('LIMIT_EXCEEDED', `features: this asks for ${names.length}; name at most ${MAX_FEATURES}`, {
      field: 'features',
      limit: MAX_FEATURES,
    });
  }
  return names;
}
