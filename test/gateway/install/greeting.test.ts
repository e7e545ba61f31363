import { expect, it } from 'vitest';
import { greeting } from '../../../gateway/install/greeting.ts';

const facts = {
  seconds: 3.21,
  dev: true,
  graphUrl: 'http://127.0.0.1:4000',
  edgeUrl: 'http://127.0.0.1:4100',
  dataDir: '/srv/tiffin',
  database: 'Postgres on port 5555',
};

it('says in at most ten lines what runs where and what to try', () => {
  const text = greeting(facts);
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  for (const said of ['3.2 s', '4000/graphql', '4100', '/srv/tiffin', 'port 5555', 'curl'])
    expect(text).toContain(said);
});

it('tells nothing of dev keys in production', () => {
  expect(greeting({ ...facts, dev: false })).not.toContain('tiffin-dev');
});
