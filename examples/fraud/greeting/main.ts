import { until } from '../../../client/wait.ts';
import { clientOf } from '../../shared/connection.ts';
import { readCommandLine } from '../command-line.ts';
import { ENDPOINT } from '../names.ts';
import { linesToPaste } from './lines.ts';

/** Prints what there is to paste. Fails where the example does not serve: then nothing is said of it. */
async function main(): Promise<void> {
  const { connection } = readCommandLine(process.argv.slice(2), process.env).setting();
  const { edge } = clientOf(connection);
  // An edge that has just started has still to take up what it serves, and what is pasted must work at once.
  await until(async () => (await edge.serves(ENDPOINT)) || undefined, 'the edge does not serve', {
    everyMs: 100,
    atMostMs: 20_000,
  });
  process.stdout.write(`${linesToPaste(connection).join('\n')}\n`);
}

await main();
