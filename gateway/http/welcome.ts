import type { Context } from 'hono';

const PLACES = {
  console: { path: '/console', what: 'the console: everything in pages' },
  graphql: { path: '/graphql', what: 'the graph' },
  graphiql: { path: '/graphiql', what: 'the graph, to try in a browser' },
  live: { path: '/livez', what: 'whether this process runs' },
  ready: { path: '/readyz', what: 'whether it can serve, and who is away' },
  metrics: { path: '/metrics', what: 'Prometheus metrics, with a key that has metrics:read' },
} as const;

/** What is where, for those who open the address alone: a page for browsers, JSON for all others. */
export function welcome({
  dev,
  hasConsole,
}: {
  readonly dev: boolean;
  readonly hasConsole: boolean;
}): (c: Context) => Response {
  const { console: pages, graphiql, ...always } = PLACES;
  const places = Object.entries({ ...(hasConsole && { console: pages }), ...(dev && { graphiql }), ...always });
  const docs = 'docs/gateway.md';
  const json = { name: 'Tiffin', ...Object.fromEntries(places.map(([name, { path }]) => [name, path])), docs };
  const items = places.map(([, { path, what }]) => `<li><a href="${path}">${path}</a>: ${what}</li>`);
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Tiffin</title>
<h1>Tiffin</h1>
<ul>
${items.join('\n')}
</ul>
<p>The pages in <code>docs/</code> of the source say more; <code>${docs}</code> is about the graph.</p>
</html>
`;
  return (c) => {
    c.header('vary', 'accept');
    if (!(c.req.header('accept') ?? '').includes('text/html')) return c.json(json);
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    return c.html(html);
  };
}
