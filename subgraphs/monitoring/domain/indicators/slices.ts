import type { Labels } from '../../../../core/promql/labels.ts';
import { POSITIVE_FROM } from '../quality/performance.ts';
import { versionLabel } from './indicator.ts';

/** An answer, and its outcome where there is one by now. */
export interface ScoredRow {
  readonly score: number | null;
  readonly models: readonly { readonly version: string; readonly score: number | null }[];
  readonly arm: string | null;
  readonly segments: Readonly<Record<string, string>> | null;
  readonly decision: string | null;
  /** The outcome as it was sent. */
  readonly value: number | null;
}

/** A score that counts in a slice; null before there is an outcome. */
export interface Scored {
  readonly score: number;
  readonly value: number | null;
}

/** Scores under the labels of their series: of the whole deployment, of a version by its own score, of an arm or of a segment. */
export interface Slice {
  readonly labels: Labels;
  readonly scored: readonly Scored[];
}

export const labelOf = (value: number): 0 | 1 => (value >= POSITIVE_FROM ? 1 : 0);

/** Values of one dimension that have series of their own; the rest counts as `other`. */
const MOST_VALUES = 100;

type Slices = Map<string, Scored[]>;

function add(slices: Slices, key: string, scored: Scored): void {
  const held = slices.get(key);
  if (held) held.push(scored);
  else slices.set(key, [scored]);
}

/** The scores of a window, one dimension at a time. */
export function slicesOf(project: string, rows: readonly ScoredRow[]): readonly Slice[] {
  const whole: Scored[] = [];
  const [versions, arms]: [Slices, Slices] = [new Map(), new Map()];
  const dimensions = new Map<string, Slices>();
  for (const { score, models, arm, segments, value } of rows) {
    for (const model of models) {
      if (model.score !== null) add(versions, versionLabel(project, [model.version]), { score: model.score, value });
    }
    if (score === null) continue;
    const scored = { score, value };
    whole.push(scored);
    if (arm !== null) add(arms, arm, scored);
    for (const [dimension, name] of Object.entries(segments ?? {})) {
      const slices: Slices = dimensions.get(dimension) ?? new Map();
      dimensions.set(dimension, slices);
      add(slices, name, scored);
    }
  }
  return [
    ...(whole.length === 0 ? [] : [{ labels: {}, scored: whole }]),
    ...named('model_version', versions),
    ...named('arm', arms),
    ...[...dimensions].flatMap(([dimension, slices]) => named('segment', slices, `${dimension}=`)),
  ];
}

function named(label: string, slices: Slices, prefix = ''): readonly Slice[] {
  const sorted = [...slices].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  const kept = sorted.slice(0, MOST_VALUES);
  const rest = sorted.slice(MOST_VALUES).flatMap(([, scored]) => scored);
  const all: readonly (readonly [string, readonly Scored[]])[] = rest.length === 0 ? kept : [...kept, ['other', rest]];
  return all.map(([value, scored]) => ({ labels: { [label]: `${prefix}${value}` }, scored }));
}
