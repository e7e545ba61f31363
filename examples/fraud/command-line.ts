import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Environment } from '../../core/environment.ts';
import { connectionFrom, DEV_CONNECTION, type Connection } from '../shared/connection.ts';
import type { LoadArguments } from './load/options.ts';

export const HELP = `Usage: npm run fraud -- <command> [options]

Card payments, decided in milliseconds by four models and the windows of the last seconds. All of it is synthetic: people,
merchants, frauds and rates come from a seeded generator, and say nothing about real ones.

Commands for running servers ("npm start" starts them)
  setup         history, definitions, training sets, four models approved and live; what is there already stays
  load          payments at a fixed rate: asked about at the edge, sent as events, labelled; latencies, decisions, accounts
  explain <id>  why a payment was decided as it was: rules, models, features; the id is that of an answer
  rings         ten cards on one device, one after the other, and the tenth of them a week later
  velocity      somebody who pays five times in ten minutes, then waits: windows at every second, and counters beside them
  report        does all that the README shows, and writes it there

Options
  --data <folder>   where derived files are kept; default: examples/fraud below TIFFIN_DATA_DIR, or below .tiffin
  --readme <file>   what report writes into; default: examples/fraud/README.md
  --graph <url>     the control plane; default: TIFFIN_GRAPH_URL, or ${DEV_CONNECTION.graphUrl}
  --edge <url>      the edge; default: TIFFIN_EDGE_URL, or ${DEV_CONNECTION.edgeUrl}
  --key <key>       for the HTTP routes of both; default: TIFFIN_KEY, or that of dev mode
  --help            this text

Options of load
  --rate <n>          payments a second; default: 500
  --seconds <n>       for how long; default: 60
  --connections <n>   how many to the edge at most; default: 64

Variables
  TIFFIN_TOKEN, TIFFIN_APPROVER_TOKEN   tokens of the two people who make and approve; in dev mode their names do
`;

const OPTIONS = {
  data: { type: 'string' },
  readme: { type: 'string', default: 'examples/fraud/README.md' },
  graph: { type: 'string' },
  edge: { type: 'string' },
  key: { type: 'string' },
  help: { type: 'boolean', default: false },
  rate: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
} as const;

/** What a command works with. */
export interface Setting {
  readonly folder: string;
  readonly readme: string;
  readonly connection: Connection;
  readonly load: LoadArguments;
  /** What stands behind the command. */
  readonly operands: readonly string[];
}

export interface CommandLine {
  readonly command: string;
  readonly help: boolean;
  readonly setting: () => Setting;
}

/** Throws a TypeError of ERR_PARSE_ARGS… for options that there are not; `setting`, INVALID_INPUT for wrong values. */
export function readCommandLine(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [command = '', ...operands] = positionals;
  const { data, readme, graph, edge, key, help, ...load } = values;
  const env = new Environment({
    ...variables,
    ...(graph !== undefined && { TIFFIN_GRAPH_URL: graph }),
    ...(edge !== undefined && { TIFFIN_EDGE_URL: edge }),
    ...(key !== undefined && { TIFFIN_KEY: key }),
  });
  const setting = (): Setting => {
    const dataDir = env.text('TIFFIN_DATA_DIR') ?? '.tiffin';
    const connection = connectionFrom(env);
    env.throwProblems();
    return { folder: data ?? join(dataDir, 'examples', 'fraud'), readme, connection, load, operands };
  };
  return { command, help, setting };
}
