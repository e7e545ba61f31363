import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const matchesIn = (file: string, pattern: RegExp): string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, found = '']) => found);

/** Merging two branches easily keeps a line of a list twice. */
it.each([
  ['docs/glossary.md', /^\| \*\*(.+?)\*\*/gm],
  ['CHANGELOG.md', /^- \*\*(.+?)\*\*/gm],
  ['docs/decisions/README.md', /^- \[(\d+)\./gm],
])('%s has each entry once', (file, entry) => {
  const entries = matchesIn(file, entry);
  expect(entries.length).toBeGreaterThan(50);
  expect(entries.filter((one, i) => entries.indexOf(one) < i)).toEqual([]);
});

it('the list of decisions has each of them, by number', () => {
  const pages = globSync('docs/decisions/0*.md').map((file) => file.replace('docs/decisions/', ''));
  expect(matchesIn('docs/decisions/README.md', /^- \[.+\]\((0.+\.md)\)$/gm)).toEqual(pages.toSorted());
});
