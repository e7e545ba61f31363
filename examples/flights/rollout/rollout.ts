import type { Graph } from '../../../client/graph.ts';
import { until } from '../../../client/wait.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { Steps } from '../../shared/setup/steps.ts';
import { edgeHas } from '../june/edge-has.ts';
import {
  ApproveRolloutStep,
  EvaluateRollout,
  RolloutStory,
  ShadowResult,
  type RolloutStoryQuery,
} from '../operations.ts';
import { readCheckpoint } from '../replay/checkpoint.ts';
import type { ReplayArguments } from '../replay/options.ts';
import { replay } from '../replay/replay.ts';
import { SAMPLES } from '../sampling.ts';
import { liveAnd, servingSince } from '../setup/release.ts';
import { beginRollout, shadowName } from './begin.ts';
import { CANDIDATES, SHADOW_P, type Candidate } from './plan.ts';

type Story = NonNullable<RolloutStoryQuery['rollout']>;

/** Throws an Error that says what is allowed. */
function candidateOf(name: string): Candidate {
  const found = CANDIDATES.find((candidate) => candidate === name);
  if (found) return found;
  throw new Error(`--candidate takes ${CANDIDATES.join(', ')}, not "${name}"`);
}

/**
 * A candidate rolled out over the flights of June, judged at the end of each of their hours. The steps, units and margins
 * are those of `plan.ts`; it ends when the rollout has, or when June has.
 */
export async function rollOut(
  connection: Connection,
  { folder, replay: given, candidate: name }: { folder: string; replay: ReplayArguments; candidate: string },
  output: ProgressOutput,
): Promise<void> {
  const candidate = candidateOf(name);
  const client = clientOf(connection);
  const { graph } = client;
  const approver = clientOf(connection, 'approver').graph;
  const id = await beginRollout(graph, candidate, new Steps(output));
  const { digest } = await liveAnd(graph, candidate);
  const follows = async (): Promise<void> => {
    const taken = 'the edge has not taken up the new split within two minutes: see edge.log';
    await until(async () => (await edgeHas(client, digest)) || undefined, taken);
  };

  let seen = await storyOf();
  async function storyOf(): Promise<Story> {
    return graph.field(RolloutStory, { id });
  }
  /** Judged until it waits; whether flights are still wanted. */
  const judged = async (): Promise<boolean> => {
    for (;;) {
      const { step, status } = seen;
      await graph.field(EvaluateRollout, { input: { rollout: id } });
      seen = await storyOf();
      if (await approves(seen)) await approver.field(ApproveRolloutStep, { input: { rollout: id } });
      else if (seen.step === step && seen.status === status) return true;
      if (seen.status !== 'RUNNING') return false;
      if (seen.step === step) continue;
      output.write(`step ${step} of ${candidate} is over: on to ${percent(seen.steps[seen.step - 1]?.weight)}\n`);
      await follows();
    }
  };
  /** A person lets the last step go on where the pairs show that the candidate is better. */
  const approves = async ({ evaluation, steps, step }: Story): Promise<boolean> => {
    const plan = steps[step - 1];
    if (plan?.approval !== true || plan.approvedBy !== null || evaluation?.verdict !== 'HOLD') return false;
    const { result } = await graph.field(ShadowResult, { id: `tiffin:default:shadow:${shadowName(candidate)}` });
    const p = result?.brier.alwaysValidP ?? 1;
    return result?.recommendation === 'CANDIDATE_BETTER' && p < SHADOW_P;
  };

  if (seen.status === 'RUNNING') {
    await follows();
    const from = given.from ?? ((await standsInJune(graph, folder)) ? undefined : SAMPLES.june.from);
    const to = given.to ?? (given.days === undefined ? SAMPLES.june.to : undefined);
    await replay({ ...connection, dataFolder: folder }, { ...given, from, to }, output, judged);
    // What came in after the last hour was judged counts too.
    if (seen.status === 'RUNNING') await judged();
  }
  output.write(`\n${storyTable(seen)}\n`);
}

/** Time goes forward only: what another candidate has seen of June is not seen again. */
async function standsInJune(graph: Graph, folder: string): Promise<boolean> {
  const last = await readCheckpoint(folder);
  if (!last || last.nextMs <= Date.parse(SAMPLES.june.from)) return false;
  return last.deploymentCreatedAt === (await servingSince(graph));
}

const percent = (share: number | undefined): string => `${Math.round((share ?? 1) * 100)} %`;

/** Each verdict as it was given, and what holds at the end. */
function storyTable({ status, name, verdicts, evaluation, steps }: Story): string {
  const rows = verdicts.edges
    .map(({ node }) => node)
    .toReversed()
    .map(({ step, verdict, reasons, findings }) => {
      const brier = findings.find(
        (one) => one.step === step && one.segment === null && one.guardrail === 'flight-brier',
      );
      const values = [brier?.control, brier?.candidate, brier?.accepted].map((value) => value?.toFixed(4) ?? '');
      return [String(step), percent(steps[step - 1]?.weight), verdict, ...values, reasons.join('; ')];
    });
  const now = evaluation ? [`now: ${evaluation.verdict} (${evaluation.reasons.join('; ')})`] : [];
  return [
    `${name}: ${status}`,
    '',
    table(['step', 'weight', 'verdict', 'control', 'candidate', 'accepted', 'why'], rows),
    ...now,
  ].join('\n');
}
