import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../../examples/shared/duck.ts';
import { timeZoneOf } from '../../../../examples/flights/data/time-zones.ts';
import { flight, withRawFlights } from '../small-data.ts';

describe('the zone of an airport', () => {
  it.each([
    ['JFK', 'NY', 'America/New_York'],
    ['PNS', 'FL', 'America/Chicago'],
    ['ELP', 'TX', 'America/Denver'],
    ['MQT', 'NA', 'America/Detroit'],
  ])('%s in %s is %s', (iata, state, zone) => expect(timeZoneOf(iata, state)).toBe(zone));

  it('is unknown for a state that no table has', () => expect(timeZoneOf('XXX', 'NA')).toBeUndefined());
});

describe('local time', () => {
  it.each([
    ['JFK', '2001-03-31 12:00', '2001-03-31T17:00:00.000Z'],
    ['JFK', '2001-04-01 01:59', '2001-04-01T06:59:00.000Z'],
    ['JFK', '2001-04-01 02:30', '2001-04-01T07:30:00.000Z'], // an hour that no clock showed
    ['JFK', '2001-04-01 03:00', '2001-04-01T07:00:00.000Z'],
    ['LAX', '2001-04-01 12:00', '2001-04-01T19:00:00.000Z'],
    ['PHX', '2001-01-15 12:00', '2001-01-15T19:00:00.000Z'],
    ['PHX', '2001-06-15 12:00', '2001-06-15T19:00:00.000Z'],
    ['IND', '2001-01-15 12:00', '2001-01-15T17:00:00.000Z'],
    ['IND', '2001-06-15 12:00', '2001-06-15T17:00:00.000Z'],
    ['EVV', '2001-06-15 12:00', '2001-06-15T17:00:00.000Z'],
    ['MQT', '2001-06-15 12:00', '2001-06-15T16:00:00.000Z'],
    ['HNL', '2001-06-15 23:30', '2001-06-16T09:30:00.000Z'],
    ['SJU', '2001-06-15 12:00', '2001-06-15T16:00:00.000Z'],
  ])('%s at %s is %s', async (origin, local, utc) => {
    const [row] = await withRawFlights(flight(local, origin), (duck) =>
      rowsOf(duck, 'select departure at time zone $$UTC$$ as departure from raw_flight'),
    );
    expect((row!['departure'] as Date).toISOString()).toBe(utc);
  });

  it('stops at an airport that no table knows', async () => {
    await expect(withRawFlights(flight('2001-01-01 12:00', 'QQQ'), async () => {})).rejects.toThrow(
      'the time zone of QQQ',
    );
  });
});
