import { DomainError } from '../../../core/errors.ts';
import { FieldName, Name } from '../../../schema/common.ts';

/** What every definition carries for the people who look for it. */
export interface Labels {
  readonly description: string;
  /** The team that answers for it, or null while nobody does. */
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** Labels as a client writes them; what is left out is empty. */
export interface LabelsInput {
  readonly description?: string | null | undefined;
  readonly owner?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

const MAX_TAGS = 50;

function check(schema: typeof Name, field: string, value: string): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  throw new DomainError('INVALID_INPUT', `${field}: "${value}" is no name; ${result.error.issues[0]?.message}`, {
    field,
  });
}

export const checkName = (field: string, value: string): void => check(Name, field, value);

/** A name that expressions and columns use: no "-" and no ".". */
export const checkFieldName = (field: string, value: string): void => check(FieldName, field, value);

/**
 * Throws INVALID_INPUT naming the first value that occurs twice, or differs from another only by case: files and engines
 * take such names for one.
 */
export function checkDistinct(field: string, values: readonly string[]): void {
  const known = new Map<string, string>();
  for (const value of values) {
    const other = known.get(value.toLowerCase());
    if (other !== undefined) {
      const why = other === value ? `"${value}" occurs twice` : `"${value}" and "${other}" differ only by case`;
      throw new DomainError('INVALID_INPUT', `${field}: ${why}`, { field });
    }
    known.set(value.toLowerCase(), value);
  }
}

/** Labels in their stored form: trimmed, tags distinct and sorted. */
export function labelsOf(input: LabelsInput): Labels {
  const tags = [...new Set((input.tags ?? []).map((tag) => tag.trim()))].sort();
  if (tags.includes('')) throw new DomainError('INVALID_INPUT', 'tags: a tag is not empty', { field: 'tags' });
  if (tags.length > MAX_TAGS) {
    throw new DomainError('INVALID_INPUT', `tags: at most ${MAX_TAGS}, not ${tags.length}`, { field: 'tags' });
  }
  return { description: input.description?.trim() ?? '', owner: input.owner?.trim() || null, tags };
}
