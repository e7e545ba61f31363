import type * as z from 'zod';
import { ClientError } from './client-error.ts';

/** An answer as its contract has it. Throws MALFORMED, in words, for one that is not: it comes from something else. */
export function answerOf<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const field = first?.path.join('.') || 'body';
  throw new ClientError(
    `${what}: the answer is not one of this version of Tiffin (${field}: ${first?.message ?? 'not valid'})`,
    { code: 'MALFORMED', field, inDoubt: true },
  );
}
