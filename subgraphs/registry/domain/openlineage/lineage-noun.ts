import { DomainError } from '../../../../core/errors.ts';
import { parseUrn, urnOf } from '../../../../core/urn.ts';
import { isAssetKind } from '../../../../schema/nouns.ts';

export const LINEAGE_KINDS = ['job', 'dataset', 'dataset-field'] as const;
export type LineageKind = (typeof LINEAGE_KINDS)[number];

/** A facet as an event brought it; a newer one of its name takes its place whole. */
export interface KeptFacet {
  readonly at: string;
  readonly facet: Readonly<Record<string, unknown>>;
}

/** A job, a dataset or a field of one, as events of OpenLineage tell of it. */
export interface LineageNoun {
  readonly urn: string;
  readonly project: string;
  readonly kind: LineageKind;
  readonly namespace: string;
  /** Of the job or dataset. */
  readonly name: string;
  /** Of a field; null for what is none. */
  readonly field: string | null;
  readonly deleted: boolean;
  readonly facets: Readonly<Record<string, KeptFacet>>;
  /** Ids that a job reads, that a field comes from, or that decide about all rows of a dataset. */
  readonly upstream: readonly string[];
  /** Ids that a job writes. */
  readonly downstream: readonly string[];
  /** How many runs of a job were told of. */
  readonly runs: number;
  /** The run whose edges a job has, and since when that run is known; null before the first. */
  readonly edgesOf: { readonly runId: string; readonly at: string } | null;
  /** How the newest run of a job stands. */
  readonly lastRun: { readonly runId: string; readonly state: string; readonly at: string } | null;
  readonly revision: number;
}

/** What one run of a job was told to read and write, over all of its events. */
export interface LineageRun {
  readonly project: string;
  readonly runId: string;
  readonly job: string;
  /** The time of its earliest event. */
  readonly firstAt: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A run is one of its job: a producer that reuses its UUID for another job tells of another run. */
export const runKey = ({ runId, job }: Pick<LineageRun, 'runId' | 'job'>): string => `${runId} ${job}`;

/** The namespace under which producers name our own assets: `{ namespace: "tiffin", name: "source:txn" }`. */
export const OWN_NAMESPACE = 'tiffin';

export const jobUrn = (project: string, namespace: string, name: string): string =>
  urnOf(project, 'job', namespace, name);

export const fieldUrn = (project: string, namespace: string, name: string, field: string): string =>
  urnOf(project, 'dataset-field', namespace, name, field);

/** Throws INVALID_INPUT for a name of the namespace `tiffin` that is no id of an asset. */
export function datasetUrn(project: string, namespace: string, name: string): string {
  if (namespace !== OWN_NAMESPACE) return urnOf(project, 'dataset', namespace, name);
  try {
    const urn = parseUrn(`tiffin:${encodeURIComponent(project)}:${name}`);
    if (isAssetKind(urn.kind)) return `tiffin:${encodeURIComponent(project)}:${name}`;
  } catch {
    // Refused below, like the id of what is no asset.
  }
  throw new DomainError('INVALID_INPUT', `name: "${name}" is no asset; allowed: <kind>:<name>, as source:txn`, {
    field: 'name',
    allowed: ['<kind>:<name>[@version]'],
  });
}

export const newNoun = (
  project: string,
  kind: LineageKind,
  [namespace, name, field = null]: readonly [string, string, (string | null)?],
): LineageNoun => ({
  urn: field === null ? urnOf(project, kind, namespace, name) : fieldUrn(project, namespace, name, field),
  project,
  kind,
  namespace,
  name,
  field,
  deleted: false,
  facets: {},
  upstream: [],
  downstream: [],
  runs: 0,
  edgesOf: null,
  lastRun: null,
  revision: 0,
});
