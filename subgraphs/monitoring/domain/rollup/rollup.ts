import type { PredictionRecord } from '../../../../schema/telemetry.ts';
import { startOf } from '../indicators/grid.ts';
import type { Trust } from '../trust.ts';
import { distributionOf, mergeCounts, mergeFigures, NOTHING, type NamedCounts, type RollupFigures } from './figures.ts';

export const MINUTE_SECONDS = 60;
export const HOUR_SECONDS = 3_600;
/** Lengths that answers are counted in; each divides the next. */
export const ROLLUP_SECONDS = [MINUTE_SECONDS, HOUR_SECONDS] as const;

/** Whose answers are counted together. */
export interface RollupKey {
  readonly project: string;
  readonly deployment: string;
  readonly start: Date;
  readonly release: string;
  /** Empty outside an allocation. */
  readonly arm: string;
  readonly trust: Trust;
}

export interface Rollup extends RollupKey {
  readonly figures: RollupFigures;
}

export interface TimedRollup extends Rollup {
  readonly seconds: number;
}

/** The store keeps no U+0000: it divides the parts of the key. */
const keyOf = ({ project, deployment, start, release, arm, trust }: RollupKey): string =>
  [project, deployment, start.getTime(), release, arm, trust].join('\0');

/** Answers that were just stored, counted by minute. What testers forced is left out: it does not say what serves. */
export function minutesOf(project: string, sender: Trust, records: readonly PredictionRecord[]): readonly Rollup[] {
  const keyed = records
    .filter(({ forced }) => forced === undefined)
    .map((record) => ({
      record,
      key: {
        project,
        deployment: record.deployment,
        start: startOf(new Date(record.occurredAt), MINUTE_SECONDS),
        release: record.release,
        arm: record.arm ?? '',
        trust: record.trust ?? sender,
      },
    }));
  return [...Map.groupBy(keyed, ({ key }) => keyOf(key)).values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first.key, figures: figuresOf(group.map(({ record }) => record)) }] : [];
  });
}

function figuresOf(records: readonly PredictionRecord[]): RollupFigures {
  return {
    answers: records.length,
    failed: records.filter(({ models }) => models.some(({ failure }) => failure !== undefined)).length,
    fallbacks: countsOf(records.map(({ fallback }) => fallback)),
    decisions: countsOf(records.map(({ decision }) => decision)),
    latency: distributionOf(records.flatMap(({ timings }) => timings['total'] ?? [])),
    score: distributionOf(records.flatMap(({ score }) => score ?? [])),
  };
}

function countsOf(names: readonly (string | null)[]): NamedCounts {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  return mergeCounts({}, Object.fromEntries(counts));
}

/** Counted minutes, added up by minute and by hour; in the order of their keys. */
export function foldMinutes(minutes: readonly Rollup[]): readonly TimedRollup[] {
  return ROLLUP_SECONDS.flatMap((seconds) =>
    mergeRollups(minutes.map((one) => ({ ...one, start: startOf(one.start, seconds) }))).map((one) => ({
      ...one,
      seconds,
    })),
  );
}

/** One rollup per key, in the order of the keys. */
export function mergeRollups<T extends Rollup>(rollups: readonly T[]): readonly T[] {
  const merged = new Map<string, T>();
  for (const one of rollups) {
    const key = keyOf(one);
    const held = merged.get(key);
    merged.set(key, held ? { ...held, figures: mergeFigures(held.figures, one.figures) } : one);
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

export const totalOf = (rollups: readonly Rollup[]): RollupFigures =>
  rollups.reduce((sum, { figures }) => mergeFigures(sum, figures), NOTHING);
