import type * as z from 'zod';
import { DomainError } from '../core/errors.ts';

/** Parses a value by its schema. Throws INVALID_INPUT that names the first wrong field, and lists the others. */
export function validated<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'body', message }));
  const [first] = problems;
  throw new DomainError('INVALID_INPUT', `${first?.field ?? 'body'}: ${first?.message ?? 'not valid'}`, {
    field: first?.field,
    problems: problems.slice(0, 20),
  });
}
