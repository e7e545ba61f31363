import type { LineageEvent } from '../../../../schema/open-lineage.ts';
import type { KeptFacet, LineageNoun } from './lineage-noun.ts';

type Dataset = NonNullable<LineageEvent['dataset']>;
type Facets = NonNullable<Dataset['facets']>;

/** A field of a dataset that another one comes from. */
export interface InputField {
  readonly namespace: string;
  readonly name: string;
  readonly field: string;
}

/** The fields that the facets of a dataset name, in either of the two that do. */
export function fieldsIn(facets: Facets): ReadonlySet<string> {
  const schema = list(facets['schema']?.['fields']).flatMap((field) => text(record(field)['name']));
  return new Set([...schema, ...inputFieldsIn(facets).keys()]);
}

/** What a schema says of its fields. */
export const descriptionsIn = (facets: Facets): ReadonlyMap<string, string> =>
  new Map(
    list(facets['schema']?.['fields']).flatMap((field) => {
      const { name, description } = record(field);
      return typeof name === 'string' && typeof description === 'string' ? [[name, description] as const] : [];
    }),
  );

/** Per field, the fields that it comes from: the facet `columnLineage`. */
export const inputFieldsIn = (facets: Facets): ReadonlyMap<string, readonly InputField[]> =>
  new Map(
    Object.entries(record(facets['columnLineage']?.['fields'])).map(([field, value]) => [
      field,
      inputFields(record(value)['inputFields']),
    ]),
  );

/** The fields that decide about all rows of a dataset, as those of joins and filters: `dataset` of the same facet. */
export const wholeInputFieldsIn = (facets: Facets): readonly InputField[] =>
  inputFields(facets['columnLineage']?.['dataset']);

export const allInputFieldsIn = (facets: Facets): readonly InputField[] => [
  ...[...inputFieldsIn(facets).values()].flat(),
  ...wholeInputFieldsIn(facets),
];

const inputFields = (value: unknown): readonly InputField[] =>
  list(value).flatMap((input) => {
    const { namespace, name, field } = record(input);
    return [namespace, name, field].flatMap(text).length === 3
      ? [{ namespace: String(namespace), name: String(name), field: String(field) }]
      : [];
  });

/** The facets that stand. */
export const facetsOf = ({ facets }: Pick<LineageNoun, 'facets'>): Facets =>
  Object.fromEntries(
    Object.entries(facets).flatMap(([name, { facet }]) => (facet['_deleted'] === true ? [] : [[name, facet]])),
  );

/** A newer facet takes the place of an older one whole; `_deleted` takes it away. */
export function mergedFacets(
  held: LineageNoun['facets'],
  given: Facets,
  at: string,
): Readonly<Record<string, KeptFacet>> {
  const newer = Object.entries(given).filter(([name]) => (held[name]?.at ?? '') <= at);
  if (newer.length === 0) return held;
  // What was taken away is remembered: an older facet may come later.
  return { ...held, ...Object.fromEntries(newer.map(([name, facet]) => [name, { at, facet }])) };
}

/** What a field is said to be; one of which nothing was ever said stays so. */
export const describedFacets = (held: LineageNoun['facets'], description: string, at: string): LineageNoun['facets'] =>
  description === '' && !held['documentation'] ? held : mergedFacets(held, { documentation: { description } }, at);

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** The text itself, where it is one that can be a part of an id. */
const text = (value: unknown): readonly string[] =>
  typeof value === 'string' && value !== '' && value.length <= 1_000 ? [value] : [];
