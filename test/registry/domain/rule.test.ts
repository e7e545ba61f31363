import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RULES } from '../../../subgraphs/registry/domain/rule.ts';

it('says each rule of governance in the docs as it stands in the code', () => {
  const rows = readFileSync('docs/registry.md', 'utf8').matchAll(/^\| (G\d+) +\| (.*?) +\|$/gm);
  expect(Object.fromEntries([...rows].map(([, rule, text]) => [rule, text]))).toEqual(RULES);
});

it('names for each rule a test that is there', () => {
  const rows = [...readFileSync('docs/gates.md', 'utf8').matchAll(/^\| (G\d+) +\| `(test\/[^`]+)`: (.*?) +\|$/gm)];
  expect(rows.map(([, rule]) => rule)).toEqual(Object.keys(RULES));
  for (const [, rule = '', file = '', title = ''] of rows) {
    expect(readFileSync(file, 'utf8'), `${rule}: ${title}`).toContain(`it('${title}'`);
  }
});
