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

/**
 * How much of a word's trigrams a name must hold, in this order: two swapped letters in a name of some length pass. The
 * operator that the index knows takes it from a setting, which this statement makes for itself before it looks.
 */
const ALIKE = `(select set_config('pg_trgm.word_similarity_threshold', '0.4', true)) is not null`;

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
    // Six digits by floating point: by `numeric` they take as long as the rest of the search.
    score: () => `round(1e6::float8 * case when urn = ${id()} or name_key = ${key()} then 4
        when ${begins('name_key')} then 3 when ${holds('name_key')} or words @@ ${hasWords('A')} then 2
        when words @@ ${hasWords()} then 1 else 0 end
      + 5e5 * ts_rank(words, ${hasWords()}, 32)) / 1e6`,
    alike: () => `(${ALIKE} and ${key()} <% name_key)`,
    likeness: () => `round(4.9e5 * word_similarity(${key()}, name_key)) / 1e6`,
  };
}

/** Where a search looks: at what fits its text, or, where nothing does, at names much like it. */
export type Way = 'FITS' | 'ALIKE';

/**
 * Assets that fit a text and meet the conditions, best first: the id or the name itself, names that begin with it, names that
 * hold it or its words, words of tags before those of description and owner. Where nothing does and trigrams are there, names
 * much like it. One more than asked for.
 */
export async function searchAssets(
  db: Database,
  input: SearchInput,
  page: PageRequest,
  frame: SearchFrame,
): Promise<readonly Found[]> {
  if (isNothing(input.text)) return [];
  if (isEverything(input.text)) return listed(db, input, page, frame);
  const fitting = await ranked(db, input, page, frame, 'FITS');
  return fitting.length > 0 || !frame.trigrams ? fitting : ranked(db, input, page, frame, 'ALIKE');
}

type Row = AssetColumns & { readonly score: number };
const toFound = (row: Row): Found => ({ asset: toAsset(row), score: row.score });

async function listed(
  db: Database,
  input: SearchInput,
  { first, after }: PageRequest,
  frame: SearchFrame,
): Promise<readonly Found[]> {
  const parameters = new Parameters();
  const wanted = narrowed(input, frame.project, frame.now, parameters);
  const behind = after === null ? '' : `and urn > ${parameters.add(after[1])}`;
  const rows = await db.query<Row>(
    `select ${ASSET_COLUMNS}, 0::float8 as score from asset where ${wanted} ${behind}
     order by urn limit ${parameters.add(first + 1)}`,
    parameters.values,
  );
  return rows.map(toFound);
}

/** Ranks by number and id alone; the assets themselves are read for the page. */
async function ranked(
  db: Database,
  input: SearchInput,
  { first, after }: PageRequest,
  frame: SearchFrame,
  way: Way,
): Promise<readonly Found[]> {
  const parameters = new Parameters();
  const wanted = narrowed(input, frame.project, frame.now, parameters);
  const { fits, score, alike, likeness } = textMatch(input.text, frame.stems, parameters);
  const isFit = way === 'FITS';
  const behind = (): string => {
    if (after === null) return '';
    const last = { score: `${parameters.add(after[0])}::float8`, urn: parameters.add(after[1]) };
    return `where score < ${last.score} or (score = ${last.score} and urn > ${last.urn})`;
  };
  // Behind a page of what fits there is nothing that is only alike.
  const only = isFit || after === null ? '' : `and not exists (select from asset where ${wanted} and ${fits()})`;
  // `offset 0` keeps the score from being computed for each place where it is named.
  const rows = await db.query<Row>(
    `with page as (
       select urn, score from (
         select urn, ${isFit ? score() : likeness()} as score from asset
         where ${wanted} and ${isFit ? fits() : alike()} ${only} offset 0) found
       ${behind()} order by score desc, urn limit ${parameters.add(first + 1)})
     select ${ASSET_COLUMNS}, page.score from page join asset using (urn) order by page.score desc, urn`,
    parameters.values,
  );
  return rows.map(toFound);
}
