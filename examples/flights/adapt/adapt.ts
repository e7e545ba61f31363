import type { Graph } from '../../../client/graph.ts';
import { until } from '../../../client/wait.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { lookAt } from '../../shared/setup/release.ts';
import { Steps } from '../../shared/setup/steps.ts';
import { dataFiles } from '../data/prepare.ts';
import { edgeHas } from '../june/edge-has.ts';
import { DEPLOYMENT } from '../names.ts';
import {
  ApproveResponseRun,
  EvaluateResponses,
  EvaluateRollout,
  RunsOfPolicy,
  WhyLive,
  type RunsOfPolicyQuery,
} from '../operations.ts';
import { readCheckpoint } from '../replay/checkpoint.ts';
import { DAY_MS } from '../replay/days.ts';
import { readOptions, stretchOf, type ReplayArguments } from '../replay/options.ts';
import { replay } from '../replay/replay.ts';
import { define } from '../setup/definitions.ts';
import { approveBeforehand, beginAdapting, POLICY_ID } from './begin.ts';
import { BASELINE_WEEK, SHARE, STORM } from './plan.ts';
import { retrain } from './trainer.ts';

type Run = NonNullable<RunsOfPolicyQuery['responseRuns']>['edges'][number]['node'];

export interface AdaptSetting {
  readonly folder: string;
  readonly replay: ReplayArguments;
  /** Whether two people approve beforehand what comes of it. */
  readonly standing: boolean;
}

/**
 * The storm of February: scores drift, a policy asks, an approver lets it begin, a trainer answers, and the version goes as far
 * as it may: to VALIDATED without a standing approval, else through shadow and rollout until it is live.
 */
export async function adapt(connection: Connection, setting: AdaptSetting, output: ProgressOutput): Promise<void> {
  const { folder, standing } = setting;
  const people = { maker: clientOf(connection), approver: clientOf(connection, 'approver') };
  const { graph } = people.maker;
  const steps = new Steps(output);
  const storm = stormOf(setting.replay);
  await beginAdapting(graph, steps);
  if (standing) {
    const { service } = await define(graph, dataFiles(folder));
    await approveBeforehand([people.approver.graph, clientOf(connection, 'committee').graph], service, steps);
  }
  const given = { ...setting.replay, days: undefined, share: setting.replay.share ?? SHARE };
  const places = { ...connection, dataFolder: folder };
  const stands = (await readCheckpoint(folder))?.nextMs ?? 0;
  const wantsBaseline = setting.replay.from === undefined && stands < Date.parse(BASELINE_WEEK.to);
  if (wantsBaseline) await replay(places, { ...given, ...BASELINE_WEEK }, output);
  const onwards = onwardsOf(storm, stands);

  if ((await runOf(graph)) === null || !(await isUnderWay(graph))) {
    await replay(places, { ...given, ...onwards }, output, async () => {
      await judge(graph, folder);
      const run = await runOf(graph);
      if (run?.state === 'ASKING') await approve(people.approver.graph, run, output);
      return run === null || run.state === 'WAITING' || run.state === 'LAPSED';
    });
  }
  const asked = await settled(graph, ['REQUEST']);
  if (asked.stage === 'TRAIN' && asked.retraining) await retrain(people, folder, asked.retraining, steps);
  const made = await settled(graph, ['REQUEST', 'TRAIN', 'SUBMIT', 'VALIDATE', 'APPROVE', 'RELEASE', 'SHADOW']);
  if (made.state === 'ACTING') {
    const { digest } = await releaseOf(graph, made);
    const follows = (release?: string): Promise<true> =>
      until(
        async () => (await edgeHas(people.maker, release)) || undefined,
        'the edge has not taken it up within two minutes: see edge.log',
      );
    await follows();
    let seen = '';
    await replay(places, { ...given, from: undefined, to: storm.to }, output, async () => {
      const run = await runOf(graph);
      if (run?.stage === 'PROMOTE' && run.state === 'ACTING') {
        const { status } = await graph.field(EvaluateRollout, { input: { rollout: run.rollout?.id ?? '' } });
        if (status !== 'RUNNING') return false;
        await follows(digest);
      }
      if (run && run.stage !== seen) output.write(`the run is at ${run.stage ?? ''}\n`);
      seen = run?.stage ?? '';
      return run?.state === 'ACTING';
    });
    await settled(graph, ['PROMOTE']);
  }
  output.write(`\n${await storyOf(graph, folder)}\n`);
}

interface Storm {
  readonly from: string;
  readonly fromMs: number;
  readonly to: string;
}

/** What is still to be replayed of a storm: all of it, in a replay of its own, where the last one stands at its begin or before; else the rest. */
export const onwardsOf = ({ from, fromMs, to }: Storm, standsMs: number): Pick<ReplayArguments, 'from' | 'to'> => ({
  to,
  from: standsMs <= fromMs ? from : undefined,
});

/** As it was written down, or from and until when the caller says. Throws an Error that names the option. */
function stormOf(given: ReplayArguments): Storm {
  const { from = STORM.from, to = given.days === undefined ? STORM.to : undefined } = given;
  const { fromMs, toMs } = stretchOf(readOptions({ ...given, from, to }), undefined);
  return { from, fromMs, to: new Date(toMs).toISOString().slice(0, 'YYYY-MM-DDTHH'.length) };
}

async function runOf(graph: Graph): Promise<Run | null> {
  const { edges } = await graph.field(RunsOfPolicy, { policy: POLICY_ID });
  return edges[0]?.node ?? null;
}

const isUnderWay = async (graph: Graph): Promise<boolean> => (await runOf(graph))?.state === 'ACTING';

/** Policies are judged where alerts were: at the end of each day. */
async function judge(graph: Graph, folder: string): Promise<void> {
  const nextMs = (await readCheckpoint(folder))?.nextMs ?? 0;
  if (nextMs % DAY_MS !== 0) return;
  const input = { at: new Date(nextMs).toISOString(), policies: [POLICY_ID] };
  await graph.field(EvaluateResponses, { input }, { repeatable: true });
}

async function approve(graph: Graph, { id }: Run, output: ProgressOutput): Promise<void> {
  await graph.field(ApproveResponseRun, {
    input: { run: id, reason: 'The storm is real, and its features are whole.' },
  });
  output.write('an approver lets the run begin\n');
}

/** The run once it is in none of some stages any more. */
const settled = (graph: Graph, stages: readonly string[]): Promise<Run> =>
  until(
    async () => {
      const run = await runOf(graph);
      if (!run) throw new Error('no alert fired: nothing was to be done');
      return run.state !== 'ACTING' || !stages.includes(run.stage ?? '') ? run : undefined;
    },
    'the run came no further within five minutes',
    { atMostMs: 300_000 },
  );

async function releaseOf(graph: Graph, { release }: Run): Promise<{ readonly digest: string }> {
  const found = (await lookAt(graph, DEPLOYMENT))?.releases.edges.map(({ node }) => node) ?? [];
  const own = found.find(({ id }) => id === release?.id);
  if (own) return own;
  throw new Error(`there is no release ${release?.id ?? ''}`);
}

/** Each step with its reason, and from what answers now back to what was wrong. */
async function storyOf(graph: Graph, folder: string): Promise<string> {
  const run = await runOf(graph);
  if (!run) return 'no alert fired: nothing was to be done';
  const { live } = await graph.field(WhyLive, { id: DEPLOYMENT });
  const day = (await readCheckpoint(folder))?.nextMs ?? 0;
  const days = ((day - Date.parse(run.startedAt)) / DAY_MS).toFixed(1);
  const why = live?.modelVersions.map(({ id, approvals, responseRun }) => {
    const approval = approvals.find(({ grants }) => grants);
    const because = responseRun
      ? `${responseRun.policy?.name ?? ''} of ${responseRun.author}, for ${responseRun.incident?.cause ?? ''}: ${responseRun.incident?.evidence.map(({ text }) => text).join('; ') ?? ''}`
      : 'people had it made';
    return `${live.id} runs ${id}: ${approval?.reason ?? ''}; ${because}`;
  });
  return [
    `${run.state}, ${days} days of flights after it was triggered`,
    '',
    table(
      ['step', 'by', 'why'],
      run.steps.map(({ kind, by, text }) => [kind, by ?? '', text.replaceAll('|', '/')]),
    ),
    '',
    `Why is it live? ${why?.join('\n') ?? ''}`,
  ].join('\n');
}
