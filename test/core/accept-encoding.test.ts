import { expect, it } from 'vitest';
import { acceptsGzip } from '../../core/accept-encoding.ts';

it.each([
  ['gzip', true],
  ['br, GZIP;q=0.8', true],
  ['x-gzip', true],
  ['*', true],
  ['deflate, *;q=0.1', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0, *', false],
  ['*;q=0', false],
  ['br', false],
  ['', false],
  [undefined, false],
])('accept-encoding %s: %s', (accepted, expected) => {
  expect(acceptsGzip(accepted)).toBe(expected);
});
