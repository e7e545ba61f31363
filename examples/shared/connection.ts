import { Client } from '../../client/client.ts';
import type { Environment } from '../../core/environment.ts';

/** Who asks the graph: one makes, others approve. */
export type Person = 'developer' | 'approver' | 'committee';

/** Where an install is, and what opens it. */
export interface Connection {
  /** Of the control plane: graph, uploads, data plane; with or without `/graphql`. */
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** Of the data planes, where they are not at the graph's: an install in parts. */
  readonly featureUrl?: string | undefined;
  readonly registryUrl?: string | undefined;
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

/** What variables say of it; for what they do not say, that of `npm start`. */
export function connectionFrom(env: Environment): Connection {
  const [developer, approver] = [env.text('TIFFIN_TOKEN'), env.text('TIFFIN_APPROVER_TOKEN')];
  const committee = env.text('TIFFIN_COMMITTEE_TOKEN');
  return {
    graphUrl: env.url('TIFFIN_GRAPH_URL') ?? DEV_CONNECTION.graphUrl,
    edgeUrl: env.url('TIFFIN_EDGE_URL') ?? DEV_CONNECTION.edgeUrl,
    featureUrl: env.url('TIFFIN_FEATURE_URL'),
    registryUrl: env.url('TIFFIN_REGISTRY_URL'),
    key: env.text('TIFFIN_KEY') ?? DEV_CONNECTION.key,
    tokens: {
      ...(developer !== undefined && { developer }),
      ...(approver !== undefined && { approver }),
      ...(committee !== undefined && { committee }),
    },
  };
}

/** The install as one of its people sees it. */
export function clientOf({ tokens, ...where }: Connection, person: Person = 'developer'): Client {
  const token = tokens[person];
  return new Client({ ...where, identity: token === undefined ? { user: person } : { token } });
}
