import { expect, it } from 'vitest';
import { onwardsOf } from '../../../examples/flights/adapt/adapt.ts';

const storm = { from: '2001-02-05', fromMs: Date.parse('2001-02-05'), to: '2001-03-10' };

it.each([
  ['nothing has been replayed', 0, storm.from],
  ['the replay of `npm start` ends where it begins', storm.fromMs, storm.from],
  ['some of it has been replayed', storm.fromMs + 3_600_000, undefined],
])('a storm is begun unless it has begun: %s', (_, standsMs, from) => {
  expect(onwardsOf(storm, standsMs)).toEqual({ to: storm.to, from });
});
