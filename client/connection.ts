/** Who asks: a user of dev mode by name, a token of a person, or a key of a machine. */
export type Identity = { readonly user: string } | { readonly token: string };

export interface ConnectionOptions {
  /** The control plane, with or without `/graphql`: what `npm start` prints works. */
  readonly graphUrl: string;
  /** The edge, for predictions and outcomes. */
  readonly edgeUrl?: string | undefined;
  /** Where feature and registry serve their HTTP routes, if each runs alone; the control plane's otherwise. */
  readonly featureUrl?: string | undefined;
  readonly registryUrl?: string | undefined;
  /** For HTTP routes; the graph takes it too where no identity is given. */
  readonly key?: string | undefined;
  /** For the graph. */
  readonly identity?: Identity | undefined;
  /** How long one call may take. */
  readonly timeoutMs?: number | undefined;
}

/** Where the servers are, and what opens them. */
export interface Connection {
  /** Without `/graphql` and without a slash at its end. */
  readonly graphUrl: string;
  readonly edgeUrl: string | undefined;
  readonly featureUrl: string;
  readonly registryUrl: string;
  readonly key: string | undefined;
  readonly identity: Identity | undefined;
  readonly timeoutMs: number;
}

const TIMEOUT_MS = 60_000;

export function connectionOf(options: ConnectionOptions): Connection {
  const { edgeUrl, featureUrl, registryUrl, key, identity, timeoutMs } = options;
  const graphUrl = withoutSlash(withoutSlash(options.graphUrl).replace(/\/graphi?ql$/, ''));
  return {
    graphUrl,
    edgeUrl: edgeUrl === undefined ? undefined : withoutSlash(edgeUrl),
    featureUrl: featureUrl === undefined ? graphUrl : withoutSlash(featureUrl),
    registryUrl: registryUrl === undefined ? graphUrl : withoutSlash(registryUrl),
    key,
    identity,
    timeoutMs: timeoutMs ?? TIMEOUT_MS,
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

export function graphHeaders({ identity, key }: Connection): Record<string, string> {
  if (identity && 'user' in identity) return { 'x-tiffin-user': identity.user };
  const token = identity?.token ?? key;
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

export const keyHeaders = ({ key }: Connection): Record<string, string> =>
  key === undefined ? {} : { authorization: `Bearer ${key}` };
