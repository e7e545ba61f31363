import * as z from 'zod';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import { ASSET_FIELDS, checkFilters, type SearchInput } from './asset-filter.ts';

/** A search that people of a project keep under a name. */
export interface SavedSearch extends SearchInput {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const LONGEST_TEXT = 200;

const Saved = z.strictObject({
  name: Name,
  description: z.string().max(1_000).default(''),
  text: z.string().max(LONGEST_TEXT).default(''),
  kinds: z.array(z.enum(ASSET_KINDS)).default([]),
  orFilters: z
    .array(
      z.strictObject({
        and: z.array(
          z.strictObject({
            field: z.enum(ASSET_FIELDS),
            values: z.array(z.string()),
            negated: z.boolean().default(false),
          }),
        ),
      }),
    )
    .default([]),
});

/** Reads what saveSearch is given. Throws INVALID_INPUT that names the field. */
export function readSavedSearch(
  input: unknown,
): Pick<SavedSearch, 'name' | 'description' | 'text' | 'kinds' | 'orFilters'> {
  const saved = validated(Saved, input);
  checkFilters(saved.orFilters);
  return saved;
}
