import type { LineageEvent } from '../../../../schema/open-lineage.ts';
import {
  datasetUrn,
  fieldUrn,
  jobUrn,
  newNoun,
  OWN_NAMESPACE,
  type KeptFacet,
  type LineageNoun,
  runKey,
  type LineageRun,
} from './lineage-noun.ts';

/** What is known, as far as some events touch it: they are taken in here, and what changed is stored afterwards. */
export interface LineageState {
  readonly project: string;
  readonly nouns: Map<string, LineageNoun>;
  readonly runs: Map<string, LineageRun>;
}

type Dataset = NonNullable<LineageEvent['dataset']>;
type Facets = NonNullable<Dataset['facets']>;

/** What an event names: what of the state must be read before it is taken in. */
export function touchedBy(
  project: string,
  event: LineageEvent,
): { readonly urns: readonly string[]; readonly runIds: readonly string[] } {
  const urns = new Set<string>();
  for (const dataset of datasetsOf(event)) {
    const { namespace, name } = dataset;
    urns.add(datasetUrn(project, namespace, name));
    if (namespace === OWN_NAMESPACE) continue;
    for (const field of fieldsIn(dataset.facets ?? {})) urns.add(fieldUrn(project, namespace, name, field));
    for (const input of allInputFieldsIn(dataset.facets ?? {})) {
      if (input.namespace === OWN_NAMESPACE) continue;
      urns.add(datasetUrn(project, input.namespace, input.name));
      urns.add(fieldUrn(project, input.namespace, input.name, input.field));
    }
  }
  if (event.job) urns.add(jobUrn(project, event.job.namespace, event.job.name));
  return { urns: [...urns], runIds: event.run ? [event.run.runId.toLowerCase()] : [] };
}

const datasetsOf = ({ job, inputs = [], outputs = [], dataset }: LineageEvent): readonly Dataset[] =>
  job ? [...inputs, ...outputs] : dataset ? [dataset] : [];

/** Takes an event in: edges of a run add up over its events, a facet replaces the older one of its name. */
export function takeEvent(state: LineageState, event: LineageEvent): void {
  const at = new Date(event.eventTime).toISOString();
  if (!event.job) {
    if (event.dataset) takeDataset(state, event.dataset, at);
    return;
  }
  const named = (event.inputs ?? []).map((one) => takeDataset(state, one, at));
  const outputs = (event.outputs ?? []).map((one) => takeDataset(state, one, at));
  const inputs = union(named, readForColumns(state.project, event, outputs));
  const { namespace, name } = event.job;
  const urn = jobUrn(state.project, namespace, name);
  const held = state.nouns.get(urn) ?? newNoun(state.project, 'job', [namespace, name]);
  const job = { ...held, facets: mergedFacets(held.facets, event.job.facets ?? {}, at) };
  if (event.run) state.nouns.set(urn, takeRun(state, job, event, { at, inputs, outputs }));
  // What a job is said to read and write without a run stands until a run says otherwise.
  else if (inputs.length + outputs.length > 0 && (job.edgesOf === null || job.edgesOf.at <= at)) {
    state.nouns.set(urn, { ...job, upstream: inputs, downstream: outputs, edgesOf: { runId: '', at } });
  } else state.nouns.set(urn, job);
}

/** What columns of the outputs come from was read, also where the inputs leave it out, as those of dbt leave out seeds. */
function readForColumns(
  project: string,
  { outputs = [] }: LineageEvent,
  written: readonly string[],
): readonly string[] {
  const read = outputs
    .flatMap(({ facets = {} }) => allInputFieldsIn(facets))
    .filter(({ namespace }) => namespace !== OWN_NAMESPACE)
    .map(({ namespace, name }) => datasetUrn(project, namespace, name));
  return read.filter((urn) => !written.includes(urn));
}

interface Seen {
  readonly at: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function takeRun(state: LineageState, job: LineageNoun, { run, eventType }: LineageEvent, seen: Seen): LineageNoun {
  const runId = (run?.runId ?? '').toLowerCase();
  const key = runKey({ runId, job: job.urn });
  const before = state.runs.get(key);
  const known: LineageRun = {
    project: state.project,
    runId,
    job: job.urn,
    firstAt: before && before.firstAt < seen.at ? before.firstAt : seen.at,
    inputs: union(before?.inputs ?? [], seen.inputs),
    outputs: union(before?.outputs ?? [], seen.outputs),
  };
  state.runs.set(key, known);
  const isNewest = job.lastRun === null || job.lastRun.at <= seen.at;
  const counted: LineageNoun = {
    ...job,
    runs: job.runs + (before ? 0 : 1),
    lastRun: isNewest ? { runId, state: eventType ?? 'OTHER', at: seen.at } : job.lastRun,
  };
  // A run that has named nothing yet does not hide what the one before read and wrote.
  if (known.inputs.length + known.outputs.length === 0) return counted;
  const { edgesOf } = counted;
  if (edgesOf !== null && edgesOf.runId !== runId && edgesOf.at > known.firstAt) return counted;
  return {
    ...counted,
    upstream: known.inputs,
    downstream: known.outputs,
    edgesOf: { runId, at: known.firstAt },
  };
}

/** Takes in a dataset with its fields; answers its id. One of ours is only named. */
function takeDataset(state: LineageState, { namespace, name, facets = {} }: Dataset, at: string): string {
  const { project, nouns } = state;
  const urn = datasetUrn(project, namespace, name);
  if (namespace === OWN_NAMESPACE) return urn;
  const held = nouns.get(urn) ?? newNoun(project, 'dataset', [namespace, name]);
  const merged = mergedFacets(held.facets, facets, at);
  const newest = (facet: string): boolean => merged[facet]?.at === at && facet in facets;
  const dataset = { ...held, deleted: false, facets: merged };
  nouns.set(urn, dataset);
  if (newest('columnLineage')) {
    const all = wholeInputFieldsIn(facetsOf(dataset)).filter(
      (one) => datasetUrn(project, one.namespace, one.name) !== urn,
    );
    nouns.set(urn, {
      ...dataset,
      upstream: union(
        [],
        all.map((input) => takeInputField(state, input)),
      ),
    });
  }
  if (newest('schema')) {
    for (const lost of fieldsBefore(held)) {
      const old = nouns.get(fieldUrn(project, namespace, name, lost));
      if (old && !fieldsIn(facetsOf(dataset)).has(lost)) nouns.set(old.urn, { ...old, deleted: true, upstream: [] });
    }
  }
  const inputsOf = inputFieldsIn(facetsOf(dataset));
  const described = descriptionsIn(facets);
  for (const field of fieldsIn(facetsOf(dataset))) {
    const of = fieldUrn(project, namespace, name, field);
    const before = nouns.get(of) ?? newNoun(project, 'dataset-field', [namespace, name, field]);
    const upstream = newest('columnLineage')
      ? (inputsOf.get(field) ?? []).map((input) => takeInputField(state, input))
      : before.upstream;
    const words = newest('schema') ? { documentation: { description: described.get(field) ?? '' } } : {};
    const isSilent = !described.get(field) && !before.facets['documentation'];
    const said = isSilent ? before.facets : mergedFacets(before.facets, words, at);
    nouns.set(of, { ...before, deleted: false, facets: said, upstream: union([], upstream) });
  }
  return urn;
}

/** A field that another one comes from: its dataset may not have been told of yet. */
function takeInputField({ project, nouns }: LineageState, { namespace, name, field }: InputField): string {
  if (namespace === OWN_NAMESPACE) return datasetUrn(project, namespace, name);
  const dataset = datasetUrn(project, namespace, name);
  if (!nouns.has(dataset)) nouns.set(dataset, newNoun(project, 'dataset', [namespace, name]));
  const urn = fieldUrn(project, namespace, name, field);
  const known = nouns.get(urn);
  if (!known || known.deleted) {
    nouns.set(urn, { ...(known ?? newNoun(project, 'dataset-field', [namespace, name, field])), deleted: false });
  }
  return urn;
}

interface InputField {
  readonly namespace: string;
  readonly name: string;
  readonly field: string;
}

/** The fields that the facets of a dataset name, in either of the two that do. */
function fieldsIn(facets: Facets): ReadonlySet<string> {
  const schema = list(facets['schema']?.['fields']).flatMap((field) => text(record(field)['name']));
  return new Set([...schema, ...inputFieldsIn(facets).keys()]);
}

/** What a schema says of its fields. */
const descriptionsIn = (facets: Facets): ReadonlyMap<string, string> =>
  new Map(
    list(facets['schema']?.['fields']).flatMap((field) => {
      const { name, description } = record(field);
      return typeof name === 'string' && typeof description === 'string' ? [[name, description] as const] : [];
    }),
  );

const fieldsBefore = (dataset: LineageNoun): ReadonlySet<string> => fieldsIn(facetsOf(dataset));

/** Per field, the fields that it comes from: the facet `columnLineage`. */
const inputFieldsIn = (facets: Facets): ReadonlyMap<string, readonly InputField[]> =>
  new Map(
    Object.entries(record(facets['columnLineage']?.['fields'])).map(([field, value]) => [
      field,
      inputFields(record(value)['inputFields']),
    ]),
  );

/** The fields that decide about all rows of a dataset, as those of joins and filters: `dataset` of the same facet. */
const wholeInputFieldsIn = (facets: Facets): readonly InputField[] => inputFields(facets['columnLineage']?.['dataset']);

const allInputFieldsIn = (facets: Facets): readonly InputField[] => [
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

export const facetsOf = ({ facets }: Pick<LineageNoun, 'facets'>): Facets =>
  Object.fromEntries(
    Object.entries(facets).flatMap(([name, { facet }]) => (facet['_deleted'] === true ? [] : [[name, facet]])),
  );

/** A newer facet takes the place of an older one whole; `_deleted` takes it away. */
function mergedFacets(held: LineageNoun['facets'], given: Facets, at: string): Readonly<Record<string, KeptFacet>> {
  const merged: Record<string, KeptFacet> = { ...held };
  for (const [name, facet] of Object.entries(given)) {
    if ((merged[name]?.at ?? '') > at) continue;
    // What was taken away is remembered: an older facet may come later.
    merged[name] = { at, facet };
  }
  return merged;
}

const union = (one: readonly string[], other: readonly string[]): readonly string[] => [...new Set([...one, ...other])];
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** The text itself, where it is one that can be a part of an id. */
const text = (value: unknown): readonly string[] =>
  typeof value === 'string' && value !== '' && value.length <= 1_000 ? [value] : [];
