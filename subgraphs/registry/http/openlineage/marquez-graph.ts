import { DomainError } from '../../../../core/errors.ts';
import { parseUrn } from '../../../../core/urn.ts';
import { datasetUrn, fieldUrn, jobUrn } from '../../domain/openlineage/lineage-noun.ts';
import type { Around } from '../../operations/catalogue/lineages.ts';

interface MarquezEdge {
  readonly origin: string;
  readonly destination: string;
}

interface MarquezNode {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly inEdges: readonly MarquezEdge[];
  readonly outEdges: readonly MarquezEdge[];
}

const FORMS = ['job:<namespace>:<name>', 'dataset:<namespace>:<name>', 'datasetField:<namespace>:<name>:<field>'];

/**
 * Marquez's id of a node, `dataset:<namespace>:<name>`, as an id of ours. A namespace may hold colons, `postgres://db:5432`; a
 * name may not.
 */
export function urnOfNode(project: string, nodeId: string): string {
  const parts = nodeId.split(':');
  const [type] = parts;
  const isField = type === 'datasetField';
  const names = parts.slice(isField ? -2 : -1);
  const namespace = parts.slice(1, parts.length - names.length).join(':');
  const [name = '', field = ''] = names;
  if (namespace !== '' && name !== '') {
    if (type === 'job') return jobUrn(project, namespace, name);
    if (type === 'dataset') return datasetUrn(project, namespace, name);
    if (isField && field !== '') return fieldUrn(project, namespace, name, field);
  }
  throw new DomainError('INVALID_INPUT', `nodeId: "${nodeId}" is no node; allowed: ${FORMS.join(', ')}`, {
    field: 'nodeId',
    allowed: FORMS,
  });
}

const TYPES: Readonly<Record<string, string>> = { job: 'job', dataset: 'dataset', 'dataset-field': 'datasetField' };

/** An id of ours as Marquez writes it; what is of another kind is a dataset of the namespace `tiffin`. */
function nodeOf(urn: string): { readonly id: string; readonly type: string } {
  const { kind, parts } = parseUrn(urn);
  const type = TYPES[kind];
  if (type === undefined) {
    const name = urn.split(':').slice(2).join(':');
    return { id: `dataset:tiffin:${name}`, type: 'DATASET' };
  }
  const id = [type, ...parts.map(({ name }) => name)].join(':');
  return { id, type: type === 'datasetField' ? 'DATASET_FIELD' : type.toUpperCase() };
}

export const marquezGraph = ({ nodes, edges }: Around): readonly MarquezNode[] =>
  nodes.map(({ id: urn, asset }) => {
    const { id, type } = nodeOf(urn);
    const named = (list: typeof edges): MarquezEdge[] =>
      list.map(({ upstream, downstream }) => ({ origin: nodeOf(upstream).id, destination: nodeOf(downstream).id }));
    return {
      id,
      type,
      data: {
        name: asset?.name ?? null,
        description: asset?.description ?? null,
        tags: asset?.tags ?? [],
        updatedAt: asset?.at.toISOString() ?? null,
      },
      inEdges: named(edges.filter((edge) => edge.downstream === urn)),
      outEdges: named(edges.filter((edge) => edge.upstream === urn)),
    };
  });
