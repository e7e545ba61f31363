import { describe, expect, it } from 'vitest';
import { weeksBetween } from '../../../../examples/flights/replay/weeks.ts';

const between = (from: string, to: string): string[] =>
  weeksBetween(Date.parse(`${from}Z`), Date.parse(`${to}Z`)).map((ms) => new Date(ms).toISOString().slice(0, 10));

describe('the weeks of a replay', () => {
  it('are the whole ones after the week that they are held against', () => {
    expect(between('2001-01-22T00:00', '2001-02-19T00:00')).toEqual(['2001-01-29', '2001-02-05', '2001-02-12']);
    expect(between('2001-01-22T00:00', '2001-02-18T23:00')).toEqual(['2001-01-29', '2001-02-05']);
  });

  it('are none where that week was not replayed, or nothing after it', () => {
    expect(between('2001-01-22T01:00', '2001-03-01T00:00')).toEqual([]);
    expect(between('2001-01-22T00:00', '2001-01-29T00:00')).toEqual([]);
  });
});
