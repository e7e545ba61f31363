const ASSET = `{
  asset(id: "ID") { kind name description owner updatedAt }
  node(id: "ID") { id ... on Alert { status value firedAt rule { name signal threshold } } }
}`;

/** Where people look at a thing in dev mode: GraphiQL, with the question for it. Undefined before the port is known. */
export const devAssetUrl = ({ host, port }: { readonly host: string; readonly port: number }): string | undefined =>
  port === 0
    ? undefined
    : `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphiql?query=${encodeURIComponent(ASSET).replaceAll('ID', '{id}')}`;
