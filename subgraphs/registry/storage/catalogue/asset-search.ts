import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Match, SearchInput } from '../../domain/catalogue/asset.ts';
import { wordsOf } from '../../domain/catalogue/highlight.ts';
import { ASSET_COLUMNS, ASSET_TEXT, toAsset, type AssetColumns } from './asset.ts';

type Row = AssetColumns & { score: number };

/** Whether this database has trigrams, which find misspelt names; without them search goes by words and parts of names. */
export async function hasTrigrams(db: Database): Promise<boolean> {
  const rows = await db.query(`select from pg_extension where extname = 'pg_trgm'`);
  return rows.length > 0;
}

/** How much of a word's trigrams a name must hold, in this order: two swapped letters in a name of some length pass. */
const ALIKE = 0.4;

/** Everything in LIKE's pattern that has a meaning of its own, taken literally. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * Assets that fit a text, best first: the id or the name itself, names that begin with it, names and tags that hold it, words of
 * the description, and, where trigrams are there, names much like it. One more than asked for.
 */
export async function searchAssets(
  db: Database,
  project: string,
  { text, kinds }: SearchInput,
  { first, after }: PageRequest,
  trigrams: boolean,
): Promise<readonly Match[]> {
  const words = wordsOf(text).join(' ');
  const alike = trigrams ? 'word_similarity($2, name)' : '0';
  const [score, urn] = after ?? [];
  const rows = await db.query<Row>(
    `with fitting as (
       select ${ASSET_COLUMNS}, round((
         case when urn = $8 or lower(name) = $2 then 4 when name ilike $3 || '%' then 2 when name ilike '%' || $3 || '%' then 1 else 0 end
         + case when exists (select from unnest(tags) as tag where lower(tag) = $2) then 1 else 0 end
         + ts_rank(${ASSET_TEXT}, plainto_tsquery('simple', $2)) + ${alike})::numeric, 6)::float8 as score
       from asset
       where project = $1 and not deleted and (cardinality($4::text[]) = 0 or kind = any($4))
         and ($2 = '' or urn = $8 or name ilike '%' || $3 || '%' or ${ASSET_TEXT} @@ plainto_tsquery('simple', $2)
           or exists (select from unnest(tags) as tag where lower(tag) like '%' || $3 || '%')
           ${trigrams ? `or word_similarity($2, name) >= ${ALIKE}` : ''}))
     select * from fitting
     where $5::float8 is null or (score, urn) < ($5, '') or (score = $5 and urn > $6)
     order by score desc, urn limit $7`,
    [project, words, literal(words), [...kinds], score ?? null, urn ?? null, first + 1, text.trim()],
  );
  return rows.map((row) => ({ asset: toAsset(row), score: row.score }));
}
