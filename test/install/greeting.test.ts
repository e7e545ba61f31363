import { expect, it } from 'vitest';
import { greeting } from '../../install/greeting.ts';

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

it('ends with a query and a prediction to paste where the flights are there, still in ten lines', () => {
  const lines = greeting({ ...facts, flightsTo: new Date('2001-02-04T23:59:00Z') })
    .trimEnd()
    .split('\n');
  expect(lines.length).toBeLessThanOrEqual(10);
  const [query, predict] = lines.slice(-2);
  expect(query).toMatch(/^curl -sG http:\/\/127.0.0.1:4000\/graphql .*'query=\{ deployment\(.*\}'$/);
  expect(query).toContain('current: { from: "2001-01-29T00:00:00.000Z", to: "2001-02-05T00:00:00.000Z" }');
  expect(predict).toMatch(
    /^curl -s http:\/\/127.0.0.1:4100\/v1\/predict\/flight-delay .*"at":"2001-02-04T23:59:00.000Z"/,
  );
});

it('compares the baseline week with itself while nothing else was replayed', () => {
  const week = '{ from: "2001-01-22T00:00:00.000Z", to: "2001-01-29T00:00:00.000Z" }';
  expect(greeting({ ...facts, flightsTo: new Date('2001-01-22T00:00:00Z') })).toContain(`current: ${week}`);
});

it('offers no flights without an edge', () => {
  const text = greeting({ ...facts, edgeUrl: undefined, flightsTo: new Date('2001-02-05T00:00:00Z') });
  expect(text).not.toContain('flight-delay');
});
