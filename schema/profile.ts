import * as z from 'zod';
import { Instant, Sha256, urnOfKind } from './common.ts';

/** The longest that a profile's bytes may be, as base64. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * What one node counted of the answers of one hour: of a deployment, by release, arm and one segment. It adds to what was sent before:
 * `run` and `seq` say which part this is, and a part counts once however often it comes.
 */
export const ProfileRecord = z.strictObject({
  id: z.uuid().toLowerCase(),
  /** Of the node's log, as predictions have it. */
  epoch: z.string(),
  /** One run of the node's process, and which of its profiles this is. */
  run: z.uuid().toLowerCase(),
  seq: z.int().nonnegative(),
  deployment: urnOfKind('deployment'),
  release: Sha256,
  models: z.array(urnOfKind('model-version')).min(1).max(8),
  arm: z.string().nullable(),
  /** Of all answers: null; else one value of one segment that the recipe declares. */
  segment: z.strictObject({ name: z.string().max(128), value: z.string().max(256) }).nullable(),
  /** When the hour began. */
  occurredAt: Instant,
  /** How many answers it counts. */
  answers: z.int().positive(),
  /** Whose keys asked for them; left out where servers asked. */
  trust: z.literal('device').optional(),
  /** The profiles of the score and of each feature, as `encodeProfiles` writes them, in base64. */
  values: z.strictObject({ base64: z.base64().max(MOST_CHARACTERS) }),
});
export type ProfileRecord = z.infer<typeof ProfileRecord>;
