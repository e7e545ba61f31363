import { expect, it } from 'vitest';
import { greeting } from '../../install/greeting.ts';

const facts = {
  seconds: 3.21,
  dev: true,
  graphUrl: 'http://127.0.0.1:4000',
  edgeUrl: 'http://127.0.0.1:4100',
  dataDir: '/srv/tiffin',
  database: 'Postgres on port 5555',
  examples: [],
};
const linesOf = (text: string): string[] => text.trimEnd().split('\n');

it('says in at most ten lines what runs where and what to try', () => {
  const text = greeting(facts);
  expect(linesOf(text).length).toBeLessThanOrEqual(10);
  for (const said of ['3.2 s', '4000/graphql', '4100', '/srv/tiffin', 'port 5555', 'curl'])
    expect(text).toContain(said);
});

it('tells nothing of dev keys in production', () => {
  expect(greeting({ ...facts, dev: false })).not.toContain('tiffin-dev');
});

it('ends with what each example that serves has to paste, still in ten lines with one of three lines', () => {
  const example = { title: 'parcels, lost or not', commands: 'npm run parcels --', lines: ['one', 'two', 'three'] };
  const lines = linesOf(greeting({ ...facts, examples: [example] }));
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(lines.slice(-4)).toEqual(['  parcels, lost or not: npm run parcels -- --help', 'one', 'two', 'three']);
  expect(lines.join('\n')).not.toContain('search(');
});
