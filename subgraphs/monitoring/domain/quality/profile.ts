import { addCategory, totalOf } from '../../../../core/sketch/category-counts.ts';
import { decodeProfiles } from '../../../../core/sketch/profile-codec.ts';
import { addToProfile, emptyProfile, mergeInto, type ValueProfile } from '../../../../core/sketch/value-profile.ts';
import type { ProfileRecord } from '../../../../schema/profile.ts';
import { startOf, HOUR_SECONDS } from '../indicators/grid.ts';
import type { Rejection } from '../record/rejection.ts';
import type { Trust } from '../trust.ts';
import { OTHER, type ValueSample } from './value-sample.ts';

/** Name under which the score stands among features. */
export const SCORE_NAME = 'score';

/** Profiles by name: of the score, and of each feature. */
export type Profiles = Map<string, ValueProfile>;

/** Which answers of an hour are counted together. */
export interface ProfileSlot {
  readonly deployment: string;
  readonly hour: Date;
  readonly trust: Trust;
  /** `name=value`; empty: all answers. */
  readonly segment: string;
  readonly release: string;
  /** Empty where no arm answered. */
  readonly arm: string;
}

/** A part that a node sent, with its bytes read. */
export interface ProfilePart {
  readonly record: ProfileRecord;
  readonly slot: ProfileSlot;
  readonly profiles: Profiles;
}

/** The part that a record is, or why it is none. */
export function readPart(record: ProfileRecord, sender: Trust): ProfilePart | Rejection {
  const { deployment, occurredAt, segment, release, arm, answers, trust = sender } = record;
  let profiles: Profiles;
  try {
    profiles = decodeProfiles(Uint8Array.from(atob(record.values.base64), (character) => character.charCodeAt(0)));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return { id: record.id, code: 'INVALID_INPUT', message: `values.base64: ${error.message}` };
  }
  const rows = rowsOf(profiles.get(SCORE_NAME));
  if (rows !== answers) {
    const message = `answers: is ${answers}, and its profile of the score counts ${rows}; both must be the same`;
    return { id: record.id, code: 'INVALID_INPUT', message };
  }
  const slot = {
    deployment,
    hour: startOf(new Date(occurredAt), HOUR_SECONDS),
    trust,
    segment: segment === null ? '' : segmentKey(segment.name, segment.value),
    release,
    arm: arm ?? '',
  };
  return { record, slot, profiles };
}

export const segmentKey = (name: string, value: string): string => `${name}=${value}`;

const rowsOf = (profile: ValueProfile | undefined): number => {
  let rows = 0;
  for (const count of profile?.statuses.values() ?? []) rows += count;
  return rows;
};

/** Adds profiles to others. */
export function addProfiles(to: Profiles, more: Profiles): void {
  for (const [name, profile] of more) {
    const known = to.get(name) ?? emptyProfile();
    mergeInto(known, profile);
    to.set(name, known);
  }
}

/** All of some parts or hours together. */
export function mergedProfiles(all: Iterable<Uint8Array>): Profiles {
  const merged: Profiles = new Map();
  for (const bytes of all) addProfiles(merged, decodeProfiles(bytes));
  return merged;
}

/** The profile of values that were read one by one; null where they were not kept apart as a profile keeps them. */
export function profileOfSample({ numbers, longIntegers, categories }: ValueSample): ValueProfile | null {
  // Whether digits are a number or a text, and which texts were lumped together, is known no more.
  if (longIntegers.length > 0 || categories[OTHER] !== undefined) return null;
  const profile = emptyProfile();
  for (const number of numbers) addToProfile(profile, number, 'PRESENT');
  for (const [text, count] of Object.entries(categories)) addCategory(profile.categories, text, count);
  return profile;
}

/** How many rows a window has for which a feature does not occur at all: as if each had said so. */
export function withAbsent(profile: ValueProfile, answers: number): ReadonlyMap<string, number> {
  const absent = answers - rowsOf(profile);
  return absent > 0 ? new Map([...profile.statuses, ['ABSENT', absent]]) : profile.statuses;
}

/** Of what kind most values are. */
export const isNumeric = ({ numbers, categories }: ValueProfile): boolean => numbers.n >= totalOf(categories);
