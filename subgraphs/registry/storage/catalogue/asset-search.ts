import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset, SearchInput } from '../../domain/catalogue/asset.ts';
import { searchKey, termsIn, type Term } from '../../domain/catalogue/search-words.ts';
import { ASSET_COLUMNS, toAsset, type AssetColumns } from './asset.ts';

/** An asset that fits a search, before it is shown where. */
export interface Found {
  readonly asset: Asset;
  readonly score: number;
}

export type Stems = ReadonlyMap<string, string>;

/** Whether this database has trigrams, which find misspelt names; without them search goes by words and parts of names. */
export async function hasTrigrams(db: Database): Promise<boolean> {
  const rows = await db.query(`select from pg_extension where extname = 'pg_trgm'`);
  return rows.length > 0;
}

/** The English stem of each word that has one: every Postgres brings this dictionary. */
export async function stemsOf(db: Database, words: Iterable<string>): Promise<Stems> {
  const rows = await db.query<{ word: string; stem: string }>(
    `select word, stem from unnest($1::text[]) as word, unnest(ts_lexize('english_stem', word)) as stem`,
    [[...new Set(words)]],
  );
  return new Map(rows.map(({ word, stem }) => [word, stem]));
}

/** How much of a word's trigrams a name must hold, in this order: two swapped letters in a name of some length pass. */
const ALIKE = 0.4;

/** Everything in LIKE's pattern that has a meaning of its own, taken literally. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * Every term, by the beginnings of its words, by their stems, or run together; of words with that weight alone where one
 * is named. Words hold letters and digits only, so that quotes are safe.
 */
function tsquery(terms: readonly Term[], stems: Stems, weight = ''): string {
  const word = (one: string): string => {
    const stem = stems.get(one);
    return stem === undefined ? `'${one}':*${weight}` : `('${one}':*${weight} | '${stem}'${weight && `:${weight}`})`;
  };
  return terms
    .map(({ words, joined }) => {
      const all = words.map(word).join(' & ');
      return words.length > 1 ? `(${all} | '${joined}':*${weight})` : all;
    })
    .join(' & ');
}

/**
 * Assets that fit a text, best first: the id or the name itself, names that begin with it, names that hold it or its words,
 * words of tags before those of description and owner. Where nothing does and trigrams are there, names much like it. One
 * more than asked for.
 */
export async function searchAssets(
  db: Database,
  project: string,
  { text, kinds }: SearchInput,
  { first, after }: PageRequest,
  { stems, trigrams }: { readonly stems: Stems; readonly trigrams: boolean },
): Promise<readonly Found[]> {
  const key = searchKey(text);
  const terms = termsIn(text);
  const isEverything = text.trim() === '';
  // Signs between words alone: nothing is named so.
  if (key === '' && !isEverything) return [];
  const [score, urn] = after ?? [];
  const alike = `select ${ASSET_COLUMNS}, round((0.49 * word_similarity($2, name_key))::numeric, 6)::float8 as score
       from asset where ${WANTED} and word_similarity($2, name_key) >= ${ALIKE} and not exists (select from fitting)`;
  const rows = await db.query<AssetColumns & { score: number }>(
    `with fitting as materialized (
       select ${ASSET_COLUMNS}, round((
         case when urn = $8 or name_key = $2 then 4 when name_key like $3 || '%' then 3
           when name_key like '%' || $3 || '%' or words @@ $11::tsquery then 2
           when words @@ $9::tsquery then 1 else 0 end
         + 0.5 * ts_rank(words, $9::tsquery, 32))::numeric, 6)::float8 as score
       from asset
       where ${WANTED} and ($10 or urn = $8 or words @@ $9::tsquery
         or name_key like '%' || $3 || '%' or tag_words like '%' || $3 || '%')),
     found as (select * from fitting ${trigrams ? `union all (${alike})` : ''})
     select * from found
     where $5::float8 is null or (score, urn) < ($5, '') or (score = $5 and urn > $6)
     order by score desc, urn limit $7`,
    [
      project,
      key,
      literal(key),
      [...kinds],
      score ?? null,
      urn ?? null,
      first + 1,
      text.trim(),
      tsquery(terms, stems),
      isEverything,
      tsquery(terms, stems, 'A'),
    ],
  );
  return rows.map((row) => ({ asset: toAsset(row), score: row.score }));
}

/** Of the project, there, and of the kinds that are asked for. */
const WANTED = 'project = $1 and not deleted and (cardinality($4::text[]) = 0 or kind = any($4))';
