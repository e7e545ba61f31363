import type { Graph } from '../../../client/graph.ts';
import { until } from '../../../client/wait.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { readCheckpoint } from '../replay/checkpoint.ts';
import { readOptions, stretchOf, type ReplayArguments } from '../replay/options.ts';
import { replay } from '../replay/replay.ts';
import { SAMPLES } from '../sampling.ts';
import { liveAnd } from '../setup/release.ts';
import { Steps } from '../../shared/setup/steps.ts';
import { startComparisons } from './comparisons.ts';
import { edgeHas } from './edge-has.ts';
import { juneResults, juneTable, type JuneResults } from './results.ts';

/** Enough pairs for a difference of Brier scores of .0015, in some minutes. */
const SHARE = '0.15';
const { from, to } = SAMPLES.june;

/**
 * Champion and challenger side by side on June: as arms of an experiment, and the challenger in the shadow of the champion.
 * What is running already goes on, and so does a replay of June that was interrupted.
 */
export async function june(
  connection: Connection,
  folder: string,
  given: ReplayArguments,
  output: ProgressOutput,
): Promise<void> {
  const asked = {
    ...given,
    from: given.from ?? from,
    to: given.to ?? (given.days === undefined ? to : undefined),
    share: given.share ?? SHARE,
  };
  const stretch = stretchOf(readOptions(asked), undefined);
  const client = clientOf(connection);
  const { graph } = client;
  const steps = new Steps(output);
  await startComparisons(graph, steps);
  const { digest } = await liveAnd(graph, 'challenger');
  await steps.take('edge', async () => {
    const taken = 'the edge has not taken up the challenger within two minutes: see edge.log';
    await until(async () => (await edgeHas(client, digest)) || undefined, taken);
    return [undefined, 'has both releases and goes by the new traffic'];
  });
  if (!(await isReplayed(folder, stretch))) await replay({ ...connection, dataFolder: folder }, asked, output);
  const results = await settledResults(graph, stretch);
  output.write(`\n${juneTable(results)}\n`);
}

async function isReplayed(
  folder: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<boolean> {
  const last = await readCheckpoint(folder);
  return last?.fromMs === fromMs && last.nextMs >= toMs;
}

const LOOK_EVERY_MS = 2_000;
const MOST_LOOKS = 60;

/** Facts reach the experiments page by page: the results are read when they change no more. */
async function settledResults(
  graph: Graph,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<JuneResults> {
  let results = await juneResults(graph, fromMs, toMs);
  for (let looks = 1; looks < MOST_LOOKS; looks++) {
    const before = countsOf(results);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    results = await juneResults(graph, fromMs, toMs);
    if (countsOf(results) === before) break;
  }
  return results;
}

/** Sums of the same pairs differ in their last digits from look to look. */
const countsOf = ({ experiment, shadow }: JuneResults): string =>
  [shadow?.pairs, shadow?.labelled, ...(experiment?.arms ?? []).flatMap((arm) => [arm.exposed, arm.labelled])].join();
