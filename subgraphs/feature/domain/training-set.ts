import type { Dtype } from '../../../schema/common.ts';
import type { FeatureService } from './feature-service.ts';
import { beginWork, type LongWork } from './long-work.ts';
import type { KnownAt, SegmentKind } from './point-in-time.ts';

export const COLUMN_ROLES = ['KEY', 'TIMESTAMP', 'LABEL', 'FEATURE'] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

export interface TrainingColumn {
  readonly name: string;
  readonly dtype: Dtype;
  readonly role: ColumnRole;
}

/** The rows that features are wanted for: keys, a time, labels. */
export interface Spine {
  /** Of its Parquet file. */
  readonly sha256: string;
  /** Of its rows in their order, whatever file holds them. */
  readonly contentHash: string;
  readonly rows: number;
  readonly columns: readonly TrainingColumn[];
  /** The events that its rows are, where nobody gave rows: a rebuild reads them again. */
  readonly events?: SpineEvents;
}

/** Events of the log: what was published of it, the range of their times, and the features that are labels. */
export interface SpineEvents {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  readonly log: readonly ManifestLog[];
}

/** The rows that features are wanted for, as a caller gives them: here, in a file, or as the events of a view. */
export interface SpineInput {
  readonly rows?: readonly unknown[] | null | undefined;
  readonly path?: string | null | undefined;
  /** What `POST /v1/spines` answered. */
  readonly upload?: string | null | undefined;
  readonly events?: EventSpineInput | null | undefined;
  readonly timestampColumn: string;
  readonly assumeUtc: boolean;
}

/** Each key and time at which something happened in [from, to). */
export interface EventSpineInput {
  /** Whose events; left out, those of every view of the service. */
  readonly view?: string | null | undefined;
  readonly from: Date;
  readonly to: Date;
  /** Features of the view that become labels. */
  readonly labels?: readonly string[] | null | undefined;
}

export interface TrainingSetInput {
  readonly service: string;
  readonly spine: SpineInput;
  readonly knownAt: KnownAt;
  readonly waitMs: number;
}

export interface RebuildTrainingSetInput {
  readonly trainingSet: string;
  readonly waitMs: number;
}

/** What of a view's log was read: a rebuild reads the same. */
export interface ManifestLog {
  readonly view: string;
  readonly segments: readonly {
    readonly sha256: string;
    readonly kind: SegmentKind;
    readonly seq: number;
    readonly availableAt: string;
  }[];
  /** Pushed rows up to this place in the log. */
  readonly pushedThrough: number;
}

/** How a training set came about. All but `log` is its identity. */
export interface TrainingManifest {
  readonly format: 1;
  readonly service: string;
  readonly views: readonly { readonly view: string; readonly ttlMs: number; readonly features: readonly string[] }[];
  readonly knownAt: KnownAt;
  readonly spine: Spine;
  readonly columns: readonly TrainingColumn[];
  readonly rows: number;
  readonly schemaHash: string;
  /** Of the rows, whatever their order. */
  readonly contentHash: string;
  readonly log: readonly ManifestLog[];
}

/** What names a training set: the same request on the same knowledge gives the same one. */
export function identityOf(manifest: TrainingManifest): Omit<TrainingManifest, 'log' | 'spine'> & { spine: string } {
  const { format, service, views, knownAt, spine, columns, rows, schemaHash, contentHash } = manifest;
  return { format, service, views, knownAt, spine: spine.contentHash, columns, rows, schemaHash, contentHash };
}

/** Rows with the features that a service would have answered at their times. Immutable. */
export interface TrainingSet {
  readonly project: string;
  readonly key: string;
  readonly service: string;
  readonly serviceVersion: number;
  readonly manifest: TrainingManifest;
  /** Of the Parquet file. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** The making of a training set, or its making anew. */
export interface TrainingSetBuild extends LongWork {
  readonly service: string;
  readonly serviceVersion: number;
  readonly knownAt: KnownAt;
  readonly spine: Spine;
  /** The set that is made anew, for a rebuild. */
  readonly rebuildOf: string | null;
  readonly viewsJoined: number;
  readonly views: number;
  /** The set that was made. */
  readonly trainingSet: string | null;
  /** Of a rebuild: whether its file is the same to the byte. */
  readonly sameBytes: boolean | null;
}

/** A build that begins. */
export const beginBuild = (
  { name, version, views }: FeatureService,
  ordered: Parameters<typeof beginWork>[0],
  key: string,
  given: Pick<TrainingSetBuild, 'spine' | 'knownAt' | 'rebuildOf'>,
  now: Date,
): TrainingSetBuild => ({
  ...beginWork(ordered, key, now),
  ...given,
  service: name,
  serviceVersion: version,
  viewsJoined: 0,
  views: views.length,
  trainingSet: null,
  sameBytes: null,
});
