import type { SubgraphExecutor } from './subgraph-executor.ts';
import type { Subgraph } from './subgraph.ts';

export interface LocalOptions {
  /** Sends variables and results through JSON, as HTTP would: what works in process then works split too. */
  readonly viaJson?: boolean;
}

/** Calls a subgraph of this process: no HTTP, no printing, no parsing, the same token check. */
export function localExecutor(subgraph: Subgraph, { viaJson = false }: LocalOptions = {}): SubgraphExecutor {
  const through = <T>(value: T): T =>
    viaJson && value !== undefined ? (JSON.parse(JSON.stringify(value)) as T) : value;
  return {
    execute: async ({ document, variables, operationName }, { token, requestId }) =>
      through(await subgraph.execute({ document, variables: through(variables), operationName, token, requestId })),
    subscribe: async function* listen(
      { document, variables, operationName, lastEventId },
      { token, requestId },
      signal,
    ) {
      const call = { document, variables: through(variables), operationName, lastEventId, token, requestId };
      for await (const event of subgraph.subscribe(call, signal)) yield through(event);
    },
    get: async (path, { token }, signal) =>
      subgraph.app.request(path, { headers: { authorization: `Bearer ${token}` }, signal }),
    check: async () => {
      for (const check of Object.values(subgraph.checks)) await check();
    },
  };
}
