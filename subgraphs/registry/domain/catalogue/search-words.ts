/** One word of a text, folded, with its place in the text. Words of one token were written as one: `userTxn_24h`. */
export interface Word {
  readonly word: string;
  readonly from: number;
  readonly to: number;
  readonly token: number;
}

const TOKEN = /[\p{L}\p{M}\p{N}_-]+/gu;
const CAMEL = String.raw`(?<=[\p{Ll}\p{N}]\p{M}*)(?=\p{Lu})|(?<=\p{Lu}\p{M}*)(?=\p{Lu}\p{M}*\p{Ll})`;
const BETWEEN_WORDS = new RegExp(String.raw`[_-]+|${CAMEL}`, 'gu');
const BETWEEN_KEYS = new RegExp(String.raw`[_\s-]+|${CAMEL}`, 'gu');

/** Latin letters that no decomposition takes apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
};
const OWN_LETTERS = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** Lower case, without accents. Marks of other scripts stay: in Hindi or Thai they are vowels. */
export const folded = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(OWN_LETTERS, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC');

/** The words of a text: split at everything that is no letter or digit, and inside `snake_case`, `kebab-case` and `camelCase`. */
export function wordsIn(text: string): readonly Word[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: written, index }, token) => {
    const ends = [...written.matchAll(BETWEEN_WORDS)].map(({ 0: gap, index: at }) => [at, at + gap.length] as const);
    const starts = [0, ...ends.map(([, next]) => next)];
    return starts.flatMap((start, i) => {
      const end = ends[i]?.[0] ?? written.length;
      const word = folded(written.slice(start, end));
      return word === '' ? [] : [{ word, from: index + start, to: index + end, token }];
    });
  });
}

/** What was written as one: its words, all of which must be found, or else all of them run together. */
export interface Term {
  readonly words: readonly string[];
  readonly joined: string;
}

export const termsIn = (text: string): readonly Term[] =>
  [...Map.groupBy(wordsIn(text), ({ token }) => token).values()].map((found) => {
    const words = found.map(({ word }) => word);
    return { words, joined: words.join('') };
  });

/** The words as the index keeps them: each by itself, and what was written as one also run together. */
export const searchWords = (...texts: readonly string[]): string =>
  texts
    .flatMap(termsIn)
    .flatMap(({ words, joined }) => (words.length > 1 ? [joined, ...words] : words))
    .join(' ');

/** What two spellings of one name have in common: `userTxn@2` and `User txn@2` are `user txn@2`. */
export const searchKey = (text: string): string => folded(text.replace(BETWEEN_KEYS, ' ')).trim();
