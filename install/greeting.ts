import { flightsCommands, type FlightsDoors } from './flights-commands.ts';
import { DEV_KEY } from './secrets.ts';

export interface GreetingFacts {
  readonly seconds: number;
  readonly dev: boolean;
  readonly graphUrl: string;
  readonly edgeUrl: string | undefined;
  readonly dataDir: string;
  readonly database: string;
  /** Up to when the example's flights have been replayed, where it serves. */
  readonly flightsTo?: Date | undefined;
}

/** What `npm start` prints when it is ready: at most ten lines, each of use. */
export function greeting({ seconds, dev, graphUrl, edgeUrl, dataDir, database, flightsTo }: GreetingFacts): string {
  const lines = [
    `Tiffin is ready in ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    `  graph   ${graphUrl}/graphql${dev ? `   (explore it: ${graphUrl}/graphiql)` : ''}`,
    ...(edgeUrl === undefined ? [] : [`  edge    ${edgeUrl}   (health: ${edgeUrl}/v2/health/ready)`]),
    `  data    ${dataDir}   (${database}; logs: tiffin.log, edge.log)`,
    ...(dev
      ? [
          `  access  you are "developer"; header "x-tiffin-user: approver" makes you another; key for HTTP routes: ${DEV_KEY}`,
          ...(flightsTo === undefined || edgeUrl === undefined
            ? [searchLine(graphUrl)]
            : flightsLines({ graphUrl, edgeUrl, replayedTo: flightsTo })),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const searchLine = (graphUrl: string): string =>
  `  try     curl -s ${graphUrl}/graphql -H 'content-type: application/json' -d '{"query":"{ search(text: \\"\\") { edges { node { id kind name } } } }"}'`;

function flightsLines(doors: FlightsDoors): string[] {
  const [query, predict] = flightsCommands(doors, DEV_KEY);
  return [
    '  flights late or not? A model is live, another one runs beside it: npm run flights -- --help',
    '  paste   the graph from the model to its source columns, then a prediction at the edge:',
    query,
    predict,
  ];
}
