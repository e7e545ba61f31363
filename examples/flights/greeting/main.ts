import * as z from 'zod';
import { isServed } from '../client/files.ts';
import { Graph, nodesOf } from '../client/graph.ts';
import { readCommandLine } from '../command-line.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
import { linesToPaste, REPLAY_BEGINS } from './lines.ts';
import { until } from '../setup/steps.ts';

/** Later predictions are somebody's own. */
const DATA_ENDS = '2001-07-01T00:00:00.000Z';

const Deployment = z.object({ live: z.object({ id: z.string() }).nullable() }).nullable();
const Predictions = nodesOf(z.object({ occurredAt: z.string() }));

/** Prints what there is to paste. Fails where the example does not serve: then nothing is said of it. */
async function main(): Promise<void> {
  const { connection } = readCommandLine(process.argv.slice(2), process.env).setting();
  const graph = new Graph(connection);
  const deployment = await graph.ask(Deployment, 'query ($id: ID!) { deployment(id: $id) { live { id } } }', {
    id: DEPLOYMENT,
  });
  if (!deployment?.live) throw new Error(`nothing serves ${DEPLOYMENT}`);
  const [newest] = await graph.ask(
    Predictions,
    'query ($deployment: ID!, $to: DateTime!) { predictions(deployment: $deployment, to: $to, first: 1) { edges { node { occurredAt } } } }',
    { deployment: DEPLOYMENT, to: DATA_ENDS },
  );
  // An edge that has just started has still to take up what it serves, and what is pasted must work at once.
  await until(async () => (await isServed(connection, ENDPOINT)) || undefined, 'the edge does not serve', {
    everyMs: 100,
    atMostMs: 20_000,
  });
  const replayedTo = newest ? new Date(newest.occurredAt) : REPLAY_BEGINS;
  process.stdout.write(`${linesToPaste(connection, replayedTo).join('\n')}\n`);
}

await main();
