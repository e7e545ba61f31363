import type { Pool } from 'pg';
import { windowAt, type AlertRule } from '../domain/alert-rule.ts';
import type { Observation, Signal } from '../domain/alert-signal.ts';
import { psiBetween } from '../domain/drift.ts';
import { countOf, type ValueSample } from '../domain/value-sample.ts';
import { UNNARROWED, type PredictionWindow } from '../domain/prediction-window.ts';
import { figures } from './performance.ts';
import { countWindow, hasPredictions } from '../storage/prediction-window.ts';
import { readValues, type ValueWindow } from '../storage/value-window.ts';

const NOTHING: Observation = { value: null, n: 0 };

/** A rate of rows; no rows have none. */
const share = (part: number, n: number): Observation => (n === 0 ? NOTHING : { value: part / n, n });

type Measure = (pool: Pool, window: PredictionWindow, rule: AlertRule) => Promise<Observation>;

const MEASURES: Readonly<Record<Signal, Measure>> = {
  SCORE_PSI: psi,
  FEATURE_PSI: psi,
  FEATURE_MISSING_RATE: missingRate,
  BRIER: async (pool, window) => {
    const { brier, used } = await figures(pool, window);
    return { value: brier, n: used };
  },
  AUC: async (pool, window) => {
    const { auc, used } = await figures(pool, window);
    return { value: auc, n: used };
  },
  ANSWER_RATE: answerRate,
  FALLBACK_RATE: async (pool, window) => {
    const { rows, fallbacks } = await countWindow(pool, window);
    return share(fallbacks, rows);
  },
};

/** What the rule's signal shows at an instant, from the records of enrolled nodes. Too few rows give no value. */
export async function observe(pool: Pool, rule: AlertRule, at: Date): Promise<Observation> {
  const { project, deployment } = rule;
  const everywhere = { project, deployment, trust: 'server', ...UNNARROWED } as const;
  const seen = await MEASURES[rule.signal](pool, { ...everywhere, ...windowAt(rule, at) }, rule);
  return seen.n < (rule.minRows ?? 0) ? { ...seen, value: null } : seen;
}

async function psi(pool: Pool, current: PredictionWindow, { baseline, feature }: AlertRule): Promise<Observation> {
  if (!baseline) return NOTHING;
  const reference = { ...current, ...baseline };
  const features = feature === null ? [] : [feature];
  const before = await readValues(pool, reference, features);
  const after = await readValues(pool, current, features, before);
  const drift = psiBetween(watched(before), watched(after));
  return { value: drift.psi, n: Math.min(drift.n, drift.m) };
}

/** The feature that was asked for, else the score. */
const watched = ({ features, score }: ValueWindow): ValueSample => features[0] ?? score;

async function missingRate(pool: Pool, window: PredictionWindow, { feature }: AlertRule): Promise<Observation> {
  const { features } = await readValues(pool, window, feature === null ? [] : [feature]);
  const statuses = features[0]?.statuses ?? {};
  const n = countOf(statuses);
  return share(n - (statuses['PRESENT'] ?? 0), n);
}

/** None at all is a rate of 0, unless the deployment has never answered: then there is nothing to say. */
async function answerRate(pool: Pool, window: PredictionWindow): Promise<Observation> {
  const { rows } = await countWindow(pool, window);
  if (rows === 0 && !(await hasPredictions(pool, window))) return NOTHING;
  return { value: rows / ((window.to.getTime() - window.from.getTime()) / 60_000), n: rows };
}
