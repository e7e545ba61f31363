import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Environment } from '../../core/environment.ts';
import { DEV_CONNECTION, type Connection } from './client/connection.ts';
import { report } from './report/report.ts';
import { reset } from './reset.ts';
import { makeChallengers } from './setup/challenger.ts';
import { showKnownAt } from './setup/known-at.ts';
import { setUp } from './setup/setup.ts';
import { train } from './train/train.ts';

const HELP = `Usage: npm run flights -- <command> [options]

Six months of real flights, from Parquet to the edge. The first command that needs them derives the flights from the
package vega-datasets and keeps them.

Commands of a running install ("npm start" runs one)
  setup     definitions, January's history, champion live, a running experiment, alert rules;
            what is there already stays, and one that was stopped goes on where it stopped
  challenger  the challenger and two broken ones, trained on March to May, approved and released:
            ready for an arm of an experiment, or a shadow
  known-at  what a training row holds by each known-at rule, for one flight

Commands that need no servers
  train     trains champion, challenger, two broken challengers, logistic regression and network;
            writes each as ONNX with evaluation, golden rows and card
  report    computes the figures, prints them and writes them into the README

Commands of an install that does not run
  reset     removes its data folder; what was registered cannot be taken back alone. Takes --yes

Options
  --data <folder>   where derived files are kept; default: flights in TIFFIN_DATA_DIR, or .tiffin/flights
  --readme <file>   what report writes into; default: examples/flights/README.md
  --graph <url>     the control plane; default: TIFFIN_GRAPH_URL, or ${DEV_CONNECTION.graphUrl}
  --edge <url>      the edge; default: TIFFIN_EDGE_URL, or ${DEV_CONNECTION.edgeUrl}
  --help            this text

Variables
  TIFFIN_KEY                             key for HTTP routes; default: the one of dev mode
  TIFFIN_TOKEN, TIFFIN_APPROVER_TOKEN    tokens of two people, who make and approve; in dev mode names do
`;

const OPTIONS = {
  data: { type: 'string' },
  readme: { type: 'string', default: 'examples/flights/README.md' },
  graph: { type: 'string' },
  edge: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof read>['values'];
const read = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });

interface Setting {
  readonly folder: string;
  readonly dataDir: string;
  readonly readme: string;
  readonly yes: boolean;
  readonly connection: Connection;
}

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  setup: ({ connection, folder }) => setUp(connection, folder, process.stdout),
  challenger: ({ connection, folder }) => makeChallengers(connection, folder, process.stdout),
  'known-at': ({ connection, folder }) => showKnownAt(connection, folder, process.stdout),
  reset: ({ dataDir, yes }) => reset(dataDir, yes, process.stdout),
  train: ({ folder }) => train(folder, process.stdout),
  report: ({ folder, readme }) => report(folder, readme, process.stdout),
};

/** The exit code, as shells expect it: 2 for what is not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  const name = positionals.join(' ');
  const command = COMMANDS[name];
  if (values.help) process.stdout.write(HELP);
  else if (command) await command(settingOf(values));
  else {
    process.stderr.write(`${name === '' ? 'No command' : `Unknown command: ${name}`}\n\n${HELP}`);
    return 2;
  }
  return 0;
}

function settingOf(values: Options): Setting {
  const env = new Environment({
    ...process.env,
    ...(values.graph !== undefined && { TIFFIN_GRAPH_URL: values.graph }),
    ...(values.edge !== undefined && { TIFFIN_EDGE_URL: values.edge }),
  });
  const [token, approver] = [env.text('TIFFIN_TOKEN'), env.text('TIFFIN_APPROVER_TOKEN')];
  const connection: Connection = {
    graphUrl: env.url('TIFFIN_GRAPH_URL') ?? DEV_CONNECTION.graphUrl,
    edgeUrl: env.url('TIFFIN_EDGE_URL') ?? DEV_CONNECTION.edgeUrl,
    key: env.text('TIFFIN_KEY') ?? DEV_CONNECTION.key,
    tokens: {
      ...(token !== undefined && { developer: token }),
      ...(approver !== undefined && { approver }),
    },
  };
  env.throwProblems();
  const dataDir = env.text('TIFFIN_DATA_DIR') ?? '.tiffin';
  return {
    dataDir,
    folder: values.data ?? join(dataDir, 'flights'),
    yes: values.yes,
    readme: values.readme,
    connection,
  };
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const misunderstood =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return misunderstood ? 2 : 1;
});
