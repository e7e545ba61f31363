import { totalOf } from '../../../../core/sketch/category-counts.ts';
import { ascendingCells, type AscendingCells } from '../../../../core/sketch/cells.ts';
import { emptyProfile, type ValueProfile } from '../../../../core/sketch/value-profile.ts';
import { withAbsent, type Profiles } from './profile.ts';

/** What profiles count of one window. */
export interface CountedWindow {
  readonly answers: number;
  readonly profiles: Profiles;
}

/** A profile, read for comparison with others. */
export interface CountedValues {
  readonly profile: ValueProfile;
  readonly cells: AscendingCells;
  /** Values that are no numbers. */
  readonly texts: number;
}

export const valuesOf = (profile: ValueProfile): CountedValues => ({
  profile,
  cells: ascendingCells(profile.numbers.sketch),
  texts: totalOf(profile.categories),
});

/** One feature of a window. */
export interface CountedFeature extends CountedValues {
  readonly statuses: Readonly<Record<string, number>>;
}

export function featureOf({ answers, profiles }: CountedWindow, name: string): CountedFeature {
  const profile = profiles.get(name) ?? emptyProfile();
  const statuses: Record<string, number> = {};
  withAbsent(profile, answers).forEach((count, status) => (statuses[status] = count));
  return { ...valuesOf(profile), statuses };
}

/** A window against which others are held: each feature is read once for all of them, so its profiles must stay as they are. */
export class ReferenceWindow implements CountedWindow {
  readonly answers: number;
  readonly profiles: Profiles;
  readonly #features = new Map<string, CountedFeature>();

  constructor({ answers, profiles }: CountedWindow) {
    this.answers = answers;
    this.profiles = profiles;
  }

  feature(name: string): CountedFeature {
    const feature = this.#features.get(name) ?? featureOf(this, name);
    this.#features.set(name, feature);
    return feature;
  }
}
