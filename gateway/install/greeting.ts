import { DEV_KEY } from './secrets.ts';

export interface GreetingFacts {
  readonly seconds: number;
  readonly dev: boolean;
  readonly graphUrl: string;
  readonly edgeUrl: string | undefined;
  readonly dataDir: string;
  readonly database: string;
}

/** What `npm start` prints when it is ready: at most ten lines, each of use. */
export function greeting({ seconds, dev, graphUrl, edgeUrl, dataDir, database }: GreetingFacts): string {
  const lines = [
    `Tiffin is ready in ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    `  graph   ${graphUrl}/graphql${dev ? `   (explore it: ${graphUrl}/graphiql)` : ''}`,
    ...(edgeUrl === undefined ? [] : [`  edge    ${edgeUrl}   (health: ${edgeUrl}/v2/health/ready)`]),
    `  data    ${dataDir}   (${database}; logs: tiffin.log, edge.log)`,
    ...(dev
      ? [
          `  access  you are "developer"; header "x-tiffin-user: approver" makes you another; key for HTTP routes: ${DEV_KEY}`,
          `  try     curl -s ${graphUrl}/graphql -H 'content-type: application/json' -d '{"query":"{ search(text: \\"\\") { edges { node { id kind name } } } }"}'`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}
