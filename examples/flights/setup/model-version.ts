import type { Client } from '../../../client/client.ts';
import { until } from '../../../client/wait.ts';
import {
  ApproveModelVersion,
  OneModelJob,
  OneVersion,
  RegisterModelVersion,
  SubmitModelVersion,
  ValidateModelVersion,
  VersionsOfModel,
  type OneModelJobQuery,
  type VersionFragment,
} from '../operations.ts';
import { BOOSTING } from '../train/boosted-trees.ts';
import { cardOf, type FlightModel, type FlightModelPlan } from '../train/flight-model.ts';

/** What the version of a model is told of besides its file. */
export interface Origin {
  readonly trainingSet: string;
  readonly service: string;
}

/** Trees are versions of one model, other learners models of their own: their inputs are the same, their kind is not. */
export const modelNameOf = ({ name, learner }: Pick<FlightModelPlan, 'name' | 'learner'>): string =>
  learner === 'boosted trees' ? 'flight-delay' : `flight-delay-${name}`;

/** The version that was registered for a plan, whatever its state; it is known by its tag. */
export async function findVersion({ graph }: Client, plan: FlightModelPlan): Promise<VersionFragment | undefined> {
  const { model } = await graph.run(VersionsOfModel, { id: `tiffin:default:model:${modelNameOf(plan)}` });
  const versions = model?.versions.edges.map(({ node }) => node) ?? [];
  const own = versions.filter(({ tags }) => tags.includes(plan.name));
  return own.find(({ state }) => state === 'APPROVED') ?? own.find(({ state }) => Object.hasOwn(NEXT, state));
}

/** Uploads and registers a trained model with all that a judge needs: training set, evaluation, golden rows, card. */
export async function registerVersion(
  { graph, blobs }: Client,
  model: FlightModel,
  { trainingSet, service }: Origin,
): Promise<VersionFragment> {
  const { plan, quality } = model;
  const artifact = await blobs.upload(`${plan.name}.onnx`, Uint8Array.from(model.onnx));
  const judged = new TextEncoder().encode(JSON.stringify(model.evaluation));
  const evaluation = await blobs.upload(`${plan.name}-evaluation.json`, judged);
  const { modelVersion, registration } = await graph.field(RegisterModelVersion, {
    input: {
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
  });
  if (modelVersion) return modelVersion;
  const done = await jobEnd(graph, registration.id);
  if (done.modelVersion) return done.modelVersion;
  throw new Error(`registerModelVersion: ${done.error ?? 'it failed'}`);
}

type DoneJob = NonNullable<OneModelJobQuery['modelJob']>;

/** A registration or validation once it has ended: a large model takes its time. */
const jobEnd = (graph: Client['graph'], id: string): Promise<DoneJob> =>
  until(
    async () => {
      const job = await graph.field(OneModelJob, { id });
      return job && job.state !== 'RUNNING' ? job : undefined;
    },
    'the model was not loaded and run within ten minutes',
    { atMostMs: 600_000 },
  );

export interface People {
  readonly maker: Client;
  readonly approver: Client;
}

/** The next step of an approval life, and who takes it: the maker submits and validates, another person approves. */
const NEXT: Readonly<Partial<Record<VersionFragment['state'], (people: People, id: string) => Promise<void>>>> = {
  DRAFT: async ({ maker }, id) => {
    await maker.graph.field(SubmitModelVersion, { input: { id } });
  },
  SUBMITTED: async ({ maker }, id) => {
    const { validation } = await maker.graph.field(ValidateModelVersion, { input: { id } });
    const { state, gates, error } = await jobEnd(maker.graph, validation.id);
    const failed = gates.find((gate) => !gate.passed);
    if (failed) throw new Error(`${id} fails its gate ${failed.gate}: ${failed.detail}`);
    if (state === 'FAILED') throw new Error(`validateModelVersion: ${error ?? 'it failed'}`);
  },
  VALIDATED: async ({ approver }, id) => {
    const reason = 'Golden rows come out, and the evaluation is on flights after those it learned from.';
    await approver.graph.field(ApproveModelVersion, { input: { id, reason } });
  },
};

/** Takes a version through its approval life from wherever it stands. */
export async function approve(people: People, version: VersionFragment): Promise<void> {
  for (let { state } = version; state !== 'APPROVED';) {
    const step = NEXT[state];
    if (!step) throw new Error(`${version.id} is ${state}: it takes no traffic any more`);
    await step(people, version.id);
    ({ state } = await people.maker.graph.field(OneVersion, { id: version.id }));
  }
}
