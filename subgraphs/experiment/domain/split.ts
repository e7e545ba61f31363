import type { ArmRanges } from '../../../core/assignment/assign.ts';
import { rangesFor } from '../../../core/assignment/ranges-for.ts';
import { refuse } from './refuse.ts';

/** Share of all units, by arm; what the arms leave over is not in the experiment. */
export type Split = Readonly<Record<string, number>>;

/** The finest share that hashing tells apart. */
const STEP = 1e-4;

/** The share of an arm that the split names. */
export function shareOf(split: Split, arm: string): number {
  const share = split[arm];
  if (share === undefined) throw new Error(`the split names no arm "${arm}"`);
  return share;
}

/** Throws INVALID_INPUT unless every arm gets units and no unit is promised twice. `field` names the list of arms. */
export function checkSplit(arms: readonly string[], split: Split, field: string): void {
  for (const name of Object.keys(split)) {
    if (!arms.includes(name)) throw refuse(field, `no arm is called "${name}"`, arms);
  }
  for (const [i, arm] of arms.entries()) {
    const share = split[arm];
    if (share === undefined) throw refuse(field, `the share of "${arm}" is missing`, arms);
    if (!(share >= STEP && share < 1)) {
      throw refuse(`${field}.${i}.share`, `that of ${arm} is ${share}; allowed: ${STEP} up to below 1`);
    }
  }
  const total = Object.values(split).reduce((sum, share) => sum + share, 0);
  if (total > 1 + 1e-9) throw refuse(field, `the shares sum to ${total}; allowed: at most 1`);
}

export const isSameSplit = (a: Split, b: Split): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([arm, share]) => b[arm] === share);

/** The hash ranges of a split, whose first arm is the control: a unit keeps its arm through a change unless that arm shrinks. */
export const rangesOf = (arms: readonly string[], split: Split, previous: readonly ArmRanges[] = []): ArmRanges[] =>
  rangesFor(
    arms.map((arm, i) => ({ arm, weight: shareOf(split, arm), control: i === 0 })),
    previous,
  );
