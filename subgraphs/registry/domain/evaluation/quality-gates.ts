import { pairedMomentsTest } from '../../../../core/statistics/means.ts';
import { momentsOf } from '../../../../core/statistics/moments.ts';
import type { TierPolicy } from '../governance/tier-policy.ts';
import type { GateResult } from '../version/model-version.ts';
import type { Metric } from './metrics.ts';

/** The limits of the tier for metrics that this task has. */
export function limitGates(metrics: readonly Metric[], { limits }: TierPolicy['quality']): readonly GateResult[] {
  return limits.flatMap(({ metric: name, least, most }): GateResult[] => {
    const metric = metrics.find((one) => one.name === name);
    if (!metric) return [];
    const { value, n, lower, upper } = metric;
    const low = least !== undefined && value < least;
    const high = most !== undefined && value > most;
    const asked = [
      ...(least === undefined ? [] : [`at least ${least}`]),
      ...(most === undefined ? [] : [`at most ${most}`]),
    ];
    return [
      {
        gate: `quality.${name}`,
        passed: !low && !high,
        detail: `${name} is ${digits(value)} on ${n} rows; asked for: ${asked.join(' and ')}`,
        rule: `${name} ${asked.join(' and ')}`,
        value,
        limit: (high ? most : least) ?? most ?? null,
        n,
        lower,
        upper,
      },
    ];
  });
}

/** How the rows of a version cost beside those of the champion; pairs of the same rows. */
export interface Paired {
  readonly champion: string;
  readonly own: readonly number[];
  readonly theirs: readonly number[];
}

/** Fails where the mean extra loss is above 0 beyond chance: the whole 95 % interval of the pairs lies above 0. */
export function championGate({ champion, own, theirs }: Paired): GateResult {
  const { difference, interval } = pairedMomentsTest(
    momentsOf(own.map((loss, row) => loss - (theirs[row] ?? Number.NaN))),
  );
  const value = difference ?? 0;
  // Without spread there is no interval: every row differs by the same.
  const worse = interval ? interval.lower > 0 : value > 0;
  return {
    gate: 'quality.champion',
    passed: !worse,
    detail: `loses ${digits(Math.abs(value))} ${value > 0 ? 'more' : 'less'} a row than ${champion}, on the same ${own.length} rows`,
    rule: 'no worse than the champion: the interval of the mean extra loss, row by row, does not lie above the limit',
    value,
    limit: 0,
    n: own.length,
    lower: interval?.lower ?? value,
    upper: interval?.upper ?? value,
  };
}

export const digits = (value: number): string => String(Number(value.toPrecision(6)));
