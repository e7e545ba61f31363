import type { Client } from '../../../client/client.ts';
import { until } from '../../../client/wait.ts';
import type { GoldenRow } from '../../../schema/release.ts';
import {
  ApproveModelVersion,
  OneModelJob,
  OneVersion,
  RegisterModelVersion,
  SubmitModelVersion,
  ValidateModelVersion,
  VersionsOfModel,
  type OneModelJobQuery,
  type RegisterModelVersionInput,
  type VersionFragment,
} from '../operations.ts';

/** Whose version it is, and the tag that it is known by. */
export interface VersionName {
  readonly model: string;
  readonly tag: string;
}

/** A trained model with all that a judge needs: training set, evaluation, golden rows, card. */
export interface NewVersion
  extends
    VersionName,
    Pick<
      RegisterModelVersionInput,
      | 'algorithm'
      | 'codeCommit'
      | 'hyperParameters'
      | 'claimedMetrics'
      | 'description'
      | 'owner'
      | 'trainingSet'
      | 'featureService'
    > {
  readonly onnx: Uint8Array;
  /** What its metrics can be computed from again. */
  readonly evaluation: object;
  readonly goldenRows: readonly GoldenRow[];
}

/** The version that was registered under a tag, whatever its state. */
export async function findVersion(
  { graph }: Client,
  { model: name, tag }: VersionName,
): Promise<VersionFragment | undefined> {
  const { model } = await graph.run(VersionsOfModel, { id: `tiffin:default:model:${name}` });
  const versions = model?.versions.edges.map(({ node }) => node) ?? [];
  const own = versions.filter(({ tags }) => tags.includes(tag));
  return own.find(({ state }) => state === 'APPROVED') ?? own.find(({ state }) => Object.hasOwn(NEXT, state));
}

/** Uploads and registers a model. */
export async function registerVersion({ graph, blobs }: Client, version: NewVersion): Promise<VersionFragment> {
  const { model, tag, onnx, evaluation: judged, goldenRows, ...about } = version;
  const artifact = await blobs.upload(`${tag}.onnx`, Uint8Array.from(onnx));
  const evaluation = await blobs.upload(`${tag}-evaluation.json`, new TextEncoder().encode(JSON.stringify(judged)));
  const { modelVersion, registration } = await graph.field(RegisterModelVersion, {
    input: { ...about, model, artifact, evaluation, goldenRows, tags: [tag] },
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

type Step = (people: People, id: string, reason: string) => Promise<void>;

/** The next step of an approval life, and who takes it: the maker submits and validates, another person approves. */
const NEXT: Readonly<Partial<Record<VersionFragment['state'], Step>>> = {
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
  VALIDATED: async ({ approver }, id, reason) => {
    await approver.graph.field(ApproveModelVersion, { input: { id, reason } });
  },
};

/** Takes a version through its approval life from wherever it stands. */
export async function approve(people: People, version: VersionFragment, reason: string): Promise<void> {
  for (let { state } = version; state !== 'APPROVED';) {
    const step = NEXT[state];
    if (!step) throw new Error(`${version.id} is ${state}: it takes no traffic any more`);
    await step(people, version.id, reason);
    ({ state } = await people.maker.graph.field(OneVersion, { id: version.id }));
  }
}
