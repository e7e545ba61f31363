import type { ApolloServerPlugin } from '@apollo/server';
import { Histogram, type Registry } from 'prom-client';
import type { GatewayContext } from './subgraph-call.ts';

/**
 * Counts and times requests by the type of their operation and by outcome: `ok`, `partial` (data with errors), or the code of
 * the error where there is no data. Names that clients give to operations are no labels: there is no end to them.
 */
export function requestMetrics(metrics: Registry): ApolloServerPlugin<GatewayContext> {
  const seconds = new Histogram({
    name: 'tiffin_gateway_request_seconds',
    help: 'Time of one GraphQL request, by outcome: ok, partial, or the code of its error.',
    labelNames: ['type', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  });
  return {
    requestDidStart: async () => {
      const start = performance.now();
      return {
        willSendResponse: async ({ operation, response }) => {
          if (response.body.kind !== 'single') return;
          const { data, errors = [] } = response.body.singleResult;
          const answered = Object.values(data ?? {}).some((value) => value !== null);
          const code = errors[0]?.extensions?.['code'];
          const outcome = errors.length === 0 ? 'ok' : answered ? 'partial' : String(code);
          seconds.observe({ type: operation?.operation ?? 'unknown', outcome }, (performance.now() - start) / 1_000);
        },
      };
    },
  };
}
