import { parseArgs } from 'node:util';
import { replay } from './replay/replay.ts';
import { report } from './report/report.ts';
import { train } from './train/train.ts';

const HELP = `Usage: npm run flights -- <command> [options]

Six months of real flights, from Parquet to figures. The first command that needs them derives the flights from the
package vega-datasets and keeps them.

Commands
  train     trains champion, challenger, two broken challengers, logistic regression and network;
            writes each as ONNX with evaluation, golden rows and card
  report    computes the figures, prints them and writes them into the README
  replay    feeds days in order into running servers: late shares, predictions at push-back, outcomes, alerts;
            an interrupted replay goes on where it stood

Options
  --data <folder>   where derived files are kept; default: .tiffin/flights
  --readme <file>   what report writes into; default: examples/flights/README.md
  --help            this text

Options of replay
  --from <day|hour>     where to begin, UTC, such as 2001-02-12 or 2001-02-12T06; default: where the last replay stands,
                        or 2001-01-22
  --to <day|hour>       where to end; or --days <n>, counted from the beginning; default: the end of the data
  --speed <n|max>       how many times as fast as it happened; default: as fast as it goes
  --share <0–1>         of the flights, how many ask for a prediction; default: 1. All of them count in the late shares.
  --concurrency <n>     how many predictions are asked for at a time; default: 32
  --graph <url>         the control plane; default: http://127.0.0.1:4000
  --edge <url>          the edge; default: http://127.0.0.1:4100
  --key <key>           the key to both; default: that of dev mode
`;

const OPTIONS = {
  data: { type: 'string', default: '.tiffin/flights' },
  readme: { type: 'string', default: 'examples/flights/README.md' },
  help: { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  days: { type: 'string' },
  speed: { type: 'string' },
  share: { type: 'string' },
  concurrency: { type: 'string' },
  graph: { type: 'string', default: 'http://127.0.0.1:4000' },
  edge: { type: 'string', default: 'http://127.0.0.1:4100' },
  key: { type: 'string', default: 'tiffin-dev' },
} as const;

/** The exit code, as shells expect it: 2 for what is not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const command = positionals.join(' ');
  if (values.help) process.stdout.write(HELP);
  else if (command === 'train') await train(values.data, process.stdout);
  else if (command === 'report') await report(values.data, values.readme, process.stdout);
  else if (command === 'replay') {
    const { data: dataFolder, graph: graphUrl, edge: edgeUrl, key, ...rest } = values;
    await replay({ dataFolder, graphUrl, edgeUrl, key }, rest, process.stdout);
  } else {
    process.stderr.write(`${command === '' ? 'No command' : `Unknown command: ${command}`}\n\n${HELP}`);
    return 2;
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const misunderstood =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return misunderstood ? 2 : 1;
});
