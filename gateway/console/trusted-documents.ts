import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';

/** Hash → text of the operations that the console was built with. */
export type TrustedDocuments = ReadonlyMap<string, string>;

export const readDocuments = (text: string): TrustedDocuments =>
  new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text))));

/** What the console sends: which document, and what it is about. */
const Asked = z.strictObject({
  id: z.string(),
  operationName: z.string().optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
});

/** The body that GraphQL reads. Throws MALFORMED for what is no question of the console, NOT_FOUND for an unknown hash. */
export function trustedBody(documents: TrustedDocuments, text: string): string {
  const asked = Asked.safeParse(parsed(text));
  if (!asked.success) {
    const field = asked.error.issues[0]?.path.join('.') || 'body';
    throw new DomainError('MALFORMED', `${field}: must be { "id": "sha256:…", "operationName", "variables" }`, {
      field,
      allowed: ['id', 'operationName', 'variables'],
    });
  }
  const { id, ...rest } = asked.data;
  const query = documents.get(id);
  if (query === undefined) {
    throw new DomainError(
      'NOT_FOUND',
      'id: no document of the console of this install has this hash: load the page again, or ask /graphql',
      { field: 'id' },
    );
  }
  return JSON.stringify({ ...rest, query });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
