import type { LineageEvent } from '../../../../schema/open-lineage.ts';
import {
  allInputFieldsIn,
  describedFacets,
  descriptionsIn,
  facetsOf,
  fieldsIn,
  inputFieldsIn,
  mergedFacets,
  wholeInputFieldsIn,
  type InputField,
} from './dataset-facets.ts';
import {
  datasetUrn,
  fieldUrn,
  jobUrn,
  newNoun,
  OWN_NAMESPACE,
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
  const inputs = joined(named, readForColumns(state.project, event, outputs));
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
  const merged = mergedFacets(held.facets, facets, at);
  const isNewest = (facet: string): boolean => merged[facet]?.at === at && facet in facets;
  const from = isNewest('columnLineage')
    ? wholeInputFieldsIn(facetsOf({ facets: merged }))
        .filter((one) => datasetUrn(project, one.namespace, one.name) !== urn)
        .map((input) => takeInputField(state, input))
    : held.upstream;
  const dataset = shown({ ...held, facets: merged, upstream: sameOr(held.upstream, joined([], from)) }, held);
  nouns.set(urn, dataset);
  if (isNewest('schema')) {
    for (const lost of fieldsIn(facetsOf(held))) {
      const old = nouns.get(fieldUrn(project, namespace, name, lost));
      if (old && !fieldsIn(facetsOf(dataset)).has(lost)) nouns.set(old.urn, { ...old, deleted: true, upstream: [] });
    }
  }
  const inputsOf = inputFieldsIn(facetsOf(dataset));
  const described = isNewest('schema') ? descriptionsIn(facets) : null;
  for (const field of fieldsIn(facetsOf(dataset))) {
    const of = fieldUrn(project, namespace, name, field);
    const before = nouns.get(of) ?? newNoun(project, 'dataset-field', [namespace, name, field]);
    const upstream = isNewest('columnLineage')
      ? (inputsOf.get(field) ?? []).map((input) => takeInputField(state, input))
      : before.upstream;
    const said = described ? describedFacets(before.facets, described.get(field) ?? '', at) : before.facets;
    nouns.set(of, shown({ ...before, facets: said, upstream: sameOr(before.upstream, joined([], upstream)) }, before));
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

/** The ids of both, each once; the first list itself where the second adds none. */
const joined = (one: readonly string[], other: readonly string[]): readonly string[] =>
  sameOr(one, [...new Set([...one, ...other])]);

const sameOr = (one: readonly string[], other: readonly string[]): readonly string[] =>
  one.length === other.length && one.every((id, i) => id === other[i]) ? one : other;
