import type { ExampleGreeting } from './examples/set-up-examples.ts';
import { DEV_KEY } from './secrets.ts';

export interface GreetingFacts {
  readonly seconds: number;
  readonly dev: boolean;
  readonly graphUrl: string;
  readonly edgeUrl: string | undefined;
  readonly dataDir: string;
  readonly database: string;
  /** Of the examples that serve. */
  readonly examples: readonly ExampleGreeting[];
}

/** What `npm start` prints when it is ready: seven lines, and of each example what to paste. */
export function greeting({ seconds, dev, graphUrl, edgeUrl, dataDir, database, examples }: GreetingFacts): string {
  const lines = [
    `Tiffin is ready in ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    `  console ${graphUrl}/console`,
    `  graph   ${graphUrl}/graphql${dev ? `   (explore it: ${graphUrl}/graphiql)` : ''}`,
    ...(edgeUrl === undefined ? [] : [`  edge    ${edgeUrl}   (health: ${edgeUrl}/v2/health/ready)`]),
    `  data    ${dataDir}   (${database}; logs: tiffin.log, edge.log)`,
    ...(dev
      ? [
          `  access  you are "developer"; header "x-tiffin-user: approver" makes you another; key for HTTP routes: ${DEV_KEY}`,
          ...(examples.length === 0 ? [searchLine(graphUrl)] : examples.flatMap(exampleLines)),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const searchLine = (graphUrl: string): string =>
  `  try     curl -s ${graphUrl}/graphql -H 'content-type: application/json' -d '{"query":"{ search(text: \\"\\") { edges { node { id kind name } } } }"}'`;

const exampleLines = ({ title, commands, lines }: ExampleGreeting): readonly string[] => [
  `  ${title}: ${commands} --help`,
  ...lines,
];
