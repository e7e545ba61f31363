import { canonicalJson } from '../../../../core/canonical-json.ts';
import { urnOf } from '../../../../core/urn.ts';
import type { AssetEventInput } from '../../../../schema/event.ts';
import { facetsOf } from './dataset-facets.ts';
import type { LineageNoun } from './lineage-noun.ts';

type Upstream = NonNullable<AssetEventInput['asset']['upstream']>;

const MOST_TAGS = 50;
const LONGEST_DESCRIPTION = 10_000;

const as = (ids: readonly string[], relation: Upstream[number]['relation']): Upstream =>
  ids.map((id) => ({ urn: id, relation }));

/** What the catalogue shows of a job, a dataset or a field. */
export function nounEvent(noun: LineageNoun, at: Date): AssetEventInput {
  const { urn, project, kind, namespace, name, field, deleted, revision } = noun;
  const facets = facetsOf(noun);
  const of = kind === 'dataset-field' ? as([urnOf(project, 'dataset', namespace, name)], 'CONTAINS') : [];
  const upstream = [...of, ...as(noun.upstream, kind === 'job' ? 'READS' : 'DERIVED_FROM')];
  return {
    urn,
    kind,
    project,
    revision,
    at: at.toISOString(),
    deleted,
    asset: {
      name: field ?? name,
      description: textIn(facets['documentation'], 'description').slice(0, LONGEST_DESCRIPTION),
      owner: ownerIn(facets['ownership']),
      tags: tagsIn(facets['tags']),
      upstream,
      downstream: as(noun.downstream, 'DERIVED_FROM'),
    },
    data: { namespace, name, ...(kind === 'job' && { runs: noun.runs, lastRun: noun.lastRun }) },
  };
}

/** Whether a noun has anything to tell that it had not before: counts of runs alone are nothing new. */
export function isNews(noun: LineageNoun, before: LineageNoun | undefined): boolean {
  if (!before) return true;
  if (!LISTED.some((part) => noun[part] !== before[part])) return false;
  return canonicalJson(contentOf(noun)) !== canonicalJson(contentOf(before));
}

/** All that `contentOf` shows comes of these; where none is another value, neither is what is shown. */
const LISTED = ['deleted', 'facets', 'upstream', 'downstream'] as const;

function contentOf(noun: LineageNoun): object {
  const { asset, deleted } = nounEvent(noun, new Date(0));
  return { asset, deleted };
}

type Facet = Readonly<Record<string, unknown>> | undefined;

const textIn = (facet: Facet, name: string): string => {
  const value = facet?.[name];
  return typeof value === 'string' ? value : '';
};

function ownerIn(facet: Facet): string | null {
  const [first] = Array.isArray(facet?.['owners']) ? (facet['owners'] as Facet[]) : [];
  const name = textIn(first, 'name').slice(0, 200);
  return name === '' ? null : name;
}

function tagsIn(facet: Facet): string[] {
  const tags = Array.isArray(facet?.['tags']) ? (facet['tags'] as Facet[]) : [];
  const named = tags
    .filter((tag) => textIn(tag, 'field') === '')
    .map((tag) =>
      [textIn(tag, 'key'), textIn(tag, 'value')].filter((part) => part !== '' && part !== 'true').join(':'),
    );
  return [...new Set(named)].filter((tag) => tag !== '' && tag.length <= 100).slice(0, MOST_TAGS);
}
