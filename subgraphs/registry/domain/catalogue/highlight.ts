import { termsIn, wordsIn, type Word } from './search-words.ts';

const AROUND = 40;
const MOST_SNIPPETS = 3;

/** The stem of a folded word: `parcel` for `parcels`; undefined where it has none. */
export type StemOf = (word: string) => string | undefined;

/** Places where a search's words occur, each between `**`, with a little text around it. */
export function highlightsOf(text: string, fields: readonly string[], stemOf: StemOf): readonly string[] {
  const terms = termsIn(text);
  const sought = new Set(terms.flatMap(({ words }) => words));
  const runTogether = new Set(terms.map(({ joined }) => joined));
  const stems = new Set([...sought].flatMap((word) => stemOf(word) ?? []));
  const fits = ({ word }: Word): boolean =>
    [...sought].some((one) => word.startsWith(one)) || stems.has(stemOf(word) ?? '');
  const holds = ({ word }: Word): boolean => [...sought].some((one) => word.includes(one));
  return fields
    .flatMap((field) => {
      const words = wordsIn(field);
      const place = spanOf(words, fits) ?? tokenOf(words, runTogether) ?? spanOf(words, holds);
      return place ? [marked(field, place)] : [];
    })
    .slice(0, MOST_SNIPPETS);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The first word that fits, and those that fit right behind it where they were written as one. */
function spanOf(words: readonly Word[], fits: (word: Word) => boolean): Span | undefined {
  const at = words.findIndex(fits);
  const first = words[at];
  if (!first) return undefined;
  const rest = words.slice(at);
  const end = rest.findIndex((word) => word.token !== first.token || !fits(word));
  return { from: first.from, to: rest.at(end === -1 ? -1 : end - 1)?.to ?? first.to };
}

/** What was written as one and begins, run together, with what is sought. */
function tokenOf(words: readonly Word[], joined: ReadonlySet<string>): Span | undefined {
  for (const token of Map.groupBy(words, (word) => word.token).values()) {
    const together = token.map(({ word }) => word).join('');
    const [first] = token;
    const last = token.at(-1);
    if (first && last && [...joined].some((one) => together.startsWith(one))) return { from: first.from, to: last.to };
  }
  return undefined;
}

function marked(field: string, { from, to }: Span): string {
  const start = Math.max(0, from - AROUND);
  const end = Math.min(field.length, to + AROUND);
  const before = `${start > 0 ? '…' : ''}${field.slice(start, from)}`;
  const after = `${field.slice(to, end)}${end < field.length ? '…' : ''}`;
  return `${before}**${field.slice(from, to)}**${after}`;
}
