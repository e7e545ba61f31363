import type { Pool } from 'pg';
import { DomainError } from '../../core/errors.ts';
import { judgeDrift, type DriftJudgement, type FeatureDrift } from './domain/drift-report.ts';
import type { DriftPreset } from './domain/drift-severity.ts';
import type { PredictionWindow } from './domain/prediction-window.ts';
import { checkWindow } from './domain/time-window.ts';
import { featureNames, readValues, type ValueWindow } from './storage/value-window.ts';

export const MAX_FEATURES = 500;

export interface DriftRequest {
  readonly reference: PredictionWindow;
  readonly current: PredictionWindow;
  /** Null: every feature that either window has. */
  readonly features: readonly string[] | null;
  readonly preset: DriftPreset;
}

export interface DriftReport extends Pick<DriftJudgement, 'preset' | 'severity'> {
  readonly reference: PredictionWindow & Pick<ValueWindow, 'rows' | 'used'>;
  readonly current: PredictionWindow & Pick<ValueWindow, 'rows' | 'used'>;
  readonly score: FeatureDrift;
  readonly features: readonly FeatureDrift[];
}

/** Compares the stored predictions of two windows, the score and each feature, and judges them together. */
export async function driftReport(pool: Pool, request: DriftRequest): Promise<DriftReport> {
  const { reference, current, preset } = request;
  checkWindow('reference', reference);
  checkWindow('current', current);
  const names = await namesOf(pool, request);
  const before = await readValues(pool, reference, names);
  const after = await readValues(pool, current, names, before);
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

async function namesOf(pool: Pool, { reference, current, features }: DriftRequest): Promise<readonly string[]> {
  const wanted = features ?? [...(await featureNames(pool, reference)), ...(await featureNames(pool, current))];
  const names = [...new Set(wanted)].sort();
  if (names.length > MAX_FEATURES) {
    throw new DomainError('LIMIT_EXCEEDED', `this asks for ${names.length} features; name at most ${MAX_FEATURES}`, {
      field: 'features',
      limit: MAX_FEATURES,
    });
  }
  return names;
}
