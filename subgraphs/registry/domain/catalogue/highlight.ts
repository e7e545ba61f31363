const AROUND = 40;
const MOST_SNIPPETS = 3;

/** The words of a search, as they are looked for. */
export const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);

/** Places where a search's words occur, each between `**`, with a little text around it. */
export function highlightsOf(text: string, fields: readonly string[]): readonly string[] {
  const words = wordsOf(text);
  const snippets: string[] = [];
  for (const field of fields) {
    const lower = field.toLowerCase();
    const found = words.map((word) => [lower.indexOf(word), word.length] as const).filter(([at]) => at >= 0);
    const [first] = found.sort(([a], [b]) => a - b);
    if (!first) continue;
    const [at, length] = first;
    const from = Math.max(0, at - AROUND);
    const to = Math.min(field.length, at + length + AROUND);
    const before = `${from > 0 ? '…' : ''}${field.slice(from, at)}`;
    const after = `${field.slice(at + length, to)}${to < field.length ? '…' : ''}`;
    snippets.push(`${before}**${field.slice(at, at + length)}**${after}`);
    if (snippets.length === MOST_SNIPPETS) break;
  }
  return snippets;
}
