import * as z from 'zod';
import { CallError } from '../client/call.ts';
import type { Connection } from '../client/connection.ts';
import { upload } from '../client/files.ts';
import { nodesOf, type Graph } from '../client/graph.ts';
import { BOOSTING } from '../train/boosted-trees.ts';
import { cardOf, type FlightModel, type FlightModelPlan } from '../train/flight-model.ts';

const Version = z.object({ id: z.string(), state: z.string(), tags: z.array(z.string()) });
type Version = z.infer<typeof Version>;
const FIELDS = 'id state tags';

/** What the version of a model is told of besides its file. */
export interface Origin {
  readonly trainingSet: string;
  readonly service: string;
}

/** Trees are versions of one model, other learners models of their own: their inputs are the same, their kind is not. */
export const modelNameOf = ({ name, learner }: Pick<FlightModelPlan, 'name' | 'learner'>): string =>
  learner === 'boosted trees' ? 'flight-delay' : `flight-delay-${name}`;

/** The version that was registered for a plan, whatever its state; it is known by its tag. */
export async function findVersion(graph: Graph, plan: FlightModelPlan): Promise<Version | undefined> {
  const model = await graph.ask(
    z.object({ versions: nodesOf(Version) }).nullable(),
    `query ($id: ID!) { model(id: $id) { versions(first: 100) { edges { node { ${FIELDS} } } } } }`,
    { id: `tiffin:default:model:${modelNameOf(plan)}` },
  );
  const own = model?.versions.filter(({ tags }) => tags.includes(plan.name)) ?? [];
  return own.find(({ state }) => state === 'APPROVED') ?? own.find(({ state }) => Object.hasOwn(NEXT, state));
}

/** Uploads and registers a trained model with all that a judge needs: training set, evaluation, golden rows, card. */
export async function registerVersion(
  connection: Connection,
  graph: Graph,
  model: FlightModel,
  { trainingSet, service }: Origin,
): Promise<Version> {
  const { plan, quality } = model;
  const artifact = await upload(connection, graph, `${plan.name}.onnx`, Uint8Array.from(model.onnx));
  const judged = new TextEncoder().encode(JSON.stringify(model.evaluation));
  const evaluation = await upload(connection, graph, `${plan.name}-evaluation.json`, judged);
  const { modelVersion } = await graph.change(
    z.object({ modelVersion: Version }),
    'registerModelVersion',
    {
      model: modelNameOf(plan),
      artifact,
      evaluation,
      trainingSet,
      featureService: service,
      algorithm: plan.learner === 'boosted trees' ? 'gradient-boosted-trees' : 'dense-network',
      hyperParameters: plan.learner === 'boosted trees' ? BOOSTING : plan.learner,
      goldenRows: model.goldenRows,
      claimedMetrics: { auc: quality.auc, brier: quality.brier },
      description: cardOf(model),
      owner: 'flights',
      tags: [plan.name],
    },
    `{ modelVersion { ${FIELDS} } }`,
  );
  return modelVersion;
}

/** The next step of an approval life, and who takes it: the maker submits and validates, another person approves. */
const NEXT: Readonly<Record<string, (graph: Graph, id: string) => Promise<void>>> = {
  DRAFT: async (graph, id) => {
    await graph.change(z.unknown(), 'submitModelVersion', { id }, '{ eventCursor }');
  },
  SUBMITTED: async (graph, id) => {
    const { passed, gates } = await graph.change(
      z.object({
        passed: z.boolean(),
        gates: z.array(z.object({ gate: z.string(), passed: z.boolean(), detail: z.string() })),
      }),
      'validateModelVersion',
      { id },
      '{ passed gates { gate passed detail } }',
    );
    const failed = gates.find((gate) => !gate.passed);
    if (!passed) throw new CallError(`${id} fails its gate ${failed?.gate ?? ''}: ${failed?.detail ?? ''}`);
  },
  VALIDATED: async (graph, id) => {
    const reason = 'Golden rows come out, and the evaluation is on flights after those it learned from.';
    await graph.change(z.unknown(), 'approveModelVersion', { id, reason }, '{ eventCursor }', 'approver');
  },
};

/** Takes a version through its approval life from wherever it stands. */
export async function approve(graph: Graph, version: Version): Promise<void> {
  for (let { state } = version; state !== 'APPROVED';) {
    const step = NEXT[state];
    if (!step) throw new CallError(`${version.id} is ${state}: it takes no traffic any more`);
    await step(graph, version.id);
    ({ state } = await graph.ask(Version, `query ($id: ID!) { modelVersion(id: $id) { ${FIELDS} } }`, {
      id: version.id,
    }));
  }
}
