import type { Database } from '../../../shared/database/database.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import type { CompletionField, Suggestion } from '../../domain/catalogue/completion.ts';
import { searchKey } from '../../domain/catalogue/search-words.ts';
import { literal } from './asset-search.ts';

const SOURCES: Readonly<Record<Exclude<CompletionField, 'NAME'>, string>> = {
  OWNER: 'select owner as value, kind from asset where project = $1 and not deleted and owner is not null',
  TAG: 'select value, kind from asset, unnest(tags) as value where project = $1 and not deleted',
  DOMAIN: 'select domain as value, kind from asset where project = $1 and not deleted and domain is not null',
};

export interface CompletionInput {
  readonly text: string;
  readonly field: CompletionField;
  /** Empty: all kinds. */
  readonly kinds: readonly UrnKind[];
  readonly first: number;
}

const fits = (column: string): string => `(${column} like $2 || '%' or ${column} like '% ' || $2 || '%')`;

/** Values that go on from what was typed so far: those that begin with it before those with a word that does. */
export async function completions(
  db: Database,
  project: string,
  { text, field, kinds, first }: CompletionInput,
): Promise<readonly Suggestion[]> {
  const parameters = [project, literal(field === 'NAME' ? searchKey(text) : text.toLowerCase()), [...kinds], first];
  const ofKinds = '(cardinality($3::text[]) = 0 or kind = any($3))';
  if (field === 'NAME') {
    return db.query<Suggestion>(
      `select name as value, urn as id, kind, 1 as count from asset
       where project = $1 and not deleted and ${ofKinds} and ${fits('name_key')}
       order by name_key like $2 || '%' desc, length(name_key), urn limit $4`,
      parameters,
    );
  }
  return db.query<Suggestion>(
    `select value, null as id, null as kind, count(*)::int as count from (${SOURCES[field]}) each
     where ${ofKinds} and ${fits('lower(value)')}
     group by value order by lower(value) like $2 || '%' desc, count desc, value limit $4`,
    parameters,
  );
}
