import type { AssetEvent } from '../../../../schema/event.ts';
import type { AssetKind } from '../../../../schema/nouns.ts';
import { OWN_NAMESPACE } from './lineage-noun.ts';

/** What our own jobs make: a view is loaded, a training set is joined. */
export const RUN_KINDS: readonly AssetKind[] = ['feature-view', 'training-set'];

const PRODUCER = 'https://github.com/tiffin/tiffin';
const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
const FACETS = 'https://openlineage.io/spec/facets';

interface Column {
  readonly name: string;
  readonly dtype: string;
}

/** The end of a run of ours as OpenLineage tells it; null for an event that is none. */
export function ownRunOf(event: AssetEvent, runId: string): object | null {
  if (event.deleted) return null;
  if (event.kind === 'training-set') {
    const { service, rows, columns } = event.data as { service: string; rows: number; columns: readonly Column[] };
    return runEvent(event, runId, event.at, `training-set ${nameOf(service)}`, {
      schema: schemaFacet(columns),
      outputFacets: rowsFacet(rows),
    });
  }
  if (event.kind !== 'feature-view') return null;
  const { lastLoad } = event.data as { lastLoad?: { finishedAt: string | null; rowsWritten: number } };
  if (!lastLoad) return null;
  return runEvent(event, runId, lastLoad.finishedAt ?? event.at, `materialize ${nameOf(event.urn)}`, {
    outputFacets: rowsFacet(lastLoad.rowsWritten),
  });
}

/** What shows a receiver of run events that it can be reached: a job that is none of its own. */
export const pingRunOf = (at: Date, runId: string): object => ({
  ...headOf('OTHER', at.toISOString(), runId, 'ping'),
  inputs: [],
  outputs: [],
});

function runEvent(
  event: AssetEvent,
  runId: string,
  at: string,
  job: string,
  { schema, outputFacets }: { readonly schema?: object; readonly outputFacets: object },
): object {
  const inputs = [...new Set(event.asset.upstream.map(({ urn }) => sourceOf(urn)))];
  return {
    ...headOf('COMPLETE', at, runId, job),
    inputs: inputs.map((urn) => ({ namespace: OWN_NAMESPACE, name: nameOf(urn) })),
    outputs: [
      { namespace: OWN_NAMESPACE, name: nameOf(event.urn), ...(schema && { facets: { schema } }), outputFacets },
    ],
  };
}

const headOf = (eventType: string, eventTime: string, runId: string, name: string): object => ({
  eventType,
  eventTime,
  producer: PRODUCER,
  schemaURL: SCHEMA,
  run: { runId },
  job: { namespace: OWN_NAMESPACE, name },
});

/** A dataset is a source, and not each of its columns. */
function sourceOf(urn: string): string {
  const [scheme = '', project = '', kind = '', name = ''] = urn.split(':');
  return kind === 'column' ? [scheme, project, 'source', name.split('/')[0] ?? name].join(':') : urn;
}

/** As producers name our assets: `source:txn`. */
const nameOf = (urn: string): string => urn.split(':').slice(2).join(':');

const schemaFacet = (columns: readonly Column[]): object => ({
  _producer: PRODUCER,
  _schemaURL: `${FACETS}/1-1-1/SchemaDatasetFacet.json`,
  fields: columns.map(({ name, dtype }) => ({ name, type: dtype })),
});

const rowsFacet = (rowCount: number): object => ({
  outputStatistics: {
    _producer: PRODUCER,
    _schemaURL: `${FACETS}/1-0-2/OutputStatisticsOutputDatasetFacet.json`,
    rowCount,
  },
});
