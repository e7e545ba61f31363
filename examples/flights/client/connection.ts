/** Who asks the graph: one makes, another one approves. */
export type Person = 'developer' | 'approver';

/** The doors of an install, and what opens them. */
export interface Connection {
  /** Of the control plane: graph, uploads, data plane. */
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

export function headersOf({ tokens }: Connection, person: Person): Record<string, string> {
  const token = tokens[person];
  return token === undefined ? { 'x-tiffin-user': person } : { authorization: `Bearer ${token}` };
}
