import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResult } from '../../subgraphs/shared/subgraph.ts';
import { AskedEntities, RepresentationLists, type EntityQuestion } from './entity-question.ts';
import { Failure, placeErrors } from './failure.ts';
import { fetchDocument, type FetchDocument } from './fetch-document.ts';
import { addFields } from './merge.ts';
import { PlanningFailure, type Planned, type PlannerRequest } from './planner.ts';
import type {
  BatchFetchNode,
  FetchNode,
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNode,
  PlanNode,
  QueryPlan,
} from './query-plan.ts';
import { rewrite } from './rewrite.ts';
import type { CallSubgraph } from './subgraph-call.ts';
import type { TypeCondition } from './type-conditions.ts';

/** One run of a plan: what has been fetched, and what went wrong that has no place in it. */
interface Run extends Planned {
  readonly request: PlannerRequest;
  readonly data: Record<string, unknown>;
  readonly errors: GraphQLFormattedError[];
  readonly shared: Set<object>;
}

type Step = (run: Run) => Promise<void>;

export interface PlanParts {
  readonly callSubgraph: CallSubgraph;
  readonly isOf: TypeCondition;
}

/** Turns a plan into a function that runs it. Throws PlanningFailure for a plan with steps that are not known here. */
export function planRunner({ node }: QueryPlan, parts: PlanParts): (request: PlannerRequest) => Promise<Planned> {
  const step = node && stepOf(node, parts);
  return async (request) => {
    const run: Run = { request, data: {}, errors: [], shared: new Set() };
    await step?.(run);
    return { data: run.data, errors: run.errors, shared: run.shared };
  };
}

function stepOf(node: PlanNode, parts: PlanParts): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((one) => stepOf(one, parts)));
    case 'Parallel':
      return inParallel(node.nodes.map((one) => stepOf(one, parts)));
    case 'Fetch':
      return rootStep(node, parts);
    case 'Flatten':
      return flattenStep(node, parts);
    case 'BatchFetch':
      return batchStep(node, parts);
    case 'Subscription':
      return rootStep(node.primary, parts);
    case 'Condition':
    case 'Defer':
      break;
  }
  throw new PlanningFailure(`a plan has a step of the kind ${node.kind}`);
}

const inSequence =
  (steps: readonly Step[]): Step =>
  async (run) => {
    for (const step of steps) await step(run);
  };

const inParallel =
  (steps: readonly Step[]): Step =>
  async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };

type Fetching = Pick<FetchNode, 'serviceName' | 'variableUsages' | 'operationName'>;

function fetchOf(
  { serviceName, variableUsages = [], operationName }: Fetching,
  { document }: FetchDocument,
  { callSubgraph }: PlanParts,
): (run: Run, more?: Readonly<Record<string, unknown>>) => Promise<SubgraphResult> {
  return ({ request }, more) => {
    const given = variableUsages.filter((name) => Object.hasOwn(request.variables, name));
    const variables = { ...Object.fromEntries(given.map((name) => [name, request.variables[name]])), ...more };
    return callSubgraph(serviceName, { document, variables, operationName }, request.context);
  };
}

function rootStep(node: FetchNode, parts: PlanParts): Step {
  const asked = fetchDocument(node.operation);
  const fetch = fetchOf(node, asked, parts);
  return async (run) => {
    const { data, errors = [] } = await fetch(run);
    const answer: Record<string, unknown> = data ?? {};
    const everywhere = placeErrors(answer, errors);
    const [reason] = errors;
    // An answer that is null as a whole has lost every field for the same reason.
    const failed = everywhere.length > 0 ? everywhere : data || !reason ? [] : [{ ...reason, path: [] }];
    const missing = asked.rootKeys.filter((key) => (answer[key] ?? null) === null);
    if (failed.length > 0) for (const key of missing) answer[key] = Failure.because(failed);
    if (missing.length === 0) run.errors.push(...everywhere);
    rewrite(answer, node.outputRewrites, parts.isOf);
    addFields(run.data, answer);
  };
}

function flattenStep({ node, path }: FlattenNode, parts: PlanParts): Step {
  if (node.kind !== 'Fetch' || !node.requires) throw new PlanningFailure('a plan has a path without a fetch');
  const { requires, inputRewrites = [], outputRewrites } = node;
  const question = {
    alias: '_entities',
    representationsVariableName: 'representations',
    paths: [path],
    requires,
    inputRewrites,
    // Here they begin at the whole answer.
    outputRewrites: outputRewrites?.map(belowEntities),
  };
  return entityStep(node, [question], parts);
}

const batchStep = (node: BatchFetchNode, parts: PlanParts): Step => entityStep(node, node.entityBatch.aliases, parts);

function entityStep(
  node: Fetching & { readonly operation: string },
  questions: readonly EntityQuestion[],
  parts: PlanParts,
): Step {
  const document = fetchDocument(node.operation);
  const fetch = fetchOf(node, document, parts);
  return async (run) => {
    const lists = new RepresentationLists();
    const asked = questions.map(
      (question) => new AskedEntities(question, run.data, lists, { asked: document, isOf: parts.isOf }),
    );
    if (lists.isEmpty) return;
    const { data, errors = [] } = await fetch(run, lists.variables);
    const answer: Record<string, unknown> = data ?? {};
    const everywhere = placeErrors(answer, errors);
    const reason = everywhere.length > 0 ? Failure.because(everywhere) : undefined;
    if (!asked.some((one) => one.isMissingIn(answer))) run.errors.push(...everywhere);
    for (const one of asked) one.take(answer, reason, run.shared);
  };
}

/** A path of the whole answer, seen from the list of entities in it. */
const belowEntities = (one: FetchRewrite): FetchRewrite => {
  if ('KeyRenamer' in one) return { KeyRenamer: { ...one.KeyRenamer, path: fromEntities(one.KeyRenamer.path) } };
  if ('ValueSetter' in one) return { ValueSetter: { ...one.ValueSetter, path: fromEntities(one.ValueSetter.path) } };
  return { ...one, path: fromEntities(one.path) };
};

function fromEntities(path: FetchNodePathSegment[]): FetchNodePathSegment[] {
  const [first, ...rest] = path;
  return first && 'Key' in first && first.Key === '_entities' ? rest : path;
}
