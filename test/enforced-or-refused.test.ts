import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputFields } from './enforced/input-fields.ts';

// Which test fails when a field is taken away from the code behind it: `test/enforced/prove.ts` takes them away.
const table = JSON.parse(readFileSync('test/enforced/fields.json', 'utf8')) as Record<string, string>;
// Fields for which none has been looked for yet, or found: the list may only get shorter.
const unproven = JSON.parse(readFileSync('test/enforced/unproven.json', 'utf8')) as string[];
const MOST_UNPROVEN = 31;

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

describe('what a caller of the graph can set', () => {
  it('is in the table or among the fields that are not proven yet, and nothing else is', () => {
    expect([...Object.keys(table), ...unproven].toSorted()).toEqual(inputFields());
  });

  it('has no more unproven fields than it had: a new field comes with the test in which it counts', () => {
    expect(unproven.length).toBeLessThanOrEqual(MOST_UNPROVEN);
  });

  it.each(Object.entries(table))('%s changes what %s sees', (_, entry) => {
    const [file = '', title = ''] = entry.split(' :: ');
    expect(existsSync(file), `${file} is not there`).toBe(true);
    if (title === '(setup)') return; // without the field no test of the file gets as far as to run
    expect(
      titlesIn(file).some((pattern) => pattern.test(title)),
      `${file} has no test "${title}": run test/enforced/prove.ts --find`,
    ).toBe(true);
  });
});
