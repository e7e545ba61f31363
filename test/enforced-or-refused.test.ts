import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputFields } from './enforced/input-fields.ts';

// Which test fails when a field is taken away from the code behind it: `test/enforced/prove.ts` takes them away.
const table = JSON.parse(readFileSync('test/enforced/fields.json', 'utf8')) as Record<string, string>;

/** The titles of a file's tests as patterns: what `it.each` fills in matches anything. */
function titlesIn(file: string): RegExp[] {
  const source = readFileSync(file, 'utf8');
  const literals = [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map(
    ([, ...texts]) => texts.find((text) => text !== undefined) ?? '',
  );
  return literals.map((text) => {
    const parts = text.replaceAll(/\\(.)/g, '$1').split(/%[sjdifo#p%]|\$\{?[\w.]+\}?/);
    return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  });
}

describe('what a caller can set', () => {
  const fields = inputFields();

  it('has each a test that fails without it', () => {
    const unproven = fields.filter((field) => table[field] === undefined);
    expect(unproven, 'give each a test in which it counts, then: npm run prove -- --find').toEqual([]);
  });

  it('is all that the table names', () => {
    const gone = Object.keys(table).filter((field) => !fields.includes(field));
    expect(gone, 'nobody can set these any more: npm run prove -- --find leaves them out').toEqual([]);
  });

  it.each(Object.entries(table))('%s changes what %s sees', (_, entry) => {
    const [file = '', title = ''] = entry.split(' :: ');
    expect(existsSync(file), `${file} is not there`).toBe(true);
    if (title === '(setup)') return; // without the field no test of the file gets as far as to run
    expect(title, 'the title of one test, not the pattern of several').not.toMatch(/%[sdifjo#]/);
    expect(
      titlesIn(file).some((pattern) => pattern.test(title)),
      `${file} has no test "${title}": run test/enforced/prove.ts --find`,
    ).toBe(true);
  });
});
