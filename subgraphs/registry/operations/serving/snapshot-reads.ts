import { parse } from 'graphql';
import { DomainError } from '../../../../core/errors.ts';
import { FeatureSnapshot, MOST_SNAPSHOT_BYTES } from '../../../../schema/feature-snapshot.ts';
import { validated } from '../../../../schema/validated.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { BlobStore } from '../../../shared/blob/blob-store.ts';
import { throwRefusal } from '../../../shared/peer-refusal.ts';
import { serviceActor, type Peer } from '../../../shared/peer.ts';
import type { SnapshotEntity, SnapshotReading } from '../../domain/serving/feature-snapshot.ts';

export interface SnapshotReadsDeps {
  readonly feature: Pick<Peer, 'graphql'>;
  /** Where the blobs of snapshots are. */
  readonly blobs: BlobStore;
}

const READ = parse(`query ($input: OnlineFeaturesInput!) {
  onlineFeatures(input: $input) { service rows { features { name value status ageMs } } }
}`);

/** So many entities are asked for at once: the answer of a graph has many words. */
const AT_ONCE = 500;

interface Rows {
  readonly service: string;
  readonly rows: readonly {
    readonly features: readonly { name: string; value: unknown; status: string; ageMs: number | null }[];
  }[];
}

/** Reads features of chosen entities from the feature subgraph, and keeps what it read as a blob. */
export class SnapshotReads {
  readonly #deps: SnapshotReadsDeps;

  constructor(deps: SnapshotReadsDeps) {
    this.#deps = deps;
  }

  /**
   * What a service has of the entities; the reading before where nothing has changed since. Throws INVALID_INPUT that names an
   * entity which the service does not take, TOO_LARGE, and SUBGRAPH_UNAVAILABLE.
   */
  async read(
    project: string,
    service: string,
    entities: readonly SnapshotEntity[],
    at: Date,
    before: SnapshotReading | undefined,
  ): Promise<SnapshotReading> {
    const { blobs } = this.#deps;
    const document = await this.#document(project, service, entities, at);
    const content = contentOf(document);
    if (before?.content === content && (await blobs.stat(before.digest))) return before;
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    if (bytes.length > MOST_SNAPSHOT_BYTES) {
      throw new DomainError(
        'TOO_LARGE',
        `entities: what ${service} has of them takes ${bytes.length} bytes; at most ${MOST_SNAPSHOT_BYTES} are allowed`,
        { field: 'entities', maxBytes: MOST_SNAPSHOT_BYTES },
      );
    }
    const { sha256: digest, sizeBytes } = await blobs.put([bytes]);
    return { service, digest, sizeBytes, readAt: document.readAt, content };
  }

  async #document(
    project: string,
    service: string,
    entities: readonly SnapshotEntity[],
    at: Date,
  ): Promise<FeatureSnapshot> {
    const rows: Rows['rows'][number]['features'][] = [];
    for (let from = 0; from < entities.length; from += AT_ONCE) {
      const found = await this.#ask(project, service, entities.slice(from, from + AT_ONCE), at).catch(
        (error: unknown) => {
          throw shifted(error, from);
        },
      );
      rows.push(...found.rows.map(({ features }) => features));
    }
    return validated(FeatureSnapshot, {
      format: 1,
      service,
      readAt: at.toISOString(),
      names: (rows[0] ?? []).map(({ name }) => name),
      entities,
      values: rows.map((row) => row.map(({ value }) => value)),
      statuses: rows.map((row) => row.map(({ status }) => status)),
      agesMs: rows.map((row) => row.map(({ ageMs }) => ageMs)),
    });
  }

  async #ask(project: string, service: string, entities: readonly SnapshotEntity[], at: Date): Promise<Rows> {
    const actor = serviceActor('registry', ['feature:read'], project);
    const input = { service, entities, at: at.toISOString() };
    const result = await this.#deps.feature.graphql(READ, { input }, actor);
    throwRefusal(result, 'feature');
    return result.data?.['onlineFeatures'] as Rows;
  }
}

/** A refusal of a part names its entities from 0 on; the caller counts them all. */
function shifted(error: unknown, from: number): unknown {
  const field = error instanceof DomainError ? error.details['field'] : undefined;
  if (!(error instanceof DomainError) || typeof field !== 'string') return error;
  const moved = (text: string): string =>
    text.replace(/^entities\.(\d+)/, (_, row: string) => `entities.${Number(row) + from}`);
  return new DomainError(error.code, moved(error.message), { ...error.details, field: moved(field) });
}

/** What tells two readings apart: the values, and when the events were that they come from. */
function contentOf({ readAt, agesMs, ...rest }: FeatureSnapshot): string {
  const readAtMs = Date.parse(readAt);
  return digestOf([rest, agesMs.map((row) => row.map((ageMs) => (ageMs === null ? null : readAtMs - ageMs)))]);
}
