import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Environment } from '../../core/environment.ts';
import { connectionFrom, DEV_CONNECTION, type Connection } from '../shared/connection.ts';
import type { ReplayArguments } from './replay/options.ts';

export const HELP = `Usage: npm run flights -- <command> [options]

Six months of real flights, from Parquet to the edge and back. The first command that needs them derives the flights
from the package vega-datasets and keeps them.

Commands for running servers ("npm start" starts them)
  setup       definitions, January's history, champion live, a running experiment, alert rules; what is there already
              stays, and one that was interrupted goes on where it stood
  replay      feeds days in order: late shares, predictions at push-back, outcomes, alerts; an interrupted one goes on
              where it stood
  first-days  set-up, then two weeks replayed with one flight in fifty: what the first "npm start" does
  challenger  the challenger and two broken ones, trained on March to May, approved by another person and released:
              ready for an arm of an experiment, or a shadow
  june        champion and challenger side by side on June: as arms of an experiment, and the challenger in the shadow of
              the champion; takes the options of replay
  rollout     a release rolled out over June step by step, beside a control of the same size, by steps and margins that were
              written down before; --candidate says which; takes the options of replay
  adapt       the storm of February: scores drift, a response policy asks, a trainer learns anew, and the version goes live
              through shadow and rollout inside a standing approval by two people; --no-standing: it stops at VALIDATED.
              Needs a set-up whose replay stands before 9 February; takes the options of replay: --from and --to say
              which days the storm is, and with --from the reference is what has been replayed of its week
  known-at    what a training row of one flight holds, by each known-at rule

Commands that need no servers
  train       trains champion, challenger, two broken challengers, logistic regression and network; writes each as ONNX
              with evaluation, golden rows and card
  report      computes the figures, prints them and writes them into the README
  reset       removes the data folder of an install that does not run, with --yes: what was registered cannot be taken
              back alone

Options
  --data <folder>   where derived files are kept; default: examples/flights below TIFFIN_DATA_DIR, or below
                    .tiffin
  --readme <file>   what report writes into; default: examples/flights/README.md
  --graph <url>     the control plane; default: TIFFIN_GRAPH_URL, or ${DEV_CONNECTION.graphUrl}
  --edge <url>      the edge; default: TIFFIN_EDGE_URL, or ${DEV_CONNECTION.edgeUrl}
  --key <key>       for the HTTP routes of both; default: TIFFIN_KEY, or that of dev mode
  --help            this text

Options of rollout
  --candidate <name>    challenger, or one of the broken ones: percent, kilometres; default: challenger

Options of adapt
  --no-standing         nobody approves beforehand what comes of it

Options of replay
  --from <day|hour>     where to begin, UTC, such as 2001-02-12 or 2001-02-12T06; default: where the last replay stands,
                        or 2001-01-22
  --to <day|hour>       where to end; or --days <n>, counted from the beginning; default: the end of the data
  --speed <n|max>       how many times as fast as it happened; default: as fast as it goes
  --share <0–1>         of the flights, how many ask for a prediction; default: 1. All of them count in the late shares.
  --concurrency <n>     how many predictions are asked for at a time; default: 32

Variables
  TIFFIN_FEATURE_URL, TIFFIN_REGISTRY_URL   the two data planes, where the install runs in parts; default: --graph
  TIFFIN_TOKEN, TIFFIN_APPROVER_TOKEN   tokens of the two people who make and approve; in dev mode their names do
  TIFFIN_COMMITTEE_TOKEN                of a second approver, for adapt
`;

const OPTIONS = {
  data: { type: 'string' },
  readme: { type: 'string', default: 'examples/flights/README.md' },
  graph: { type: 'string' },
  edge: { type: 'string' },
  key: { type: 'string' },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  candidate: { type: 'string', default: 'challenger' },
  'no-standing': { type: 'boolean', default: false },
  from: { type: 'string' },
  to: { type: 'string' },
  days: { type: 'string' },
  speed: { type: 'string' },
  share: { type: 'string' },
  concurrency: { type: 'string' },
} as const;

/** What a command works with. */
export interface Setting {
  /** Of the install, and of what the example derives. */
  readonly dataDir: string;
  readonly folder: string;
  readonly readme: string;
  readonly yes: boolean;
  readonly connection: Connection;
  readonly replay: ReplayArguments;
  /** What is rolled out. */
  readonly candidate: string;
  /** Whether two people approve beforehand what a retraining makes. */
  readonly standing: boolean;
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
  const { data, readme, graph, edge, key, yes, help, candidate, 'no-standing': alone, ...replay } = values;
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
    return {
      dataDir,
      folder: data ?? join(dataDir, 'examples', 'flights'),
      readme,
      yes,
      connection,
      replay,
      candidate,
      standing: !alone,
    };
  };
  return { command: positionals.join(' '), help, setting };
}
