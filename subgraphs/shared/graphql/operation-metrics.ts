import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { Histogram, type Registry } from 'prom-client';
import { DomainError } from '../../../core/errors.ts';

/** Counts and times each query and mutation by its outcome: `ok`, or the code of its error. */
export function observeOperations(schema: GraphQLSchema, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'tiffin_operation_seconds',
    help: 'Time of one query or mutation, by outcome: ok or the code of its error.',
    labelNames: ['operation', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  });
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  );
  for (const field of fields) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (...args) => {
      const start = performance.now();
      let outcome = 'ok';
      try {
        return await resolve(...args);
      } catch (error) {
        outcome = error instanceof DomainError ? error.code : 'INTERNAL_SERVER_ERROR';
        throw error;
      } finally {
        seconds.observe({ operation: field.name, outcome }, (performance.now() - start) / 1_000);
      }
    };
  }
}
