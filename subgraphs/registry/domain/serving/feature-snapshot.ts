import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { MOST_SNAPSHOT_ENTITIES } from '../../../../schema/feature-snapshot.ts';
import type { ManifestSnapshot } from '../../../../schema/manifest.ts';
import { validated } from '../../../../schema/validated.ts';
import type { DeploymentKey } from '../ids.ts';
import { checkAudience } from './manifest.ts';

/** Join key → value. */
export type SnapshotEntity = Readonly<Record<string, string | number | boolean>>;

/** What was last read of one service: the blob that nodes get. */
export interface SnapshotReading extends Omit<ManifestSnapshot, 'name'> {
  /** When the values were first read as they are. */
  readonly readAt: string;
  /** Digest of what was read, without the time at which that was. */
  readonly content: string;
}

/** Features of chosen entities that nodes of a deployment keep, for when no store can be asked. */
export interface FeatureSnapshot extends DeploymentKey {
  readonly name: string;
  readonly entities: readonly SnapshotEntity[];
  /** How often they are read again. */
  readonly everySeconds: number;
  /** Device audiences that get it; servers always do. */
  readonly audiences: readonly string[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** One for each service that the releases of the deployment read. */
  readonly readings: readonly SnapshotReading[];
  /** When they were last read; null: never. */
  readonly checkedAt: Date | null;
  /** When they are read next. */
  readonly dueAt: Date;
  /** Why they could not be read the last time; null where they could. */
  readonly problem: string | null;
}

/** What people say of a snapshot. */
export type SnapshotTerms = Pick<FeatureSnapshot, 'name' | 'entities' | 'everySeconds' | 'audiences'>;

export const MOST_SNAPSHOTS = 20;
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 86_400;
const DEFAULT_SECONDS = 300;
const MOST_KEYS = 20;

const FORM = `an entity is an object of 1 to ${MOST_KEYS} join keys with text, numbers or booleans, such as {"airport": "SEA"}`;

const Entity = z
  .record(z.string(), z.union([z.string().max(1_024), z.number(), z.boolean()], { error: FORM }), { error: FORM })
  .refine((entity) => Object.keys(entity).length > 0 && Object.keys(entity).length <= MOST_KEYS, { error: FORM });

const Terms = z.strictObject({
  deployment: z.string(),
  name: Name.nullish(),
  entities: z
    .array(Entity)
    .min(1, 'name at least one entity')
    .max(MOST_SNAPSHOT_ENTITIES, `at most ${MOST_SNAPSHOT_ENTITIES} entities`),
  everySeconds: z
    .int()
    .min(SHORTEST_SECONDS, `allowed are ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} seconds`)
    .max(LONGEST_SECONDS, `allowed are ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} seconds`)
    .nullish(),
  audiences: z.array(z.string()).max(20).nullish(),
});

export const DEFAULT_NAME = 'default';

/** Reads what setFeatureSnapshot is given; the deployment is as the caller wrote it. Throws INVALID_INPUT. */
export function readSnapshotTerms(input: unknown): SnapshotTerms & { readonly deployment: string } {
  const { deployment, name, entities, everySeconds, audiences } = validated(Terms, input);
  for (const audience of audiences ?? []) checkAudience(audience);
  return {
    deployment,
    name: name ?? DEFAULT_NAME,
    entities,
    everySeconds: everySeconds ?? DEFAULT_SECONDS,
    audiences: [...new Set(audiences ?? [])],
  };
}

/** A snapshot goes to no device that is not served the deployment. Throws INVALID_INPUT. */
export function checkAudiences(audiences: readonly string[], served: readonly string[]): void {
  const other = audiences.find((audience) => !served.includes(audience));
  if (other === undefined) return;
  throw new DomainError('INVALID_INPUT', `audiences: the deployment is not served to "${other}"`, {
    field: 'audiences',
    allowed: served,
  });
}
