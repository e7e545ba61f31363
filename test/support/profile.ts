import { encodeProfiles } from '../../core/sketch/profile-codec.ts';
import { addToProfile, emptyProfile, type ValueProfile } from '../../core/sketch/value-profile.ts';
import type { ProfileRecord } from '../../schema/profile.ts';
import { DEPLOYMENT, RELEASE, uuid, VERSION } from './monitoring.ts';

export type Value = number | boolean | string | null;

/** One answer, as a node counts it: the score, and each feature with its value or the status of what it lacks. */
export interface CountedAnswer {
  readonly score: number | null;
  readonly features?: Readonly<Record<string, { readonly value: Value; readonly status: string }>>;
}

export function profilesOf(answers: readonly CountedAnswer[], edges: Readonly<Record<string, number[]>> = {}) {
  const profiles = new Map<string, ValueProfile>();
  const add = (name: string, value: Value, status: string): void => {
    const profile = profiles.get(name) ?? emptyProfile(edges[name]);
    profiles.set(name, profile);
    addToProfile(profile, value, status);
  };
  for (const { score, features = {} } of answers) {
    add('score', score, score === null ? 'NULL_VALUE' : 'PRESENT');
    for (const [name, { value, status }] of Object.entries(features)) add(name, value, status);
  }
  return profiles;
}

/** A part that a node sends: number `n` of its run. */
export function profilePart(
  n: number,
  answers: readonly CountedAnswer[],
  change: Partial<ProfileRecord> = {},
): ProfileRecord {
  return {
    id: uuid(n, 8),
    epoch: 'epoch-1',
    run: uuid(1, 9),
    seq: n,
    deployment: DEPLOYMENT,
    release: RELEASE,
    models: [VERSION],
    arm: null,
    segment: null,
    occurredAt: '2026-03-10T11:00:00.000Z',
    answers: answers.length,
    values: { base64: Buffer.from(encodeProfiles(profilesOf(answers))).toString('base64') },
    ...change,
  };
}
