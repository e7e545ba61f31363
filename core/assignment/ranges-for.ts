import type { ArmRanges } from './assign.ts';
import type { BucketRange } from './range.ts';

/** The share of units that an arm shall have; at most one arm is the control. */
export interface ArmWeight {
  readonly arm: string;
  /** Share in [0, 1], kept to 1/10000. */
  readonly weight: number;
  readonly control?: boolean;
}

/** The finest step of hash version 2; version 1 steps by ten of these. */
const BUCKETS = 10_000;

function checkWeights(weights: readonly ArmWeight[]): void {
  for (const { arm, weight } of weights) {
    if (!(weight >= 0 && weight <= 1)) throw new RangeError(`the weight of ${arm} is ${weight}; allowed: 0 to 1`);
  }
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (total > 1 + 1e-9) throw new RangeError(`the weights sum to ${total}; allowed: at most 1`);
  if (new Set(weights.map(({ arm }) => arm)).size < weights.length) throw new RangeError('two weights name one arm');
  if (weights.filter(({ control }) => control).length > 1) throw new RangeError('only one arm can be the control');
}

/** Buckets per arm. What rounding leaves over of a full split goes to the control, else to nobody. */
function bucketsOf(weights: readonly ArmWeight[]): Map<string, number> {
  const full = weights.reduce((sum, { weight }) => sum + weight, 0) > 1 - 1e-9;
  let left = BUCKETS;
  const taken = new Map<string, number>();
  for (const { arm, weight } of weights.toSorted((a, b) => Number(a.control ?? false) - Number(b.control ?? false))) {
    taken.set(arm, Math.min(left, Math.round(weight * BUCKETS)));
    left -= taken.get(arm) ?? 0;
  }
  const control = weights.find((weight) => weight.control)?.arm;
  if (full && control !== undefined) taken.set(control, (taken.get(control) ?? 0) + left);
  return taken;
}

function toRanges(owners: readonly (string | null)[], arm: string): BucketRange[] {
  const ranges: BucketRange[] = [];
  let from = -1;
  for (let bucket = 0; bucket <= BUCKETS; bucket++) {
    const own = bucket < BUCKETS && owners[bucket] === arm;
    if (own && from < 0) from = bucket;
    if (!own && from >= 0) {
      ranges.push([from / BUCKETS, bucket / BUCKETS]);
      from = -1;
    }
  }
  return ranges;
}

/**
 * Ranges for the given weights: candidates grow from 0 upwards, the control from 1 downwards. With `previous` (the
 * ranges now in force) a unit leaves its arm only if that arm's weight falls, whatever the others do: arms first give
 * back what they lose, at the end from which they grow, then take what is free. Throws RangeError for weights that are
 * negative, sum to more than 1, name an arm twice or hold two controls.
 */
export function rangesFor(weights: readonly ArmWeight[], previous: readonly ArmRanges[] = []): ArmRanges[] {
  checkWeights(weights);
  const wanted = bucketsOf(weights);
  const owners = Array.from({ length: BUCKETS }, (): string | null => null);
  for (const { arm, ranges } of previous) {
    if (wanted.has(arm))
      for (const [from, to] of ranges) owners.fill(arm, Math.round(from * BUCKETS), Math.round(to * BUCKETS));
  }
  const change = (from: string | null, to: string | null, count: number, step: 1 | -1): void => {
    let left = count;
    for (let i = step === 1 ? 0 : BUCKETS - 1; left > 0 && i >= 0 && i < BUCKETS; i += step) {
      if (owners[i] !== from) continue;
      owners[i] = to;
      left--;
    }
  };
  const held = (arm: string): number => owners.reduce((sum, owner) => sum + Number(owner === arm), 0);
  for (const { arm, control } of weights) {
    change(arm, null, held(arm) - (wanted.get(arm) ?? 0), control ? 1 : -1);
  }
  for (const { arm, control } of weights) {
    change(null, arm, (wanted.get(arm) ?? 0) - held(arm), control ? -1 : 1);
  }
  return weights.map(({ arm }) => ({ arm, ranges: toRanges(owners, arm) }));
}
