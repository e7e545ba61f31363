import { Client } from '../../client/client.ts';

/** Who asks the graph: one makes, another one approves. */
export type Person = 'developer' | 'approver';

/** Where an install is, and what opens it. */
export interface Connection {
  /** Of the control plane: graph, uploads, data plane; with or without `/graphql`. */
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** For HTTP routes. */
  readonly key: string;
  /** Tokens of people; in dev mode names do. */
  readonly tokens: Readonly<Partial<Record<Person, string>>>;
}

/** Where `npm start` listens, and the key that it greets with. */
export const DEV_CONNECTION: Connection = {
  graphUrl: 'http://127.0.0.1:4000',
  edgeUrl: 'http://127.0.0.1:4100',
  key: 'tiffin-dev',
  tokens: {},
};

/** The install as one of its people sees it. */
export function clientOf({ graphUrl, edgeUrl, key, tokens }: Connection, person: Person = 'developer'): Client {
  const token = tokens[person];
  return new Client({ graphUrl, edgeUrl, key, identity: token === undefined ? { user: person } : { token } });
}
