import type { Checkpoint } from './checkpoint.ts';
import type { Graph } from '../../../client/graph.ts';
import type { Patience } from './patience.ts';
import type { EdgeTimings } from './edge-timings.ts';
import { count, hourText } from './replay-progress.ts';
import type { Stages } from './stages.ts';
import { totalsOf, type Totals } from './stored.ts';

export interface Work {
  readonly begun: Checkpoint;
  readonly done: Checkpoint;
  readonly seconds: number;
  readonly stages: Stages;
  readonly timings: EdgeTimings;
}

/** Says what was done, how fast, and where the time went. */
export function tellWork({ begun, done, seconds, stages, timings }: Work, say: (line: string) => void): void {
  const asked = done.answered - begun.answered;
  say(
    `replayed ${hourText(begun.nextMs)} to ${hourText(done.nextMs)} in ${seconds.toFixed(1)} s: ` +
      `${count(asked)} predictions (${Math.round(asked / seconds)}/s), ${count(done.outcomes - begun.outcomes)} outcomes, ` +
      `${count(done.published - begun.published)} late shares`,
  );
  say(`where the time went: ${stages.summary()}`);
  say(`at the edge, mean of each answer: ${timings.summary()}`);
}

/** A heartbeat closes an account: a second after the last answer, or ten where that one is lost. */
const MOST_LOOKS = 60;
const LOOK_EVERY_MS = 500;

const isClosed = ({ nodes }: Totals): boolean =>
  nodes.every(({ accounting }) => accounting.balanced && accounting.sinceHeartbeat === 0 && accounting.queued === 0);

/** Says, to the row, where every answer is: by node, and of this replay. */
export async function tellAccount(
  graph: Graph,
  patience: Patience,
  { fromMs, nextMs, answered, withoutFeatures }: Checkpoint,
  say: (line: string) => void,
): Promise<void> {
  const look = (): Promise<Totals> => patience.with(() => totalsOf(graph, fromMs, nextMs));
  let totals = await look();
  for (let looks = 1; !isClosed(totals) && looks < MOST_LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    totals = await look();
  }
  for (const node of totals.nodes) {
    const { answered: all, stored, queued, dropped, sampledOut, balanced } = node.accounting;
    say(
      `account of ${node.name}: answered ${count(all)} = stored ${count(stored)} + queued ${count(queued)} + ` +
        `dropped ${count(dropped)} + sampled out ${count(sampledOut)}${balanced ? '' : ': it does not close'}`,
    );
  }
  const { predictions, labelled, auc, brier } = totals.total;
  say(
    `of this replay: answered ${count(answered)}, stored ${count(predictions)}, with an outcome ${count(labelled)}; ` +
      `AUC ${figure(auc)}, Brier ${figure(brier)}`,
  );
  if (withoutFeatures.length > 0) {
    say(`${count(withoutFeatures.length)} of them were answered on defaults, since the features did not come in time`);
  }
}

const figure = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(4));
