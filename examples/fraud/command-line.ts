import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Environment } from '../../core/environment.ts';
import { connectionFrom, DEV_CONNECTION, type Connection } from '../shared/connection.ts';

export const HELP = `Usage: npm run fraud -- <command> [options]

Card payments, decided in milliseconds by four models and the windows of the last seconds. All of it is synthetic: people,
merchants, frauds and rates come from a seeded generator, and say nothing about real ones.

Commands for running servers ("npm start" starts them)
  setup         history, definitions, training sets, four models approved and live; what is there already stays

Options
  --data <folder>   where derived files are kept; default: examples/fraud below TIFFIN_DATA_DIR, or below .tiffin
  --graph <url>     the control plane; default: TIFFIN_GRAPH_URL, or ${DEV_CONNECTION.graphUrl}
  --edge <url>      the edge; default: TIFFIN_EDGE_URL, or ${DEV_CONNECTION.edgeUrl}
  --key <key>       for the HTTP routes of both; default: TIFFIN_KEY, or that of dev mode
  --help            this text

Variables
  TIFFIN_TOKEN, TIFFIN_APPROVER_TOKEN   tokens of the two people who make and approve; in dev mode their names do
`;

const OPTIONS = {
  data: { type: 'string' },
  graph: { type: 'string' },
  edge: { type: 'string' },
  key: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** What a command works with. */
export interface Setting {
  readonly folder: string;
  readonly connection: Connection;
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
  const { data, graph, edge, key, help } = values;
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
    return { folder: data ?? join(dataDir, 'examples', 'fraud'), connection };
  };
  return { command: positionals.join(' '), help, setting };
}
