import { until } from '../../../client/wait.ts';
import { readCommandLine } from '../command-line.ts';
import { clientOf } from '../../shared/connection.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
import { NewestPrediction } from '../operations.ts';
import { servingSince } from '../setup/release.ts';
import { linesToPaste, REPLAY_BEGINS } from './lines.ts';

/** Later predictions are somebody's own. */
const DATA_ENDS = '2001-07-01T00:00:00.000Z';

/** Prints what there is to paste. Fails where the example does not serve: then nothing is said of it. */
async function main(): Promise<void> {
  const { connection } = readCommandLine(process.argv.slice(2), process.env).setting();
  const { graph, edge } = clientOf(connection);
  await servingSince(graph);
  const { edges } = await graph.field(NewestPrediction, { deployment: DEPLOYMENT, to: DATA_ENDS });
  // An edge that has just started has still to take up what it serves, and what is pasted must work at once.
  await until(async () => (await edge.serves(ENDPOINT)) || undefined, 'the edge does not serve', {
    everyMs: 100,
    atMostMs: 20_000,
  });
  const newest = edges[0]?.node.occurredAt;
  const replayedTo = newest === undefined ? REPLAY_BEGINS : new Date(newest);
  process.stdout.write(`${linesToPaste(connection, replayedTo).join('\n')}\n`);
}

await main();
