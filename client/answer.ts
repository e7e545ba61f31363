import { config } from 'zod/mini';
import { en } from 'zod/v4/locales';
import { ClientError } from './client-error.ts';

// What is wrong in an answer is said in words.
config(en());

/** A schema of any build of zod. */
export interface AnswerSchema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}

/** An answer as its contract has it. Throws MALFORMED, in words, for one that is not: it comes from something else. */
export function answerOf<T>(what: string, schema: AnswerSchema<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const field = first?.path.join('.') || 'body';
  throw new ClientError(
    `${what}: the answer is not one of this version of Tiffin (${field}: ${first?.message ?? 'not valid'})`,
    { code: 'MALFORMED', field, inDoubt: true },
  );
}
