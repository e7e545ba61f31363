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
    for (const input of [...inputFieldsIn(dataset.facets ?? {}).values()].flat()) {
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
  const inputs = (event.inputs ?? []).map((one) => takeDataset(state, one, at));
  const outputs = (event.outputs ?? []).map((one) => takeDataset(state, one, at));
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
    inputs: joined(before?.inputs ?? [], seen.inputs),
    outputs: joined(before?.outputs ?? [], seen.outputs),
  };
  // What an event says nothing new of stays the value that it was: only what is another one is stored again.
  const isKnown =
    before?.firstAt === known.firstAt && before.inputs === known.inputs && before.outputs === known.outputs;
  if (!isKnown) state.runs.set(key, known);
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
    upstream: sameOr(counted.upstream, known.inputs),
    downstream: sameOr(counted.downstream, known.outputs),
    edgesOf: { runId, at: known.firstAt },
  };
}

/** Takes in a dataset with its fields; answers its id. One of ours is only named. */
function takeDataset(state: LineageState, { namespace, name, facets = {} }: Dataset, at: string): string {
  const { project, nouns } = state;
  const urn = datasetUrn(project, namespace, name);
  if (namespace === OWN_NAMESPACE) return urn;
  const held = nouns.get(urn) ?? newNoun(project, 'dataset', [namespace, name]);
  const dataset = shown({ ...held, facets: mergedFacets(held.facets, facets, at) }, held);
  nouns.set(urn, dataset);
  const newest = (facet: string): boolean => dataset.facets[facet]?.at === at && facet in facets;
  if (newest('schema')) {
    for (const lost of fieldsBefore(held)) {
      const old = nouns.get(fieldUrn(project, namespace, name, lost));
      if (old && !fieldsIn(facetsOf(dataset)).has(lost)) nouns.set(old.urn, { ...old, deleted: true, upstream: [] });
    }
  }
  const inputsOf = inputFieldsIn(facetsOf(dataset));
  for (const field of fieldsIn(facetsOf(dataset))) {
    const of = fieldUrn(project, namespace, name, field);
    const before = nouns.get(of) ?? newNoun(project, 'dataset-field', [namespace, name, field]);
    const upstream = newest('columnLineage')
      ? (inputsOf.get(field) ?? []).map((input) => takeInputField(state, input))
      : before.upstream;
    nouns.set(of, shown({ ...before, upstream: sameOr(before.upstream, joined([], upstream)) }, before));
  }
  return urn;
}

/** A noun as it is now, not deleted; the one before where nothing of it is another value. */
function shown(now: LineageNoun, before: LineageNoun): LineageNoun {
  const isSame = !before.deleted && now.facets === before.facets && now.upstream === before.upstream;
  return isSame ? before : { ...now, deleted: false };
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

const fieldsBefore = (dataset: LineageNoun): ReadonlySet<string> => fieldsIn(facetsOf(dataset));

/** Per field, the fields that it comes from: the facet `columnLineage`. */
function inputFieldsIn(facets: Facets): ReadonlyMap<string, readonly InputField[]> {
  const fields = Object.entries(record(facets['columnLineage']?.['fields']));
  return new Map(
    fields.map(([field, value]) => [
      field,
      list(record(value)['inputFields']).flatMap((input) => {
        const { namespace, name, field: of } = record(input);
        return [namespace, name, of].flatMap(text).length === 3
          ? [{ namespace: String(namespace), name: String(name), field: String(of) }]
          : [];
      }),
    ]),
  );
}

export const facetsOf = ({ facets }: Pick<LineageNoun, 'facets'>): Facets =>
  Object.fromEntries(
    Object.entries(facets).flatMap(([name, { facet }]) => (facet['_deleted'] === true ? [] : [[name, facet]])),
  );

/** A newer facet takes the place of an older one whole; `_deleted` takes it away. */
function mergedFacets(held: LineageNoun['facets'], given: Facets, at: string): Readonly<Record<string, KeptFacet>> {
  const newer = Object.entries(given).filter(([name]) => (held[name]?.at ?? '') <= at);
  if (newer.length === 0) return held;
  // What was taken away is remembered: an older facet may come later.
  return { ...held, ...Object.fromEntries(newer.map(([name, facet]) => [name, { at, facet }])) };
}

/** The ids of both, each once; the first list itself where the second adds none. */
const joined = (one: readonly string[], other: readonly string[]): readonly string[] =>
  sameOr(one, [...new Set([...one, ...other])]);

const sameOr = (one: readonly string[], other: readonly string[]): readonly string[] =>
  one.length === other.length && one.every((id, i) => id === other[i]) ? one : other;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** The text itself, where it is one that can be a part of an id. */
const text = (value: unknown): readonly string[] =>
  typeof value === 'string' && value !== '' && value.length <= 1_000 ? [value] : [];
