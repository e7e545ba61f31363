import { parseArgs } from 'node:util';
import { report } from './report/report.ts';
import { train } from './train/train.ts';

const HELP = `Usage: npm run flights -- <command> [options]

Six months of real flights, from Parquet to figures. The first command that needs them derives the flights from the
package vega-datasets and keeps them.

Commands
  train     trains champion, challenger, two broken challengers, logistic regression and network;
            writes each as ONNX with evaluation, golden rows and card
  report    computes the figures, prints them and writes them into the README

Options
  --data <folder>   where derived files are kept; default: .tiffin/flights
  --readme <file>   what report writes into; default: examples/flights/README.md
  --help            this text
`;

const OPTIONS = {
  data: { type: 'string', default: '.tiffin/flights' },
  readme: { type: 'string', default: 'examples/flights/README.md' },
  help: { type: 'boolean', default: false },
} as const;

/** The exit code, as shells expect it: 2 for what is not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const command = positionals.join(' ');
  if (values.help) process.stdout.write(HELP);
  else if (command === 'train') await train(values.data, process.stdout);
  else if (command === 'report') await report(values.data, values.readme, process.stdout);
  else {
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
