const NODE = '{node(id:"ID"){__typename id ... on Alert{status value rule{name signal threshold}}}}';

/** Where people look at a thing in dev mode: GraphiQL, with the question for it. Undefined before the port is known. */
export const devAssetUrl = ({ host, port }: { readonly host: string; readonly port: number }): string | undefined =>
  port === 0
    ? undefined
    : `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphiql?query=${encodeURIComponent(NODE).replace('ID', '{id}')}`;
