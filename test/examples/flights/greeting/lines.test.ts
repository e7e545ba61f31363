import { expect, it } from 'vitest';
import { linesToPaste } from '../../../../examples/flights/greeting/lines.ts';

const connection = {
  graphUrl: 'http://127.0.0.1:4000',
  edgeUrl: 'http://127.0.0.1:4100',
  key: 'tiffin-dev',
  tokens: {},
};

it('offers a query and a prediction, as of the last flight that was replayed', () => {
  const [page, , query, predict, ...more] = linesToPaste(connection, new Date('2001-02-04T23:59:00Z'));
  expect(page).toContain('http://127.0.0.1:4100/flights/');
  expect(query).toMatch(/^curl -sG http:\/\/127.0.0.1:4000\/graphql .*'query=\{ deployment\(.*\}'$/);
  expect(query).toContain('current: { from: "2001-01-29T00:00:00.000Z", to: "2001-02-05T00:00:00.000Z" }');
  expect(predict).toMatch(
    /^curl -s http:\/\/127.0.0.1:4100\/v1\/predict\/flight-delay .*"at":"2001-02-04T23:59:00.000Z"/,
  );
  expect(more).toEqual([]);
});

it('compares the baseline week with itself while nothing else was replayed', () => {
  const week = '{ from: "2001-01-22T00:00:00.000Z", to: "2001-01-29T00:00:00.000Z" }';
  expect(linesToPaste(connection, new Date('2001-01-22T00:00:00Z')).join('\n')).toContain(`current: ${week}`);
});
