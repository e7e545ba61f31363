import type { Database } from '../../../shared/database/database.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import type { SearchInput } from '../../domain/catalogue/asset-filter.ts';
import { searchKey, termsIn, type Term } from '../../domain/catalogue/search-words.ts';
import { ASSET_COLUMNS, toAsset, type AssetColumns } from './asset.ts';
import { narrowed, Parameters } from './asset-conditions.ts';

/** An asset that fits a search, before it is shown where. */
export interface Found {
  readonly asset: Asset;
  readonly score: number;
}

export type Stems = ReadonlyMap<string, string>;

/** What a search is made of besides what is asked: where, when, and what the database knows of words. */
export interface SearchFrame {
  readonly project: string;
  readonly now: Date;
  readonly stems: Stems;
  readonly trigrams: boolean;
}

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
export const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

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

/** A search's text as conditions and as a score of how well an asset fits; each adds the values that it needs. */
export interface TextMatch {
  readonly fits: () => string;
  readonly score: () => string;
  /** The same for names that are only much like it. */
  readonly alike: () => string;
  readonly likeness: () => string;
}

/** Everything fits no text at all; nothing fits signs between words alone. */
export const isEverything = (text: string): boolean => text.trim() === '';
export const isNothing = (text: string): boolean => searchKey(text) === '' && !isEverything(text);

export function textMatch(text: string, stems: Stems, parameters: Parameters): TextMatch {
  const terms = termsIn(text);
  const key = (): string => parameters.add(searchKey(text));
  const id = (): string => parameters.add(text.trim());
  const begins = (column: string): string => `${column} like ${parameters.add(literal(searchKey(text)))}::text || '%'`;
  const holds = (column: string): string => begins(column).replace('like ', "like '%' || ");
  const hasWords = (weight = ''): string => `${parameters.add(tsquery(terms, stems, weight))}::tsquery`;
  return {
    fits: () => `(urn = ${id()} or words @@ ${hasWords()} or ${holds('name_key')} or ${holds('tag_words')})`,
    score: () => `round((
      case when urn = ${id()} or name_key = ${key()} then 4 when ${begins('name_key')} then 3
        when ${holds('name_key')} or words @@ ${hasWords('A')} then 2 when words @@ ${hasWords()} then 1 else 0 end
      + 0.5 * ts_rank(words, ${hasWords()}, 32))::numeric, 6)::float8`,
    alike: () => `word_similarity(${key()}, name_key) >= ${ALIKE}`,
    likeness: () => `round((0.49 * word_similarity(${key()}, name_key))::numeric, 6)::float8`,
  };
}

/**
 * Assets that fit a text and meet the conditions, best first: the id or the name itself, names that begin with it, names that
 * hold it or its words, words of tags before those of description and owner. Where nothing does and trigrams are there, names
 * much like it. One more than asked for.
 */
export async function searchAssets(
  db: Database,
  input: SearchInput,
  { first, after }: PageRequest,
  frame: SearchFrame,
): Promise<readonly Found[]> {
  if (isNothing(input.text)) return [];
  const parameters = new Parameters();
  const wanted = narrowed(input, frame.project, frame.now, parameters);
  const [score, urn] = after ?? [];
  const behind = { score: `${parameters.add(score ?? null)}::float8`, urn: parameters.add(urn ?? null) };
  const limit = parameters.add(first + 1);
  const rows = await db.query<AssetColumns & { score: number }>(
    isEverything(input.text)
      ? `select ${ASSET_COLUMNS}, 0::float8 as score from asset
         where ${wanted} and (${behind.score} is null or urn > ${behind.urn}) order by urn limit ${limit}`
      : ranked(textMatch(input.text, frame.stems, parameters), { wanted, behind, limit, trigrams: frame.trigrams }),
    parameters.values,
  );
  return rows.map((row) => ({ asset: toAsset(row), score: row.score }));
}

interface RankedParts {
  readonly wanted: string;
  readonly behind: { readonly score: string; readonly urn: string };
  readonly limit: string;
  readonly trigrams: boolean;
}

/** Ranks by number and id alone; the assets themselves are read for the page. */
function ranked({ fits, score, alike, likeness }: TextMatch, { wanted, behind, limit, trigrams }: RankedParts): string {
  const much = (): string => `union all (select urn, ${likeness()} as score from asset
    where ${wanted} and ${alike()} and not exists (select from fitting))`;
  return `with fitting as materialized (select urn, ${score()} as score from asset where ${wanted} and ${fits()}),
     found as (select * from fitting ${trigrams ? much() : ''}),
     page as (select urn, score from found
       where ${behind.score} is null or (score, urn) < (${behind.score}, '')
         or (score = ${behind.score} and urn > ${behind.urn})
       order by score desc, urn limit ${limit})
     select ${ASSET_COLUMNS}, page.score from page join asset using (urn) order by page.score desc, urn`;
}
